"""The world of a log that was handed in: its events, its exceptions grouped into faults, in memory.

Owns: triage (assemble, extract, group) and answering look-ups from the rows. Code is looked at where a repository of
ours fits the traces. Keeps out: storing the log, look-ups, what causes a fault.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import NotFoundError
from connectors.records import LOG_SCHEMA, SOURCE_SCHEMA, utc_now
from connectors.warehouse import HistogramBin, LogFilter
from indexers.exceptions.naming import culprit, title
from indexers.exceptions.reading import Trace
from rca.conversation.values import Fault
from rca.conversation.world import Code, FaultQuery

if TYPE_CHECKING:
    from indexers.code.releases import Release
    from indexers.exceptions.cluster_values import Suggestion
    from rca.case import ClusterCase
    from rca.findings.rules import Rule
    from rca.result import AnalysisResult

BEFORE, AFTER = timedelta(minutes=2), timedelta(seconds=30)
MOST_ROWS = 5_000  # around a failure
ROWS_BEFORE = 500  # where lines carry no time

CodeOf = Callable[[str, str, Fault], Code]  # (service, ref, fault): the code that the fault's trace runs through


@dataclass(frozen=True)
class Triage:
    """A log as it was understood. `timed` is False when its lines carry no time; `position` of a row is its line."""

    name: str
    rows: pa.Table
    faults: tuple[Fault, ...]
    members: dict[str, tuple[str, ...]]  # fault id -> events that hold it, oldest first
    lines: int
    timed: bool


def triage(text: str, name: str, *, service: str = "", version: str = "") -> Triage:
    """The events of `text`, and its exceptions as faults, those seen most first.

    `service` and `version` stand in where lines do not say. Any text is accepted.
    """
    from indexers.exceptions.rows import exception_rows
    from indexers.logs.page import parse_page

    lines = text.replace("\r\n", "\n").split("\n")
    observed = utc_now()
    table = pa.table(
        {
            "stream": pa.array([name] * len(lines), pa.string()),
            "position": pa.array(range(1, len(lines) + 1), pa.int64()),
            "timestamp": pa.nulls(len(lines), SOURCE_SCHEMA.field("timestamp").type),
            "line": pa.array([line.encode("utf-8", "replace").decode() for line in lines], pa.string()),
        },
        schema=SOURCE_SCHEMA,
    )
    given = {key: value for key, value in (("service.name", service), ("service.version", version)) if value}
    page = parse_page(
        table, source=name, page_id="", streams={name: given}, observed_at=observed, carry=None, final=True
    )
    rows = page.rows
    timed = bool(rows.num_rows) and not bool(pc.all(pc.equal(rows["timestamp"], pa.scalar(observed))).as_py())
    exceptions, traces = exception_rows(rows)
    faults, members = _grouped(exceptions, traces, timed)
    return Triage(name, rows, faults, members, len(lines) - (not lines[-1]), timed)


def _grouped(
    exceptions: pa.Table, traces: dict[str, Trace], timed: bool
) -> tuple[tuple[Fault, ...], dict[str, tuple[str, ...]]]:
    from indexers.exceptions.grouping import group_texts

    groups: dict[str, list[str]] = {}
    for grouped in group_texts([(value, trace.text) for value, trace in traces.items()]):
        groups.setdefault(grouped.group, []).append(grouped.id)
    held = exceptions.to_pylist()
    faults, members = [], {}
    for prints in groups.values():
        rows = [row for row in held if row["fingerprint"] in prints]
        common = Counter(row["fingerprint"] for row in rows).most_common(1)
        if common:
            fault = _fault(traces[common[0][0]], rows, timed)
            faults.append(fault)
            members[fault.id] = tuple(dict.fromkeys(str(row["event_id"]) for row in rows))
    return tuple(sorted(faults, key=lambda fault: (-fault.count, fault.id))), members


def _fault(trace: Trace, rows: Sequence[dict[str, Any]], timed: bool) -> Fault:
    times = sorted(row["timestamp"] for row in rows)
    named = title(trace.chain)
    newest = [str(row["event_id"]) for row in sorted(rows, key=lambda row: row["timestamp"], reverse=True)]
    return Fault(
        id=hashlib.sha256(f"{trace.fingerprint.value}{named}".encode("utf-8", "replace")).hexdigest()[:12],
        title=named,
        type=str(rows[-1]["exception_type"]),
        message=str(rows[-1]["exception_message"]),
        text=trace.text,
        chain=trace.chain,
        count=len({row["event_id"] for row in rows}),
        first_seen=times[0] if timed else None,
        last_seen=times[-1] if timed else None,
        culprit=culprit(trace.chain),
        services=_counted(row["service_name"] for row in rows),
        environments=_counted(row["deployment_environment_name"] for row in rows),
        versions=_counted(row["service_version"] for row in rows),
        status="in this log",
        event_ids=tuple(dict.fromkeys(newest)),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return {name: count for name, count in Counter(names).most_common() if name}


class PastedWorld:
    """A `World` of one log."""

    bounded = True
    load_rules: "Callable[[], Sequence[Rule]] | None" = None  # called when they are first needed

    def __init__(self, log: Triage, code_of: CodeOf, analyse: "Callable[[ClusterCase], AnalysisResult]") -> None:
        self.log, self._code_of, self._analyse = log, code_of, analyse
        self._analyses: dict[str, AnalysisResult] = {}
        self._codes: dict[tuple[str, str, str], Code] = {}

    @property
    def about(self) -> str:
        return f"the log {self.log.name}"

    @property
    def timed(self) -> bool:
        return self.log.timed

    def services(self) -> list[str]:
        return sorted({name for name in pc.unique(self.log.rows["service_name"]).to_pylist() if name})

    def rules(self) -> "Sequence[Rule] | None":
        return self.load_rules() if self.load_rules is not None else None

    def newest(self) -> datetime | None:
        return pc.max(self.log.rows["timestamp"]).as_py() if self.timed else None

    def faults(self, wanted: FaultQuery) -> list[Fault]:
        words = wanted.text.lower().split()
        found = [
            fault
            for fault in self.log.faults
            if all(word in _searchable(fault) for word in words)
            and (not wanted.service or wanted.service in fault.services)
            and not (wanted.start and fault.last_seen and fault.last_seen < wanted.start)
            and not (wanted.end and fault.first_seen and fault.first_seen >= wanted.end)
        ]
        if not wanted.by_count and self.timed:
            found.sort(key=lambda fault: fault.last_seen or utc_now(), reverse=True)
        return found[: wanted.limit]

    def fault(self, fault_id: str) -> Fault:
        found = [fault for fault in self.log.faults if fault_id and fault.id.startswith(fault_id)]
        if len(found) != 1:
            raise NotFoundError(f"there is no fault {fault_id!r} in {self.about}.")
        return found[0]

    def similar(self, fault_id: str) -> "Sequence[Suggestion]":
        return ()

    def analysis(self, fault_id: str) -> "AnalysisResult":
        fault = self.fault(fault_id)
        if fault.id not in self._analyses:
            self._analyses[fault.id] = self._analyse(self._case(fault))
        return self._analyses[fault.id]

    def _case(self, fault: Fault) -> "ClusterCase":
        from rca.case import ClusterCase

        code = self.code(fault.service, fault=fault)
        near = self._near(fault)
        return ClusterCase(
            cluster_id=fault.id,
            service=fault.service,
            environment=next(iter(fault.environments), ""),
            version=next(iter(fault.versions), ""),
            exception_type=fault.type,
            exception_message=fault.message,
            trace_text=fault.text,
            chain=fault.chain,
            event_id=fault.event_ids[0] if fault.event_ids else "",
            status="in this log",
            count=fault.count,
            first_seen=fault.first_seen,
            last_seen=fault.last_seen,
            counts_by_version=fault.versions,
            counts_by_environment=fault.environments,
            logs=near,
            code=code.tree,
            code_missing=code.missing,
            repository=code.repository,
            repository_missing=code.missing,
            looked_at={
                "log": f"{self.log.name}, {self.log.lines:,} lines, {near.num_rows:,} events near the failure",
                **({"commit": f"code is read {code.why}"} if code.tree is not None else {}),
            },
        )

    def _near(self, fault: Fault) -> pa.Table:
        """Rows around the newest occurrence; where lines carry no time, those printed before it."""
        rows = self.log.rows
        own = rows.filter(pc.equal(rows["event_id"], fault.event_ids[0])) if fault.event_ids else rows.slice(0, 0)
        if not own.num_rows:
            return rows.slice(0, MOST_ROWS)
        if self.timed:
            at = own["timestamp"][0].as_py()
            kept = pc.and_(
                pc.greater_equal(rows["timestamp"], pa.scalar(at - BEFORE)),
                pc.less(rows["timestamp"], pa.scalar(at + AFTER)),
            )
            return rows.filter(kept).slice(0, MOST_ROWS)
        place = own["position"][0].as_py()
        first = max(0, pc.sum(pc.less(rows["position"], place)).as_py() - ROWS_BEFORE)
        return rows.slice(first, 2 * ROWS_BEFORE)

    def logs(self, where: LogFilter, *, limit: int, newest_first: bool = True) -> pa.Table:
        order = "descending" if newest_first else "ascending"
        return self._matching(where).sort_by([("timestamp", order), ("position", order)]).slice(0, limit)

    def histogram(self, where: LogFilter, bin_seconds: int) -> list[HistogramBin]:
        rows = self._matching(where)
        if not (rows.num_rows and self.timed):
            return []
        starts = pc.floor_temporal(rows["timestamp"], bin_seconds, unit="second")
        table = pa.table({"start": starts, "severity": rows["severity_text"]})
        counted = table.group_by(["start", "severity"]).aggregate([([], "count_all")])
        ordered = counted.sort_by([("start", "ascending"), ("severity", "ascending")]).to_pylist()
        return [HistogramBin(row["start"], row["severity"], row["count_all"]) for row in ordered]

    def occurrences(self, fault: Fault, *, limit: int) -> pa.Table:
        return self.logs(LogFilter(event_ids=self.log.members.get(fault.id, ("",))), limit=limit)

    def releases(self, service: str) -> "Sequence[Release]":
        return ()

    def code(self, service: str, ref: str = "", *, fault: Fault | None = None) -> Code:
        about = fault or (self.log.faults[0] if self.log.faults else None)
        if about is None:
            return Code(missing="the log holds no trace that leads into code")
        key = (service, ref, about.id)
        if key not in self._codes:
            self._codes[key] = self._code_of(service, ref, about)
        return self._codes[key]

    def _matching(self, where: LogFilter) -> pa.Table:
        rows = self.log.rows
        chosen = [
            (where.services, "service_name"),
            (where.environments, "deployment_environment_name"),
            (where.versions, "service_version"),
            (where.event_ids, "event_id"),
            ((where.trace_id,) if where.trace_id else (), "trace_id"),
            ((where.request_id,) if where.request_id else (), "request_id"),
        ]
        for values, column in chosen:
            if values:
                rows = rows.filter(pc.is_in(rows[column], value_set=pa.array(values)))
        if where.min_severity:
            rows = rows.filter(pc.greater_equal(rows["severity_number"], where.min_severity))
        if where.window is not None and self.timed:
            after = pc.greater_equal(rows["timestamp"], pa.scalar(where.window.start))
            rows = rows.filter(pc.and_(after, pc.less(rows["timestamp"], pa.scalar(where.window.end))))
        for word in _needles(where.text):
            rows = rows.filter(pc.match_substring(rows["body"], word, ignore_case=True))
        return rows if rows.num_rows else LOG_SCHEMA.empty_table()


def _needles(text: str) -> list[str]:
    """Words and "quoted phrases" of a search, as the warehouse reads them."""
    parts = text.split('"')
    return [word for place, part in enumerate(parts) for word in ([part] if place % 2 else part.split()) if word]


def _searchable(fault: Fault) -> str:
    place = fault.culprit
    return f"{fault.title} {fault.message} {place.function if place else ''} {place.file if place else ''}".lower()
