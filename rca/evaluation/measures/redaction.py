"""Whether what must not leave the process does: values planted in logs, messages, code and commits, and an endpoint
that listens at the end of the product's own way to a model.

Owns: where the values are planted and how they are looked for. Keeps out: the values (canaries.py).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from connectors.pseudonyms import Policy
from connectors.source_control.git_import import import_history
from rca.analysis import analyse
from rca.analysts.model_analyst import ModelAnalyst
from rca.evaluation import canaries
from rca.evaluation.canaries import Planted, planted
from rca.evaluation.cases import EvaluationCase
from rca.evaluation.listening import ListeningModel
from rca.evaluation.metrics import Metric
from rca.evaluation.preparing import Bench

AT_ONCE = 12  # lines of each kind of place in one case, so that none is left out for want of room
ROOM = 60_000  # tokens of a question, for the same reason
MUST_ARRIVE = 0.9  # of the lines; a question without them would prove nothing
PLACES = ("log", "message", "code", "commit")


@dataclass(frozen=True, slots=True)
class Sent:
    """A planted line and what became of it. `arrived`: its mark was sent. `intact`: its value was, in any form."""

    planted: Planted
    place: str
    arrived: bool
    intact: bool


def redaction_metrics(bench: Bench, folder: Path, policy: Policy) -> list[Metric]:
    """Leaked values, the share hidden of those whose line was sent, and the share of harmless ones that were hidden.

    With a policy of mode "off" personal data are meant to be sent and are left out of account. Raises RuntimeError
    when too few of the lines were sent at all.
    """
    sent = [one for one in _sent(bench, folder, policy) if policy.mode != "off" or not one.planted.personal]
    digest = hashlib.sha256(canaries.FILE.read_bytes()).hexdigest()[:16]
    arrived = [one for one in sent if one.arrived]
    if len(arrived) < MUST_ARRIVE * len(sent):
        raise RuntimeError(f"only {len(arrived)} of {len(sent)} lines with planted values were sent at all")
    harmful = [one for one in arrived if one.planted.harmful]
    harmless = [one for one in arrived if not one.planted.harmful]
    leaked = [one for one in sent if one.planted.harmful and one.intact]
    hidden = [one for one in harmless if not one.intact]
    return [
        Metric("redaction.leaked", float(len(leaked)) if harmful else None, len(harmful), digest, _named(leaked)),
        Metric("redaction.recall", 1 - len(leaked) / len(harmful) if harmful else None, len(harmful), digest),
        Metric(
            "redaction.overmasked", len(hidden) / len(harmless) if harmless else None, len(harmless), digest,
            _named(hidden),
        ),
    ]  # fmt: skip


def _named(found: Sequence[Sent]) -> list[str]:
    """Kind and place; the value stays here, as reports of an evaluation are read by many."""
    return [
        f"{one.planted.kind} in a {one.place} ({one.planted.line if not one.planted.harmful else one.planted.mark})"
        for one in found
    ]


def _sent(bench: Bench, folder: Path, policy: Policy) -> Iterator[Sent]:
    everywhere = {place: planted(place) for place in PLACES}
    rounds = max(len(lines) for lines in everywhere.values())
    for number, start in enumerate(range(0, rounds, AT_ONCE)):
        lines = {place: everywhere[place][start : start + AT_ONCE] for place in PLACES}
        case = _case(f"redaction-{number}", lines, folder / f"redaction-{number}")
        listening = ListeningModel()
        analyst = ModelAnalyst({"listening": listening}, redaction=policy, sleep=lambda _: None)
        analyse(bench.prepare(case, "shipped").cluster, analyst=analyst, token_budget=ROOM)
        for place in PLACES:
            for one in lines[place]:
                yield Sent(one, place, one.mark in listening.everything, _is_in(one.value, listening.everything))


def _is_in(value: str, text: str) -> bool:
    """As it is, escaped for JSON, or quoted for a URL."""
    forms = {value, json.dumps(value)[1:-1], quote(value), quote(value, safe="")}
    return any(form in text for form in forms)


def _case(name: str, lines: dict[str, Sequence[Planted]], folder: Path) -> EvaluationCase:
    """A fault in a repository of two commits: the second brings the code lines, its message the commit lines."""
    import_history(_history(lines), folder, name=name)
    message = "\n".join(one.line for one in lines["message"])
    trace = (
        'Traceback (most recent call last):\n  File "/app/shop/orders.py", line 3, in place\n'
        "    raise ValueError(row)\n"
        f"ValueError: {message}\n"
    )
    rows = [{"at": "2026-01-01T04:00:00Z", "body": one.line, "severity": "ERROR"} for one in lines["log"]]
    failing = {"at": "2026-01-01T04:00:01Z", "body": trace, "severity": "ERROR", "failing": True}
    return EvaluationCase.model_validate(
        {
            "id": name,
            "service": "orders",
            "environment": "production",
            "version": "v2",
            "repo": folder,
            "ref": "main",
            "good_ref": "main~1",
            "path_prefix": "/app/",
            "trace": trace,
            "rows": [*rows, failing],
            "truth": {"causes": [{"file": "shop/orders.py", "symbol": "place"}]},
        }
    )


def _history(lines: dict[str, Sequence[Planted]]) -> bytes:
    """Two commits in the words of `git fast-import` (https://git-scm.com/docs/git-fast-import)."""
    before = "def place(row):\n    # takes an order\n    raise ValueError(row)\n"
    comments = "".join(f"    # {one.line}\n" for one in lines["code"])
    after = f"def place(row):\n    # takes an order\n    raise ValueError(row)\n{comments}    return row\n"
    subject = " ".join(one.line for one in lines["commit"]) or "Take orders"
    stream = []
    for when, message, content in ((1_760_000_000, "First version", before), (1_760_100_000, subject, after)):
        said, text = message.encode(), content.encode()
        stream.append(
            b"commit refs/heads/main\ncommitter Ann <ann@shop.example> %d +0000\ndata %d\n%s\n"
            b"M 100644 inline shop/orders.py\ndata %d\n%s\n" % (when, len(said), said, len(text), text)
        )
    return b"".join(stream)
