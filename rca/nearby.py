"""What was logged around a failure, and the telling values in it.

Owns: which lines are near (the same request first, then the seconds before) and which of their values say something
about this failure and not about the service. Secrets are masked here, as values go into reasons. Keeps out: where a
value stands in the code (signals/values.py, candidates/value_holders.py), who wrote a line (candidates/log_lines.py).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from connectors.redaction import mask

if TYPE_CHECKING:  # a case holds Arrow tables, which a ranking without logs need not wait for
    from rca.case import ClusterCase

BEFORE_SECONDS, AFTER_SECONDS = 10.0, 1.0
MOST_LINES = 40
MOST_VALUES = 40
LONGEST_LINE = 200  # characters
OWN, SAME_REQUEST, SAME_SECONDS = 1.0, 0.8, 0.4  # how near a value is
USUAL = 0.1  # a value in so many of the other requests' lines is the service's, not this failure's
FEWEST, BASELINE = 10, 1_000  # other lines: fewer do not show what is usual, more show nothing new

# Empty words, and what every structured line has whatever it is about.
_NOTHING = frozenset(
    """none null nil true false undefined nan error info warn warning debug time ts timestamp date level severity logger
    env environment service version host hostname pod thread pid trace_id span_id request_id msg message""".split()  # noqa: SIM905  # a word list reads best as words
)
# Ids, dates, addresses, and numbers that are mostly the status of an HTTP response.
_UNTELLING = re.compile(r"(?=.*\d)[0-9a-fA-F-]{8,}|.*\d{4}-\d\d-\d\d.*|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[1-5]\d\d")
_NUMBER = re.compile(r"\d+")
# What a logger puts before a message: time, level, thread, name. Those tell who logged, not what went wrong.
_HEADER = re.compile(
    r"""^[\[(\s]*
    (?: \d[\d\-/:T.,+Z\ ]{6,}[\])\s|-]* (?:\[?[A-Z]{4,8}\]?[\s:|-]+)? | [A-Z]{4,8}[\]\s:|-]+ )
    (?:\[[^\]]*\]\s*)* (?:[\w.$-]+:\s)?
    """,
    re.VERBOSE,
)
_ABOUT_THE_LOGGER = re.compile(
    r"(?:thread|logger|process|host|service|deployment|telemetry|container|k8s|env|level|severity|time|date|msg|message)"
    r"(?![a-z])|(?:trace|span|request|correlation)_?id",
    re.IGNORECASE,
)
# What is worth looking for in code: values in quotes, pairs, compound names, numbers of two digits and more.
_VALUES = re.compile(
    r"""
    (?<!\w)(?P<quote>['"`])(?P<quoted>[^'"`\n]{2,60})(?P=quote)
    | (?<![\w.])(?P<key>[A-Za-z_][\w.-]{1,40})=(?P<value>"[^"\n]{1,60}"|[^\s,;(){}\[\]]{1,60})
    | \b(?P<name>[A-Za-z]+(?:[._-][A-Za-z0-9]+)+ | [a-z]+(?:[A-Z][a-z0-9]+)+)\b
    | (?<![\w.,:/-])(?P<number>\d{2,9}(?:\.\d+)?)(?![\w.:/-])
    """,
    re.VERBOSE,
)

_COLUMNS = ["event_id", "timestamp", "service_name", "severity_number", "trace_id", "request_id", "body", "attributes"]


@dataclass(frozen=True, slots=True)
class NearLine:
    """The first line of a log event. `seconds` before the failure (below 0: after); `usual`: others log it as well."""

    text: str
    seconds: float
    same_request: bool
    severity: int
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A value, the line it stands in, and how near that is to the failure: 1 for the failing event itself."""

    text: str
    line: str
    nearness: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """Lines and values, the nearest first."""

    lines: tuple[NearLine, ...] = ()
    values: tuple[Value, ...] = ()


def nearby(case: "ClusterCase") -> Nearby:
    """What stands around the failing event in the case's logs; nothing when there are none but the event itself."""
    columns = [
        "event_id",
        "timestamp",
        "service_name",
        "severity_number",
        "trace_id",
        "request_id",
        "body",
        "attributes",
    ]
    rows = case.logs.select(columns).to_pylist()
    own = next((row for row in rows if row["event_id"] == case.event_id), None)
    at = own["timestamp"] if own else case.last_seen
    others = [row for row in rows if row["event_id"] != case.event_id]
    mine = [row for row in others if own is not None and _same_request(row, own)]
    rest = [row for row in others if own is None or not _same_request(row, own)]
    usual = Counter(_shape(row["body"]) for row in rest)
    placed = [(row, _seconds(row, at), True) for row in mine]
    placed += [(row, _seconds(row, at), False) for row in rest if row["service_name"] == case.service]
    near = [item for item in placed if -AFTER_SECONDS <= item[1] <= BEFORE_SECONDS]
    near.sort(key=lambda item: (not item[2], item[1] < 0, abs(item[1])))
    lines = tuple(_near_line(row, seconds, same, usual) for row, seconds, same in near[:MOST_LINES])
    baseline = ["\n".join([_first(row["body"]), *_attributes(row)]) for row in rest[:BASELINE]]
    return Nearby(lines, tuple(islice(_values(case, own, lines, baseline), MOST_VALUES)))


def _seconds(row: dict[str, Any], at: datetime | None) -> float:
    return (at - row["timestamp"]).total_seconds() if at is not None else 0.0


def _same_request(row: dict[str, Any], own: dict[str, Any]) -> bool:
    return any(own[name] and row[name] == own[name] for name in ("trace_id", "request_id"))


def _near_line(row: dict[str, Any], seconds: float, same_request: bool, usual: Counter[str]) -> NearLine:
    often = usual[_shape(row["body"])] > (0 if same_request else 1)
    return NearLine(mask(_first(row["body"])).text[:LONGEST_LINE], seconds, same_request, row["severity_number"], often)


def _attributes(row: dict[str, Any]) -> list[str]:
    """What a structured event says beside its message, as pairs; long ones are traces and payloads."""
    return [
        f"{key}={value}"
        for key, value in row["attributes"] or ()
        if len(value) <= LONGEST_LINE and not _ABOUT_THE_LOGGER.match(key)
    ]


def _first(body: str) -> str:
    return body.split("\n", 1)[0]


def _shape(body: str) -> str:
    return _NUMBER.sub("#", _first(body))


def _values(
    case: "ClusterCase", own: dict[str, Any] | None, lines: Sequence[NearLine], baseline: Sequence[str]
) -> Iterator[Value]:
    """Values of the failing event, then of the lines near it, without those that are usual or name the trace itself."""
    frames = [frame for error in case.chain for frame in error.frames]
    known = {name for frame in frames for name in (frame.function, frame.module, *frame.file.rsplit("/", 1))}
    known |= {error.type for error in case.chain} | {case.service, case.environment, case.version}
    own_lines = [error.message for error in case.chain if error.message]
    own_lines += [_first(own["body"]), *_attributes(own)] if own else []
    placed = [(mask(line).text, OWN) for line in own_lines]
    placed += [(line.text, SAME_REQUEST if line.same_request else SAME_SECONDS) for line in lines]
    seen: set[str] = set()
    for line, nearness in placed:
        for text in found_in(line):
            if text in seen or text in known:
                continue
            seen.add(text)
            if not _is_usual(text, baseline):
                yield Value(text, line, nearness)


def found_in(line: str) -> Iterator[str]:
    """The values of one line that may stand in code, in order; the logger's own header left out."""
    for match in _VALUES.finditer(_HEADER.sub("", line, count=1)):
        for text in (match[name] for name in ("quoted", "key", "value", "name", "number")):
            plain = (text or "").strip("\"'`")
            if len(plain) > 1 and plain.lower() not in _NOTHING and not _UNTELLING.fullmatch(plain):
                yield plain


def _is_usual(text: str, baseline: Sequence[str]) -> bool:
    return len(baseline) >= FEWEST and sum(text in line for line in baseline) > USUAL * len(baseline)
