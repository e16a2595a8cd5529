"""Look-ups of faults: which there are, one of them, what is like it, and whom it hit."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

from rca.conversation.tools.base import Found, LookUp, Name, When, Words
from rca.conversation.values import Fault
from rca.conversation.world import FaultQuery, World
from rca.evidence import EvidenceItem

MOST_OCCURRENCES = 2_000  # of a fault that are counted
MOST_TRACES = 60  # whose other lines are read for people and hosts
TRACE_LINES = 60
_IDENTITY = r"(?:id|no|number|name|email|key|uuid)"
PEOPLE = re.compile(
    rf"(?:user|customer|account|client|member|tenant|subscriber|buyer|patient|session)(?:[_.-]?{_IDENTITY})?", re.I
)
HOSTS = re.compile(
    r"(?:host|hostname|host[._]name|pod|pod[._]name|k8s[._]pod[._]name|node|node[._]name|instance|instance[._]id"
    r"|container|container[._](?:id|name)|server|machine)",
    re.I,
)
_PAIR = re.compile(
    r"""["']?(?P<name>[A-Za-z][\w.-]{1,40})["']?\s?[=:]\s?(?P<value>"[^"\n]{1,80}"|[^\s,;(){}\[\]"']{1,80})"""
)
_NOBODY = {"-", "none", "null", "nil", "undefined", "unknown", "true", "false", "0", ""}


class ListFaults(LookUp):
    """The faults (clusters of equal exceptions) that are known, also at a certain time: what else went wrong."""

    tool: ClassVar[str] = "list_faults"

    text: Words = ""
    service: Name = ""
    start: When = None
    end: When = None
    limit: Annotated[int, Field(ge=1, le=100)] = 12

    def look(self, world: World) -> Found:
        wanted = FaultQuery(self.text, self.service, self.start, self.end, limit=self.limit)
        faults = list(world.faults(wanted))
        if not faults:
            return Found(says="No faults match.", data=[])
        title = f"{len(faults)} fault{'s' * (len(faults) != 1)}, the most frequent first"
        text = "\n".join(fault_line(fault) for fault in faults)
        return Found((EvidenceItem("", "metric", title, text, count=len(faults)),), title, faults)


class ShowFault(LookUp):
    """One fault: how often, since when, where, in which versions, its trend, and its stack trace as logged."""

    tool: ClassVar[str] = "show_fault"

    fault: Name

    def look(self, world: World) -> Found:
        fault = world.fault(self.fault)
        facts = EvidenceItem("", "metric", f"how often and where: {fault.title}", "\n".join(_facts(fault)))
        trace = EvidenceItem(
            "",
            "exception",
            f"the exception as logged: {fault.type}",
            _ends(fault.text),
            event_id=fault.event_ids[0] if fault.event_ids else "",
            count=max(1, fault.count),
        )
        return Found((facts, trace), fault.title, fault)


class SimilarFaults(LookUp):
    """Other faults that may be the same or share their cause."""

    tool: ClassVar[str] = "similar_faults"

    fault: Name

    def look(self, world: World) -> Found:
        found = list(world.similar(self.fault))
        if not found:
            return Found(says="No other fault is like it.", data=[])
        text = "\n".join(f"{one.cluster_id[:8]} x{one.count} {one.title}: {one.why}" for one in found)
        title = f"{len(found)} fault{'s' * (len(found) != 1)} like it"
        return Found((EvidenceItem("", "metric", title, text),), title, found)


class CountAffected(LookUp):
    """Whom and what a fault hit: how many occurrences, requests, users or customers, hosts, by what log lines say."""

    tool: ClassVar[str] = "count_affected"

    fault: Name

    def look(self, world: World) -> Found:
        fault = world.fault(self.fault)
        rows = world.occurrences(fault, limit=MOST_OCCURRENCES).to_pylist()
        counts = affected(rows, world)
        text = "\n".join(_counted(name, values) for name, values in counts.items())
        whole = len(rows) < MOST_OCCURRENCES and len(rows) >= fault.count
        which = f"all {len(rows)} occurrences" if whole else f"the newest {len(rows)} of {fault.count} occurrences"
        title = f"whom it hit, counted over {which}"
        lines = f"occurrences={fault.count}\nread={len(rows)}\n{text}".rstrip()
        return Found((EvidenceItem("", "metric", title, lines, count=len(rows)),), title, (len(rows), whole, counts))


def _ends(text: str) -> str:
    """A trace whole, or its two ends and a line on what is missing: an endless recursion prints thousands of frames."""
    lines = text.split("\n")
    if len(lines) <= TRACE_LINES:
        return text
    half = TRACE_LINES // 2
    return "\n".join([*lines[:half], f"... {len(lines) - 2 * half} lines left out ...", *lines[-half:]])


def fault_line(fault: Fault) -> str:
    """A fault in one line of a list."""
    where = f" in {', '.join(list(fault.services)[:3])}" if fault.services else ""
    seen = f", first {fault.first_seen:%Y-%m-%d %H:%M:%S}" if fault.first_seen else ""
    last = f", last {fault.last_seen:%Y-%m-%d %H:%M:%S}" if fault.last_seen else ""
    return f"{fault.id[:8]} x{fault.count}{where}{seen}{last}: {fault.title}"


def _facts(fault: Fault) -> Iterator[str]:
    yield f"id={fault.id}"
    yield f"count={fault.count}"
    if fault.status:
        yield f"status={fault.status}{f' ({fault.status_why})' if fault.status_why else ''}"
    if fault.first_seen and fault.last_seen:
        yield f"first_seen={fault.first_seen:%Y-%m-%d %H:%M:%S}"
        yield f"last_seen={fault.last_seen:%Y-%m-%d %H:%M:%S}"
        lasting = fault.last_seen - fault.first_seen
        yield f"span={timedelta(seconds=round(lasting.total_seconds()))}"
    for kind, counts in (("service", fault.services), ("environment", fault.environments), ("version", fault.versions)):
        for name, count in counts.items():
            yield f"{kind} {name or '(none)'}: {count}"
    if any(fault.hours):
        yield f"last 24 hours, oldest first: {' '.join(map(str, fault.hours))}"
    if fault.trend:
        yield f"trend: {fault.trend}"


def affected(rows: list[dict[str, Any]], world: World) -> dict[str, Counter[str]]:
    """What occurrences were of, each with how many of them: requests, people, hosts, log streams."""
    from connectors.warehouse import LogFilter

    counts: dict[str, Counter[str]] = {
        "trace_id": Counter(row["trace_id"] for row in rows if row["trace_id"]),
        "request_id": Counter(row["request_id"] for row in rows if row["request_id"]),
        "log stream": Counter(str(row["stream"]).rpartition("/")[2] for row in rows if row["stream"]),
    }
    named = [_named(row) for row in rows]
    if not any(PEOPLE.fullmatch(name) for names in named for name in names):
        # The failing line often does not say whom it failed for, another line of the same request does.
        for trace in list(counts["trace_id"])[:MOST_TRACES]:
            others = world.logs(LogFilter(trace_id=trace), limit=30, newest_first=False).to_pylist()
            found: dict[str, str] = {}
            for other in others:
                found |= {name: value for name, value in _named(other).items() if PEOPLE.fullmatch(name)}
            named.append(found)
    for names in named:
        for name, value in names.items():
            if PEOPLE.fullmatch(name) or HOSTS.fullmatch(name):
                counts.setdefault(name, Counter())[value] += 1
    return {name: counter for name, counter in counts.items() if counter}


def _named(row: Mapping[str, Any]) -> dict[str, str]:
    """name -> value of what a row says in pairs."""
    pairs: Iterable[tuple[str, str]] = [
        *((match["name"], match["value"].strip('"')) for match in _PAIR.finditer(str(row.get("body", ""))[:4_000])),
        *((key, value or "") for key, value in row.get("attributes") or ()),
    ]
    return {name: value for name, value in pairs if value.lower() not in _NOBODY}


def _counted(name: str, values: Counter[str]) -> str:
    """One line: how many distinct values, and the commonest where that says anything."""
    often = ", ".join(f"{value} ({count})" for value, count in values.most_common(5) if count > 1)
    return f"distinct {name}: {len(values)}{f', most: {often}' if often else ''}"
