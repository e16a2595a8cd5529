"""Look-ups of log lines: by words, around a failure, and how many there were over time."""

from abc import ABC
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from connectors.errors import BadInputError
from connectors.records import TimeWindow
from connectors.warehouse import LogFilter
from rca.conversation.tools.base import Found, LookUp, Name, When, Words
from rca.conversation.world import World
from rca.evidence import EvidenceItem

MOST_LINES = 30  # events of one look-up
MOST_PARTS = 12  # lines shown of one event
LONGEST_VALUE = 80  # of an attribute
FEW_PARTS = 3  # of one that ends as another does
MOST_BINS = 48
MOST_REDUCED = 100_000  # events
LEVELS = {"TRACE": 1, "DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "FATAL": 21}  # OpenTelemetry numbers
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC)
WIDTHS = (1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200, 86_400)  # seconds
Level = Literal["", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
Count = Annotated[int, Field(ge=1, le=MOST_LINES)]


class _Filtered(LookUp, ABC):
    """What look-ups over many lines share."""

    text: Words = ""
    service: Name = ""
    min_level: Level = ""
    start: When = None
    end: When = None

    def where(self, *, trace_id: str = "", request_id: str = "") -> LogFilter:
        """The same as the warehouse takes it. Raises BadInputError for a span that ends before it starts."""
        begin, stop = self.start or FIRST, self.end or LAST
        if begin >= stop:
            raise BadInputError(f"the span ends ({stop.isoformat()}) before it starts ({begin.isoformat()}).")
        return LogFilter(
            window=TimeWindow(begin, stop) if self.start or self.end else None,
            services=(self.service,) if self.service else (),
            min_severity=LEVELS.get(self.min_level, 0),
            text=self.text,
            trace_id=trace_id,
            request_id=request_id,
        )


class SearchLogs(_Filtered):
    """Log lines that hold all words (or "quoted phrases") of `text`, the newest first; times are ISO 8601 in UTC."""

    tool: ClassVar[str] = "search_logs"

    trace_id: Name = ""
    request_id: Name = ""
    oldest_first: bool = False
    limit: Count = 15

    def look(self, world: World) -> Found:
        where = self.where(trace_id=self.trace_id, request_id=self.request_id)
        rows = world.logs(where, limit=self.limit + 1, newest_first=not self.oldest_first).to_pylist()
        more = len(rows) > self.limit
        shown = sorted(rows[: self.limit], key=_place)
        what = " ".join(
            filter(None, [f"with {self.text}" if self.text else "", f"of {self.service}" if self.service else ""])
        )
        if not shown:
            return Found(says=f"No log lines {what} in that span.".replace("  ", " "), data=[])
        which = "the oldest" if self.oldest_first else "the newest"
        title = f"{_lines(len(shown))}{f', {which} of more,' if more else ''} {what}".strip()
        return Found((excerpt(shown, title, world),), title, shown)


class LogsAround(LookUp):
    """Log lines around one occurrence of a fault, or around a time: of its request alone, or of the whole service."""

    tool: ClassVar[str] = "logs_around"

    fault: Name = ""
    at: When = None
    service: Name = ""
    same_request: bool = False
    before_seconds: Annotated[float, Field(ge=0, le=3_600)] = 30
    after_seconds: Annotated[float, Field(ge=0, le=3_600)] = 10
    limit: Count = 20

    def look(self, world: World) -> Found:
        own = self._occurrence(world)
        at = self.at or (own["timestamp"] if own else None)
        if at is None:
            raise BadInputError("say around what: a fault of this conversation or a time.")
        if self.same_request:
            return self._request(world, own)
        if not world.timed:
            return self._by_place(world, own)
        window = TimeWindow(
            at - timedelta(seconds=self.before_seconds), at + timedelta(seconds=self.after_seconds, microseconds=1)
        )
        service = self.service or (own["service_name"] if own else "")
        where = LogFilter(window=window, services=(service,) if service else ())
        before = world.logs(_until(where, at), limit=self.limit, newest_first=True).to_pylist()
        after = world.logs(_since(where, at), limit=self.limit, newest_first=False).to_pylist()
        rows = _nearest(before, after, at, self.limit)
        title = f"{_lines(len(rows))}{f' of {service}' if service else ''} around {at:%Y-%m-%d %H:%M:%S} UTC"
        return _shown(rows, title, world)

    def _occurrence(self, world: World) -> dict[str, Any] | None:
        if not self.fault:
            return None
        fault = world.fault(self.fault)
        rows = world.occurrences(fault, limit=1).to_pylist()
        return rows[0] if rows else None

    def _request(self, world: World, own: dict[str, Any] | None) -> Found:
        if own is None or not (own["trace_id"] or own["request_id"]):
            return Found(says="The failing line carries no trace or request id.", data=[])
        by_trace = bool(own["trace_id"])
        where = LogFilter(trace_id=own["trace_id"]) if by_trace else LogFilter(request_id=own["request_id"])
        rows = world.logs(where, limit=self.limit, newest_first=False).to_pylist()
        name = f"trace {own['trace_id']}" if by_trace else f"request {own['request_id']}"
        return _shown(rows, f"{_lines(len(rows))} of {name}, in which it failed", world)

    def _by_place(self, world: World, own: dict[str, Any] | None) -> Found:
        """Where lines carry no time: the lines printed before and after."""
        if own is None:
            return Found(says="Lines of this log carry no time; name a fault instead.", data=[])
        rows = world.logs(LogFilter(), limit=1_000_000, newest_first=False).to_pylist()
        place = next((index for index, row in enumerate(rows) if row["event_id"] == own["event_id"]), 0)
        first = max(0, place - self.limit * 2 // 3)
        near = rows[first : first + self.limit]
        return _shown(near, f"{_lines(len(near))} around line {own['position']}", world)


class CountLogs(_Filtered):
    """How many log lines there were over time, by level: whether errors rise, when they began, when it was silent."""

    tool: ClassVar[str] = "count_logs"

    def look(self, world: World) -> Found:
        end = self.end or world.newest()
        if end is None or not world.timed:
            return Found(says="No times are known, so nothing can be counted over time.", data=[])
        end += timedelta(seconds=0 if self.end else 1)
        start = self.start or end - timedelta(hours=24)
        where = self.model_copy(update={"start": start, "end": end}).where()
        seconds = (end - start).total_seconds()
        width = next((width for width in WIDTHS if seconds / width <= MOST_BINS), WIDTHS[-1])
        bins = world.histogram(where, width)
        totals: dict[datetime, dict[str, int]] = {}
        for one in bins:
            totals.setdefault(one.start, {})[one.severity_text or "-"] = one.count
        lines = [
            f"{when:%Y-%m-%d %H:%M:%S} {sum(levels.values())} ({', '.join(f'{n} {c}' for n, c in levels.items())})"
            for when, levels in totals.items()
        ]
        total = sum(one.count for one in bins)
        title = f"log lines in steps of {_span(width)} from {start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC: {total} in all"
        text = "\n".join(lines) or "none"
        return Found((EvidenceItem("", "metric", title, text, count=total),), title, totals)


class ReduceLogs(_Filtered):
    """The log lines that matter in a span or in all of it: equal ones counted, rare and loud ones kept."""

    tool: ClassVar[str] = "reduce_logs"

    tokens: Annotated[int, Field(ge=100, le=3_000)] = 1_000

    def look(self, world: World) -> Found:
        from rca.reduction import reduce_lines

        rows = world.logs(self.where(), limit=MOST_REDUCED).sort_by(
            [("timestamp", "ascending"), ("position", "ascending")]
        )
        if not rows.num_rows:
            return Found(says="No log lines in that span.", data=None)
        reduced = reduce_lines(
            rows["body"].combine_chunks(),
            budget=self.tokens,
            severities=rows["severity_number"],
            timestamps=rows["timestamp"] if world.timed else None,
        )
        whole = "" if rows.num_rows < MOST_REDUCED else f" (the newest {MOST_REDUCED:,} events)"
        events = "1 log event" if rows.num_rows == 1 else f"{rows.num_rows:,} log events"
        title = f"what matters in {events}{whole}, equal ones counted"
        return Found((EvidenceItem("", "log", title, reduced.text, count=rows.num_rows),), title, reduced)


def excerpt(rows: Iterable[dict[str, Any]], title: str, world: World) -> EvidenceItem:
    """Log rows as one piece of evidence: each with its time (or line), level and service, as it was logged."""
    shown = list(rows)
    whole = _told_whole(shown)
    text = "\n".join(_line(row, world, MOST_PARTS if row["event_id"] in whole else FEW_PARTS) for row in shown)
    newest = shown[-1]["event_id"] if shown else ""
    return EvidenceItem("", "log", title, text, event_id=newest, count=len(shown))


def _told_whole(rows: list[dict[str, Any]]) -> set[str]:
    """Events of several lines that are shown at length: of those that end alike, such as equal traces, the last."""
    last = {str(row["body"]).rstrip().rpartition("\n")[2]: str(row["event_id"]) for row in rows}
    return set(last.values())


def _line(row: dict[str, Any], world: World, most: int) -> str:
    head = _head(row, world)
    parts = str(row["body"]).rstrip("\n").split("\n")
    if len(parts) > most:
        left = len(parts) - most
        parts = [*parts[: most - 2], f"... {left + 1} lines ...", parts[-1]]
    body = "\n".join(parts)
    pairs = [(key, value) for key, value in row["attributes"] or () if value and value not in row["body"]]
    more = [f"{key}={value}" for key, value in pairs if len(value) <= LONGEST_VALUE and "\n" not in value][:8]
    return f"{head}{' | ' if head else ''}{body}{' {' + ' '.join(more) + '}' if more else ''}"


def _head(row: dict[str, Any], world: World) -> str:
    """Time (or line), level and service, as far as the line does not begin with them itself."""
    begins = str(row["body"])[:200]
    clock = f"{row['timestamp']:%H:%M:%S}"
    told = world.timed and clock in begins[:60]
    when = f"{row['timestamp']:%H:%M:%S.%f}"[:-3] if world.timed else f"line {row['position']}"
    level = "" if told and row["severity_text"] in begins.upper() else row["severity_text"]
    service = "" if row["service_name"] in begins else row["service_name"]
    return " ".join(filter(None, ["" if told else when, level, service]))


def _shown(rows: list[dict[str, Any]], title: str, world: World) -> Found:
    if not rows:
        return Found(says="No log lines there.", data=[])
    return Found((excerpt(rows, title, world),), title, rows)


def _until(where: LogFilter, at: datetime) -> LogFilter:
    assert where.window is not None  # noqa: S101  # made with a window just before
    return LogFilter(window=TimeWindow(where.window.start, at + timedelta(microseconds=1)), services=where.services)


def _since(where: LogFilter, at: datetime) -> LogFilter:
    assert where.window is not None  # noqa: S101  # as above
    return LogFilter(window=TimeWindow(at + timedelta(microseconds=1), where.window.end), services=where.services)


def _nearest(
    before: list[dict[str, Any]], after: list[dict[str, Any]], at: datetime, most: int
) -> list[dict[str, Any]]:
    """At most `most` rows: what led up to it has two thirds of the room where both sides have enough."""
    kept_after = after[: max(most - len(before), most // 3)]
    kept_before = before[: most - len(kept_after)]
    return sorted([*kept_before, *kept_after], key=_place)


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["timestamp"], row["stream"], row["position"]


def _lines(number: int) -> str:
    return "1 log line" if number == 1 else f"{number} log lines"


def _span(seconds: int) -> str:
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            amount = seconds // size
            return f"{amount} {name}{'s' * (amount != 1)}"
    return f"{seconds} seconds"
