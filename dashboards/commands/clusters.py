"""`firstcause clusters`: the faults as a table. Keeps out: which clusters match."""

from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from dashboards import wording
from dashboards.answers import clusters as answers
from dashboards.answers.shape import Listing
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Column, Paper, coloured, write_json
from dashboards.wording import utc_now
from indexers.exceptions.clusters import ClusterQuery

ID_LENGTH = 8  # enough to be unique among millions, and any unique beginning is accepted
WIDE = 100  # columns from which the trend is shown
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as given."""

    service: str
    environment: str
    version: str
    status: answers.Status | None
    text: str
    since: str
    min_count: int
    sort: answers.Sort
    limit: int
    offset: int

    def query(self) -> ClusterQuery:
        """The same as the store takes it. Raises BadInputError for a time nobody can read."""
        return ClusterQuery(
            service=self.service,
            environment=self.environment,
            version=self.version,
            status=self.status,
            text=self.text,
            since=wording.moment(self.since, utc_now()) if self.since else None,
            min_count=self.min_count,
            sort=self.sort,
            limit=self.limit,
            offset=self.offset,
        )


def clusters(asked: Asked, as_json: bool) -> None:
    """Print the clusters that match."""
    query = asked.query()
    with workspace() as opened:
        found = answers.listing(opened, query)
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper = Paper()
    if not found.items:
        paper.say(_nothing(query))
        return
    _table(paper, found)
    shown = f"{found.offset + 1} to {found.offset + len(found.items)} of {found.total}"
    paper.say(f"{shown}. `firstcause show ID` has one of them, `firstcause explain ID` its cause.", style="dim")


def _nothing(query: ClusterQuery) -> str:
    if query == ClusterQuery(limit=query.limit, sort=query.sort):
        return "No exceptions yet. `firstcause ingest FILE` takes in a log; `firstcause run` reads what is configured."
    return "No cluster matches."


def _table(paper: Paper, found: Listing[answers.ClusterItem]) -> None:
    now = utc_now()
    wide = paper.width >= WIDE
    columns: list[Column] = [
        ("ID", {"no_wrap": True}),
        ("STATUS", {"no_wrap": True}),
        ("COUNT", {"no_wrap": True, "justify": "right"}),
        *([("24 HOURS", {"no_wrap": True})] if wide else []),
        ("LAST SEEN", {"no_wrap": True}),
        ("FAULT", {"ratio": 1}),
    ]
    paper.table(columns, [_row(item, now, wide) for item in found.items])


def _row(item: answers.ClusterItem, now: datetime, wide: bool) -> list[str | Text]:
    return [
        item.id[:ID_LENGTH],
        _status(item),
        wording.count(item.count),
        *([wording.sparkline(wording.halved(item.trend.hours))] if wide else []),
        wording.ago(item.last_seen, now),
        _fault(item),
    ]


def _status(item: answers.ClusterItem) -> Text:
    words = coloured(item.status)
    return words.append("\nimpure", style="yellow") if item.impure else words


def _fault(item: answers.ClusterItem) -> Text:
    fault = Text(wording.plain(item.title).split("\n")[0][:LONGEST_TITLE])
    place = ""
    if item.culprit:
        line = f":{item.culprit.line}" if item.culprit.line else ""
        place = f"{item.culprit.function} {item.culprit.file}{line}"
    where = ", ".join(filter(None, (wording.names(item.services), wording.names(item.environments))))
    for part in filter(None, (place, where)):
        fault.append(f"\n{wording.plain(part)}", style="dim")
    return fault
