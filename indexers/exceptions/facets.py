"""What can differ between traces of one fingerprint: counted for a page in Arrow, read once for each distinct trace.

Kinds of facets; every trace has at most one value of each:
- `line`: where the application's own code failed: the printed source line where there is one, else file and line,
- `message`: the constant part of the messages of the outermost exception and of the root cause,
- `member`: the exceptions of the chain beside the outermost one, also those that do not count for the fingerprint,
- `inner`: the innermost call of the root cause, whoever's it is.
Keeps out: which of it is news (impurity.py).
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexers.exceptions.buckets import scrub
from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.messages import parameterise
from indexers.exceptions.naming import culprit, outermost, root_cause
from indexers.exceptions.reading import Trace

MOST_VALUES = 32  # of one kind of one fingerprint in one page; the rarer ones are counted together
OTHERS = ""  # the value that stands for those
LONGEST = 500  # characters of a value
NOTHING_ELSE = "nothing else"
PRINTED = "`"  # what a printed source line stands in
_BUNDLED = 500  # a column beyond this is one of a bundled file, whose lines say nothing
_DIGITS = re.compile(r"\d+")
_PROBE = (
    "at 2026-03-01 12:00:00 host db-1.example.com:5432 took 12ms, 3 of 4.5 kB, 10.0.0.1 /var/lib/shop 'a b' "
    "5f8e2c7a91 0xff jane@example.com https://example.com/x 123e4567-e89b-12d3-a456-426614174000"
)


@dataclass(frozen=True, slots=True)
class PageFacets:
    """`traces`: event_id, ordinal -> reading, a row for each exception row; `values`: reading, kind, value."""

    traces: pa.Table
    values: pa.Table


@dataclass(frozen=True, slots=True)
class Facet:
    """A value met in one page. `before`: how many traces of its fingerprint (and version, for lines) the page held
    before the value was first met in it."""

    fingerprint: str
    kind: str
    version: str
    value: str
    count: int
    before: int
    first_seen: datetime
    last_seen: datetime
    event_id: str

    @property
    def value_id(self) -> str:
        return hashlib.sha256(self.value.encode()).hexdigest()[:16]


@cache
def message_rules() -> str:
    """Names the rules by which messages are parameterised, so that values of other rules are not compared with."""
    return hashlib.sha256(parameterise(_PROBE).encode()).hexdigest()[:8]


def facets_of(trace: Trace) -> list[tuple[str, str]]:
    """(kind, value) of one trace."""
    chain = trace.chain
    found = [("member", _members(chain))]
    frame = culprit(chain)
    line = "" if frame is None else _line(frame)
    if line:
        found.append(("line", line))
    if trace.fingerprint.contributing("frame"):  # else the message is the fingerprint
        found.append(("message", _messages(chain)))
    inner = root_cause(chain).innermost()
    if inner:
        found.append(("inner", _DIGITS.sub("#", inner[0].function or inner[0].file)))
    return [(kind, scrub(value[:LONGEST])) for kind, value in found]


def _line(frame: Frame) -> str:
    if frame.source:
        return f"{PRINTED}{frame.source}{PRINTED}"
    if frame.line is None:
        return ""
    file = frame.file.replace("\\", "/").rpartition("/")[2]
    column = f":{frame.column}" if frame.column and (frame.line == 1 or frame.column > _BUNDLED) else ""
    return f"{file}:{frame.line}{column}"


def _messages(chain: tuple[ExceptionRecord, ...]) -> str:
    said = []
    for record in dict.fromkeys((outermost(chain), root_cause(chain))):
        first_line = (record.message or "").strip().partition("\n")[0]
        said.append(parameterise(first_line)[: LONGEST // 2])
    return " <- ".join(said)


def _members(chain: tuple[ExceptionRecord, ...]) -> str:
    """The relation and type of every exception but the outermost; what other goroutines did is no part of a fault."""
    outer = outermost(chain)
    names = {
        f"{record.relation.replace('_', ' ')} {record.type}"
        for record in chain
        if record is not outer and record.relation != "goroutine"
    }
    return ", ".join(sorted(names)) or NOTHING_ELSE


def page_facets(readings: pa.Array, rows: pa.Table, traces: list[Trace]) -> PageFacets:
    """Facets of a page: `readings` says, for each of the exception `rows`, which of `traces` it is."""
    found = [(number, kind, value) for number, trace in enumerate(traces) for kind, value in facets_of(trace)]
    values = pa.table(
        {
            "reading": pa.array([number for number, _, _ in found], pa.int64()),
            "kind": pa.array([kind for _, kind, _ in found], pa.string()),
            "value": pa.array([value for _, _, value in found], pa.string()),
        }
    )
    return PageFacets(rows.select(["event_id", "ordinal"]).append_column("reading", readings), values)


def counted(exceptions: pa.Table, facets: PageFacets) -> list[Facet]:
    """The facets of a page's exceptions (EXCEPTION_SCHEMA, with the versions that ran), each value once."""
    if exceptions.num_rows == 0 or facets.values.num_rows == 0:
        return []
    rows = exceptions.select(["event_id", "ordinal", "fingerprint", "service_version", "timestamp"])
    rows = _ranked(rows.join(facets.traces, keys=["event_id", "ordinal"], join_type="inner"))
    rows = rows.join(facets.values, keys="reading", join_type="inner")
    lines, messages = pc.equal(rows["kind"], "line"), pc.equal(rows["kind"], "message")
    version = pc.if_else(lines, rows["service_version"], pc.if_else(messages, message_rules(), ""))
    before = pc.if_else(lines, rows["rank_of_version"], rows["rank"])
    rows = rows.append_column("version", version).append_column("before", before)
    keys = ["fingerprint", "kind", "version", "value"]
    grouped = rows.group_by(keys).aggregate(
        [("before", "count"), ("before", "min"), ("timestamp", "min"), ("timestamp", "max"), ("event_id", "min")]
    )
    return _bounded(
        [
            Facet(
                fingerprint=row["fingerprint"],
                kind=row["kind"],
                version=scrub(row["version"])[:255],
                value=row["value"],
                count=row["before_count"],
                before=row["before_min"],
                first_seen=row["timestamp_min"],
                last_seen=row["timestamp_max"],
                event_id=row["event_id_min"],
            )
            for row in grouped.sort_by(
                [("timestamp_min", "ascending"), *((key, "ascending") for key in keys)]
            ).to_pylist()
        ]
    )


