"""Training of the order behind the first suspect: a linear model over features.NAMES, learned from pairs.

For every case each true candidate is to score above each other one (pairwise logistic regression, as in RankNet, Burges
et al. 2005, without a hidden layer); all pairs of a case together weigh as much as those of any other. Validation
leaves out one project after another. Owns: learning, validating, writing `rca/ranker.toml`. Keeps out: using it
(rca/ranker.py).

    python -m rca.evaluation.training cases.jsonl... [--out rca/ranker.toml]      (case files as for `firstcause eval`)
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rca import ranker
from rca.analysis import surroundings_of
from rca.evaluation.analyses import is_any
from rca.evaluation.cases import read_cases
from rca.evaluation.preparing import PreparedCase, bench
from rca.features import NAMES
from rca.ranker import Ranker
from rca.scoring import Candidates, candidates_of
from rca.suspect_order import in_order

STRENGTH = 0.1  # of the fit against the pull towards zero; with a few hundred cases more of it learns the projects
MOST_STEPS = 1_000
SHARES = (1, 3, 5)

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A case's candidates as `listed`, and which of them are true, in the same order."""

    case: str
    project: str
    listed: Candidates
    hits: tuple[bool, ...]


def examples_of(cases: Iterable[PreparedCase]) -> list[Example]:
    """Those of `cases` that have code and a true place."""
    found = []
    for case in cases:
        if case.cluster.code is None or not case.truth.causes:
            continue
        listed = candidates_of(case.cluster.chain, case.cluster.code, surroundings=surroundings_of(case.cluster, []))
        hits = tuple(is_any((block.path, block.symbol), case.truth.causes) for block in listed.blocks)
        found.append(Example(case.id, case.project, listed, hits))
    return found


def learn(examples: Sequence[Example], strength: float = STRENGTH) -> dict[str, float]:
    """A weight for each feature. Raises ValueError where no example has a true candidate beside another one."""
    from sklearn.linear_model import LogisticRegression

    pairs, shares = _pairs(examples)
    scale = pairs.std(axis=0) + 1e-9
    both = np.concatenate([pairs / scale, -pairs / scale])
    better = np.concatenate([np.ones(len(pairs)), np.zeros(len(pairs))])
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=MOST_STEPS)
    model.fit(both, better, sample_weight=np.concatenate([shares, shares]))
    return {name: round(float(weight), 5) for name, weight in zip(NAMES, model.coef_[0] / scale, strict=True)}


def _pairs(examples: Sequence[Example]) -> tuple[Matrix, Matrix]:
    """(features of a true candidate less those of another, share of its case's weight) of every pair."""
    differences, shares = [], []
    for example in examples:
        hits = np.array(example.hits, bool)
        if not hits.any() or hits.all():
            continue
        numbers = np.array(example.listed.features, float)
        apart = (numbers[hits][:, None, :] - numbers[~hits][None, :, :]).reshape(-1, len(NAMES))
        differences.append(apart)
        shares.append(np.full(len(apart), 1 / len(apart)))
    if not differences:
        raise ValueError("no case has a true place among its candidates beside another one; there is nothing to learn")
    return np.concatenate(differences), np.concatenate(shares)


def validated(examples: Sequence[Example], strength: float = STRENGTH) -> dict[str, tuple[float, ...]]:
    """Shares of cases with the true place within each of SHARES: "hand-set", "trained" (on the other projects alone),
    and "trained on all", which shows how much of it is only remembered."""
    everything = Ranker(learn(examples, strength))
    others = {
        project: Ranker(learn([one for one in examples if one.project != project], strength))
        for project in sorted({one.project for one in examples})
    }
    return {
        "hand-set": _shares(examples, [None] * len(examples)),
        "trained": _shares(examples, [others[one.project] for one in examples]),
        "trained on all": _shares(examples, [everything] * len(examples)),
    }


def _shares(examples: Sequence[Example], rankers: Sequence[Ranker | None]) -> tuple[float, ...]:
    ranks = [_rank(example, ranker) for example, ranker in zip(examples, rankers, strict=True)]
    return tuple(sum(rank <= most for rank in ranks) / len(ranks) for most in SHARES)


def _rank(example: Example, ranker: Ranker | None) -> int:
    true = {id(item) for item, hit in zip(example.listed.scored, example.hits, strict=True) if hit}
    ordered = in_order(example.listed, ranker)
    return next((rank for rank, item in enumerate(ordered, 1) if id(item) in true), len(ordered) + 1)


def written(weights: Mapping[str, float], shares: Mapping[str, Sequence[float]], about: str) -> str:
    """The text of `ranker.toml`."""
    lines = [
        "# The trained order of suspects behind the first: weight of each number that rca/features.py computes.",
        "# How: python -m rca.evaluation.training (pairwise logistic regression, scikit-learn,",
        f"# C = {STRENGTH}), {datetime.now(UTC):%Y-%m-%d}, {about}.",
        "# Shares of cases with the true place first / among three / among five, by leaving out one project at a time:",
        *(f"#   {name:15s}" + " / ".join(f"{share:.3f}" for share in values) for name, values in shares.items()),
        "",
        "[weights]",
        *(f"{name} = {weight}" for name, weight in weights.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Train on case files, print the validation, write the weights."""
    parser = argparse.ArgumentParser(description="Train the order of suspects behind the first.")
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=ranker.FILE)
    arguments = parser.parse_args()
    with bench() as place:
        sets = [read_cases(path) for path in arguments.cases]
        prepared = [place.prepare(case, one.part) for one in sets for case in one.cases]
        examples = examples_of(prepared)
    shares = validated(examples)
    about = f"{len(examples)} cases of {len({example.project for example in examples})} projects"
    text = written(learn(examples), shares, about)
    arguments.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
