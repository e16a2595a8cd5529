"""The result of one evaluation: what was run, on what, and what came out; and its JSON form.

Keeps out: measuring (runner.py), storing (store.py), judging (gate.py).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from rca.evaluation.metrics import Metric, Table


@dataclass(frozen=True)
class Evaluation:
    """`versions` names the parts whose change can explain another result (product, commit, grouping, prompt, weights).

    `parts` counts cases by where they came from; `data_set` identifies those that do not grow by themselves (shipped
    and from files). `problems` are sentences on what was not measured although it should have been; `notes` on what
    was left out on purpose. `seconds` is the whole run; `cases` has one entry a case that was analysed.
    """

    at: datetime
    analyst: str
    versions: Mapping[str, str]
    data_set: str
    parts: Mapping[str, int]
    metrics: Sequence[Metric]
    tables: Sequence[Table] = ()
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    seconds: float = 0.0
    cases: Sequence[Mapping[str, Any]] = field(default_factory=list)

    @property
    def evaluation_id(self) -> str:
        """24 hex digits."""
        parts = [self.at.isoformat(), self.analyst, self.data_set, dict(self.versions)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, when it was looked for at all."""
        return next((metric for metric in self.metrics if metric.name == name), None)


def to_json(evaluation: Evaluation) -> dict[str, Any]:
    """As it is stored and printed."""
    return {"id": evaluation.evaluation_id} | asdict(evaluation) | {"at": evaluation.at.isoformat()}


def from_json(value: Mapping[str, Any]) -> Evaluation:
    """The evaluation that `to_json` gave."""
    given = {name: part for name, part in value.items() if name != "id"}
    return Evaluation(
        **given
        | {
            "at": datetime.fromisoformat(value["at"]),
            "metrics": tuple(Metric(**metric) for metric in value["metrics"]),
            "tables": tuple(Table(**table) for table in value["tables"]),
        }
    )
