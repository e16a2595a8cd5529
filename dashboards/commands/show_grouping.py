"""The part of `firstcause show` that says why a cluster is one. Keeps out: everything else about it (show.py)."""

from dashboards import wording
from dashboards.answers import grouping as answers
from dashboards.answers.clusters import MemberShape
from dashboards.terminal.paper import Paper, coloured
from dashboards.wording import utc_now

MOST_MEMBERS = 5  # unless --why asks for all


def show_grouping(paper: Paper, found: answers.Grouping, *, whole: bool) -> None:
    """Members with reasons (with every part when `whole`), signals, decisions, suggestions; what there is of these."""
    if whole or len(found.members) > 1:
        paper.head("Why is this grouped?")
        if whole:
            paper.say(found.why, indent=2)
        for member in found.members if whole else found.members[:MOST_MEMBERS]:
            _member(paper, member, whole=whole)
        if not whole and len(found.members) > MOST_MEMBERS:
            paper.say(f"... {len(found.members) - MOST_MEMBERS} more; --why has all", style="dim", indent=2)
    _signals(paper, found)
    _decisions(paper, found, whole=whole)
    _suggestions(paper, found)


def _member(paper: Paper, member: MemberShape, *, whole: bool) -> None:
    paper.say(f"{member.fingerprint[:10]}  {member.count:,} times  {member.title}", indent=2)
    for words in (member.reason, *member.decisions):
        paper.say(words, style="dim", indent=4)
    for part in member.parts if whole else ():
        mark, style = ("✓", "") if part.contributes else ("·", "dim")
        paper.say(f"{mark} {part.name}: {part.value}  ({part.hint})", style=style, indent=4)


def _signals(paper: Paper, found: answers.Grouping) -> None:
    if not found.signals:
        return
    now = utc_now()
    paper.head("What it began to hold")
    for signal in found.signals:
        paper.say(f"{signal.id[:8]}  {signal.level}: {signal.words}", style="yellow", indent=2)
        usual = "; ".join(f"{value} {count:,} times" for value, count in signal.usual)
        before = f". Before: {usual}" if usual else ""
        since = wording.both(signal.since, now)
        paper.say(f"{signal.count:,} times since {since}, for example in event {signal.event_id}{before}", indent=4)
    paper.say("`firstcause dismiss SIGNAL` says that it belongs here.", style="dim", indent=2)


def _decisions(paper: Paper, found: answers.Grouping, *, whole: bool) -> None:
    shown = [one for one in found.decisions if whole or one.undone_at is None]
    if not shown:
        return
    paper.head("What people decided")
    for one in shown:
        by = f" by {one.undone_by}" if one.undone_by else ""
        undone = f", undone{by} {one.undone_at:%Y-%m-%d %H:%M}" if one.undone_at else ""
        paper.say(f"{one.id}  {one.words}{undone}", style="dim" if undone else "", indent=2)
    paper.say("`firstcause undo DECISION` takes one back.", style="dim", indent=2)


def _suggestions(paper: Paper, found: answers.Grouping) -> None:
    if not found.suggestions:
        return
    paper.head("May be the same fault")
    for other in found.suggestions:
        paper.say(f"{other.cluster_id[:8]}  {other.count:,} times  {other.title}", indent=2)
        paper.say(other.why, style="dim", indent=4)
        paper.say(other.command, indent=4)


def notices(paper: Paper, found: answers.Grouping) -> None:
    """What must not be overlooked at the top: that another cluster was asked for, and that this one is impure."""
    if found.asked_for:
        paper.say(f"Cluster {found.asked_for} is part of this one, {found.cluster_id}.", style="yellow")
    for signal in found.signals:
        if signal.level == "impure":
            words = coloured("impure")
            words.append(f": {wording.plain(signal.words)}")
            paper.say(words)
