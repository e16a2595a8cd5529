"""The baseline: accepted values by analyst, in a file that a release is compared with where nothing is stored.

Owns: reading and writing the file. Keeps out: comparing (gate.py).
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.errors import BadInputError
from rca.evaluation.evaluation import Evaluation
from rca.evaluation.gate import Reference
from rca.evaluation.metrics import Metric

FILE = Path(__file__).with_suffix(".toml")
_HEAD = """# What `firstcause eval --gate` compares with where no earlier run is stored, by analyst. Written by
# `firstcause eval --accept`; a value is only compared while its cases (data_set) are the same.
"""


def baseline_of(analyst: str, file: Path = FILE) -> Reference | None:
    """The accepted values of `analyst`; None when there are none. Raises BadInputError for a file that is wrong."""
    entry = _read(file).get(analyst)
    if entry is None:
        return None
    try:
        metrics = {name: Metric(name, **value) for name, value in entry["metrics"].items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise BadInputError(f"baseline {str(file)!r} is not one that --accept wrote ({error}).") from error
    return Reference(f"the baseline of {entry.get('at', 'no date')}", metrics)


def accept(evaluation: Evaluation, file: Path = FILE) -> None:
    """Make the values of `evaluation` the baseline of its analyst; other analysts' stay. Raises BadInputError."""
    known = _read(file)
    known[evaluation.analyst] = {
        "at": evaluation.at.date().isoformat(),
        "product": evaluation.versions.get("product", ""),
        "metrics": {
            metric.name: {"value": round(metric.value, 6), "cases": metric.cases, "data_set": metric.data_set}
            for metric in evaluation.metrics
            if metric.value is not None
        },
    }
    text = "\n".join([_HEAD, *(_table(name, known[name]) for name in sorted(known))])
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"the baseline cannot be written to {str(file)!r} ({error}); give --baseline.") from error


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"baseline {str(file)!r} cannot be read: {error}.") from error


def _table(analyst: str, entry: Mapping[str, Any]) -> str:
    """A TOML table. JSON's strings and numbers are TOML's too."""
    name = json.dumps(analyst)
    lines = [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in entry.items() if key != "metrics")]
    lines += ["", f"[{name}.metrics]"]
    for metric, value in entry["metrics"].items():
        inside = ", ".join(f"{key} = {json.dumps(part)}" for key, part in value.items())
        lines.append(f"{json.dumps(metric)} = {{ {inside} }}")
    return "\n".join([*lines, ""])
