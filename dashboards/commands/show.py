"""`firstcause show ID`: one fault on one screen. Keeps out: what a cluster is, its cause (explain.py)."""

from rich.text import Text

from dashboards import wording
from dashboards.answers import clusters as answers
from dashboards.answers.grouping import grouping as grouping_of
from dashboards.commands.opening import workspace
from dashboards.commands.show_grouping import notices, show_grouping
from dashboards.terminal.paper import Paper, coloured, write_json
from dashboards.wording import utc_now

MOST_FRAMES = 30  # of one exception; the ends are kept
ENDS = 12


def show(cluster_id: str, why: bool, as_json: bool) -> None:
    """Print one cluster; with `why`, only why it is one. Raises NotFoundError."""
    with workspace() as opened:
        cluster = answers.detail(opened, cluster_id)
        grouping = None if as_json and not why else grouping_of(opened, cluster_id)
    if as_json:
        write_json((grouping or cluster).model_dump_json(indent=2))
        return
    paper = Paper()
    if grouping is not None:
        notices(paper, grouping)
    if why and grouping is not None:
        paper.say(cluster.title, style="bold")
        show_grouping(paper, grouping, whole=True)
        return
    _facts(paper, cluster)
    paper.head("Trace")
    for exception in cluster.chain:
        _exception(paper, exception)
    if grouping is not None:
        show_grouping(paper, grouping, whole=False)
    _history(paper, cluster)
    paper.say()
    paper.say(f"`firstcause explain {cluster.id[:8]}` says what caused it.", style="dim")


def _facts(paper: Paper, cluster: answers.ClusterDetail) -> None:
    now = utc_now()
    paper.say(cluster.title, style="bold")
    status = Text.assemble(coloured(cluster.status), f": {wording.plain(cluster.status_why)}")
    paper.say(status)
    paper.say()
    facts: list[tuple[str, str | Text]] = [
        ("cluster", cluster.id),
        ("seen", f"{cluster.count:,} times, first {wording.both(cluster.first_seen, now)}"),
        ("", f"last {wording.both(cluster.last_seen, now)}"),
        ("services", wording.names(cluster.services, 8)),
        ("environments", wording.names(cluster.environments, 8)),
        ("versions", ", ".join(f"{name} ({count:,})" for name, count in list(cluster.versions.items())[:8] if name)),
        ("24 hours", f"{wording.sparkline(cluster.trend.hours)}  {cluster.trend.words}"),
        ("14 days", wording.sparkline(cluster.trend.days)),
        ("grouped", f"{cluster.why} ({cluster.fingerprints} fingerprint{'s' * (cluster.fingerprints != 1)})"),
    ]
    paper.facts(facts)


def _exception(paper: Paper, exception: answers.ExceptionShape) -> None:
    relation = "" if exception.relation == "root" else f"{exception.relation.replace('_', ' ')}: "
    message = f": {exception.message}" if exception.message else ""
    paper.say(f"{relation}{exception.type}{message}", style="bold")
    frames = list(enumerate(exception.frames))
    left_out = len(frames) - 2 * ENDS if len(frames) > MOST_FRAMES else 0
    for number, frame in frames:
        if left_out and number == ENDS:
            paper.say(f"... {left_out} frames ...", style="dim", indent=4)
        hidden = left_out and ENDS <= number < len(frames) - ENDS
        if not hidden or frame.culprit:
            _frame(paper, frame)


def _frame(paper: Paper, frame: answers.FrameShape) -> None:
    line = f":{frame.line}" if frame.line else ""
    mark, style = ("▶", "bold red") if frame.culprit else (" ", "" if frame.in_app else "dim")
    paper.say(f"{mark} {frame.function or '?'}  {frame.file}{line}", style=style, indent=2)
    if frame.source:
        paper.say(frame.source, style=style, indent=6)


def _history(paper: Paper, cluster: answers.ClusterDetail) -> None:
    if not cluster.events:
        return
    now = utc_now()
    paper.head("What happened to it")
    for event in cluster.events:
        by = f" by {event.actor}" if event.actor else ""
        note = f": {event.note}" if event.note else ""
        paper.say(f"{event.kind}{by} {wording.both(event.at, now)}{note}", indent=2)
