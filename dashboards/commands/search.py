"""`firstcause search`: log lines and exceptions, with a histogram. Keeps out: how text is searched."""

from dataclasses import dataclass

from rich.text import Text

from connectors.errors import BadInputError
from connectors.records import TimeWindow, utc_now
from connectors.warehouse import LogFilter
from dashboards import wording
from dashboards.answers import search as answers
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Paper, coloured, write_json

MOST_LINES = 7  # of one event after its first; --json has all of them
BAR = 40  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as given."""

    query: str
    service: str
    environment: str
    version: str
    since: str
    until: str
    level: str | None
    trace_id: str
    request_id: str
    limit: int
    offset: int

    def where(self) -> LogFilter:
        """The same as the warehouse takes it. Raises BadInputError for times that make no window."""
        now = utc_now()
        window = None
        if self.since or self.until:
            if not self.since:
                raise BadInputError("--until needs --since: say from when to search.")
            start = wording.moment(self.since, now)
            end = wording.moment(self.until, now) if self.until else now
            if end <= start:
                raise BadInputError(f"--until {self.until or 'now'} is not after --since {self.since}.")
            window = TimeWindow(start, end)
        return LogFilter(
            window=window,
            services=(self.service,) if self.service else (),
            environments=(self.environment,) if self.environment else (),
            versions=(self.version,) if self.version else (),
            min_severity=answers.SEVERITIES[self.level.upper()] if self.level else 0,
            text=self.query,
            trace_id=self.trace_id,
            request_id=self.request_id,
        )


def search(asked: Asked, as_json: bool) -> None:
    """Print what matches, the newest first."""
    where = asked.where()
    with workspace() as opened:
        found = answers.search(opened, where, limit=asked.limit, offset=asked.offset)
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper = Paper()
    if not found.logs and not found.exceptions:
        paper.say("Nothing matches." if found.start else "No log lines are stored yet.")
        return
    _histogram(paper, found)
    _exceptions(paper, found)
    for line in reversed(found.logs):
        _line(paper, line)
    last = asked.offset + len(found.logs)
    paper.say(f"{asked.offset + 1} to {last} of {found.logs_total:,} lines, the newest last.", style="dim")


def _histogram(paper: Paper, found: answers.SearchAnswer) -> None:
    counts: dict[str, int] = {}
    for one in found.histogram.bins:
        at = wording.stamp(one.start)
        counts[at] = counts.get(at, 0) + one.count
    highest = max(counts.values(), default=0)
    if len(counts) < 2:
        return
    for at, count in list(counts.items())[-20:]:
        paper.say(f"{at}  {'█' * max(1, count * BAR // highest):<{BAR}} {count:>8,}", style="dim")
    paper.say()


def _exceptions(paper: Paper, found: answers.SearchAnswer) -> None:
    by_cluster: dict[str, list[answers.ExceptionLine]] = {}
    for one in found.exceptions:
        by_cluster.setdefault(one.cluster_id or one.fingerprint, []).append(one)
    for name, ones in by_cluster.items():
        message = f": {ones[0].message}" if ones[0].message else ""
        more = "+" if found.more_exceptions else ""
        what = wording.plain(f"{ones[0].type}{message}").split("\n")[0]
        paper.say(Text.assemble((f"{name[:8]}  ", "cyan"), (f"x{len(ones)}{more}  ", "dim"), what))
    if by_cluster:
        paper.say()


def _line(paper: Paper, line: answers.LogLine) -> None:
    where = " ".join(filter(None, (line.service, line.version, line.environment)))
    body = wording.plain(line.body).rstrip("\n").split("\n")
    head = Text.assemble(
        (f"{wording.stamp(line.timestamp)} ", "dim"), coloured(line.severity or "-"), (f" {where}  ", "cyan"), body[0]
    )
    paper.say(head)
    for more in wording.ends(body[1:], MOST_LINES):
        paper.say(more, indent=4, style="dim")
