"""Look-ups of what the product itself has concluded: the analysis of a fault, and what rules see in log lines."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from connectors.records import TimeWindow
from connectors.warehouse import LogFilter
from rca.conversation.tools.base import Found, LookUp, Name, When
from rca.conversation.world import World
from rca.evidence import EvidenceItem

if TYPE_CHECKING:
    from rca.result import AnalysisResult

MOST_ROWS = 50_000
LATELY = timedelta(hours=1)
AROUND = timedelta(minutes=5)
MOST_FINDINGS = 8
MOST_CODE = 5


class ShowAnalysis(LookUp):
    """The root cause analysis of a fault: ranked code, suspected commits, what changed since on the main branch,
    findings, and the report's conclusion."""

    tool: ClassVar[str] = "show_analysis"

    fault: Name

    def look(self, world: World) -> Found:
        result = world.analysis(self.fault)
        report = result.report
        lines = [f"conclusion: {report.summary}"]
        if report.root_cause is not None:
            cause = report.root_cause
            lines.append(f"cause: {cause.symbol} in {cause.file}:{cause.start_line}, confidence {cause.confidence:.0%}")
        lines += [
            f"suspect {rank}: {place.symbol} in {place.path}:{place.line or place.start_line}: "
            + "; ".join(place.reasons[:3])
            for rank, place in enumerate(result.suspects[:5], 1)
        ]
        lines += [
            f"suspect commit {change.commit[:12]} of {change.authored_at[:10]} by {change.author}, {change.subject!r}: "
            f"{'; '.join(change.reasons[:3])}"
            for change in result.changes[:5]
        ]
        lines += [f"looked at {stamp.what}: {stamp.result}" for stamp in report.looked_at]
        item = EvidenceItem(
            "", "finding", f"analysis by {report.analyst}, severity {report.severity.level}", "\n".join(lines)
        )
        kept = _kept(result)
        return Found((*kept, item), report.summary, (result, tuple(one.id for one in kept)))


def _kept(result: "AnalysisResult") -> list[EvidenceItem]:
    """The analysis's evidence without log lines that nothing cites and code far down the ranking."""
    report = result.report
    causes = [cause for cause in (report.root_cause, *report.alternatives) if cause]
    cited = {citation.evidence_id for cause in causes for citation in cause.evidence}
    cited |= {parameter.evidence_id for parameter in report.parameters}
    code = [item.id for item in result.evidence.of_kind("code")][:MOST_CODE]
    others = {item.id for item in result.evidence.of_kind("exception", "commit", "finding")}
    return [item for item in result.evidence.items if item.id in {*cited, *code, *others}]


class ScanFindings(LookUp):
    """Known kinds of trouble (memory, disk, database, network, TLS, rate limits, crashes) that rules see in log lines
    around a fault or in a span."""

    tool: ClassVar[str] = "scan_findings"

    fault: Name = ""
    service: Name = ""
    start: When = None
    end: When = None

    def look(self, world: World) -> Found:
        from rca.findings.scan import scan

        own = ""
        start, end = self.start, self.end
        if self.fault:
            rows = world.occurrences(world.fault(self.fault), limit=1).to_pylist()
            own = rows[0]["event_id"] if rows else ""
            if rows and world.timed and not (start or end):
                start, end = rows[0]["timestamp"] - AROUND, rows[0]["timestamp"] + AROUND
        window = self._window(world, start, end)
        logs = world.logs(LogFilter(window=window, services=(self.service,) if self.service else ()), limit=MOST_ROWS)
        found = scan(logs, own_event=own, rules=world.rules())[:MOST_FINDINGS]
        if not found:
            return Found(says=f"Rules see no known kind of trouble in {logs.num_rows} log lines.", data=[])
        items = tuple(
            EvidenceItem(
                "",
                "finding",
                f"{one.rule.title} (rule {one.rule.id}), seen {one.count} time{'s' * (one.count != 1)}",
                one.quote,
                event_id=one.event_ids[0],
                count=one.count,
            )
            for one in found
        )
        return Found(items, f"{len(found)} kinds of trouble in {logs.num_rows} log lines", found)

    def _window(self, world: World, start: datetime | None, end: datetime | None) -> TimeWindow | None:
        """The span asked for; else the last hour of what is taken in, and all of a log that was handed in."""
        if not (start or end) and world.bounded:
            return None
        newest = world.newest()
        end = end or (newest + timedelta(seconds=1) if newest else None)
        return TimeWindow(start or end - LATELY, end) if end and world.timed else None