def _ranked(rows: pa.Table) -> pa.Table:
    """`rows` with their place in time among those of their fingerprint, and among those of it and their version."""
    names = rows["fingerprint"].combine_chunks().dictionary_encode().indices.to_numpy()
    versions = rows["service_version"].combine_chunks().dictionary_encode().indices.to_numpy()
    times = rows["timestamp"].cast(pa.int64()).to_numpy()
    both = names.astype(np.int64) * (int(versions.max(initial=0)) + 1) + versions
    return rows.append_column("rank", pa.array(_places(names, times))).append_column(
        "rank_of_version", pa.array(_places(both, times))
    )


def _places(groups: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.lexsort((times, groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return places


def _bounded(facets: list[Facet]) -> list[Facet]:
    """At most MOST_VALUES of a kind of a fingerprint: the commonest; the others as one, OTHERS."""
    groups: dict[tuple[str, str, str], list[Facet]] = {}
    for facet in facets:
        groups.setdefault((facet.fingerprint, facet.kind, facet.version), []).append(facet)
    found: list[Facet] = []
    for key, group in groups.items():
        commonest = sorted(group, key=lambda facet: (-facet.count, facet.value))
        found += sorted(commonest[:MOST_VALUES], key=lambda facet: (facet.first_seen, facet.value))
        rest = commonest[MOST_VALUES:]
        if rest:
            first, last = min(one.first_seen for one in rest), max(one.last_seen for one in rest)
            total, before = sum(one.count for one in rest), min(one.before for one in rest)
            found.append(Facet(*key, OTHERS, total, before, first, last, rest[0].event_id))
    return found
