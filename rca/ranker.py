"""The trained order of everything behind the first suspect: a linear model, read from `ranker.toml`.

Owns: reading the file and the score. Without the file the hand-set order of `weights.toml` holds. Who stands first is
never up to the model: a plain good answer must not fall behind a clever bad one. Keeps out: the numbers it looks at
(features.py), training (rca/evaluation/training.py).
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from connectors.errors import ConfigurationError
from rca.features import NAMES

FILE = Path(__file__).with_suffix(".toml")


class Ranker:
    """Scores candidates by a weight for each of features.NAMES."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        if unknown := sorted(set(weights) ^ set(NAMES)):
            raise ConfigurationError(
                f"the trained order has other features than this version computes: {', '.join(unknown)}; "
                "train it anew or remove rca/ranker.toml."
            )
        self._weights = [float(weights[name]) for name in NAMES]

    def score(self, features: Sequence[float]) -> float:
        """The larger, the earlier; only differences within one trace mean something."""
        return sum(weight * value for weight, value in zip(self._weights, features, strict=True))


@cache
def load(path: Path = FILE) -> Ranker | None:
    """The trained order, None where there is no file. Raises ConfigurationError for one that does not fit."""
    if not path.is_file():
        return None
    return Ranker(tomllib.loads(path.read_text(encoding="utf-8"))["weights"])
