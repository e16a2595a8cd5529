"""Answers about changes: which commit, who, fixed already, what is different, what was deployed, back to what."""

from connectors.errors import FirstcauseError
from indexers.code.releases import Release
from rca.conversation.rules.talk import Analysis, Talk, at, listed, times
from rca.conversation.tools import BlameLines, ListCommits, ListReleases, ShowCommit
from rca.conversation.world import Code
from rca.evidence import EvidenceItem
from rca.result import RankedChange

SHOWN = 3  # commits


def commit(talk: Talk) -> None:
    """Suspected commits, the first with its difference."""
    analysis = talk.analysis
    if analysis is None:
        return
    if not analysis.result.changes:
        talk.cannot(_no_history(analysis))
        return
    for place, change in enumerate(analysis.result.changes[:SHOWN]):
        name = "Most suspected" if place == 0 else "Then"
        talk.say(
            f'{name}: {change.commit[:12]}, "{change.subject}", by {change.author} on {change.authored_at[:10]}, '
            f"because: {_because(change)}.",
            analysis.of_commit(change.commit),
        )
    left = len(analysis.result.changes) - SHOWN
    if left > 0:
        talk.say(f"{left} more {'are' if left > 1 else 'is'} less suspected.", analysis.summary)
    talk.show(analysis.of_commit(analysis.result.changes[0].commit))


def who(talk: Talk) -> None:
    """Authors: of the most suspected commit, and of the line that failed."""
    analysis = talk.analysis
    if analysis is None:
        return
    for change in analysis.result.changes[:1]:
        talk.say(
            f'{change.author} wrote the most suspected commit, {change.commit[:12]}, "{change.subject}", '
            f"on {change.authored_at[:10]}: {_because(change)}.",
            analysis.of_commit(change.commit),
        )
    cause = analysis.report.root_cause
    if cause is not None and analysis.report.commit:
        asked = BlameLines(fault=talk.own.id, path=cause.file, first=cause.start_line)
        seen = talk.desk.look(asked)
        for line in (seen.data or ())[:1]:
            talk.say(
                f"The line that is blamed, {cause.file}:{cause.start_line}, was last changed by {line.author} on "
                f'{line.authored_at:%Y-%m-%d} in {line.commit[:12]}, "{line.subject}".',
                *seen.items,
            )
        talk.show(*seen.items)
    if not talk.sentences:
        talk.cannot(_no_history(analysis))


def fixed(talk: Talk) -> None:
    """Whether the default branch has changed the failing line since."""
    analysis = talk.analysis
    if analysis is None:
        return
    suspected = {change.commit for change in analysis.result.changes}
    later = [item for item in analysis.items.values() if item.kind == "commit" and item.commit not in suspected]
    code = talk.desk.world.code(talk.own.service, fault=talk.own)
    if code.repository is None:
        talk.cannot(f"That cannot be told: {code.missing or 'no repository is known for this service'}.")
        return
    if later:
        for item in later[:2]:
            talk.say(f"Not deployed yet: {item.title}.", item)
            first = item.text.split("\n")[0]
            if item.commit and first.startswith(item.commit[:12]):
                talk.say(f"By commit {first}.", item, quote=first)
        talk.show(later[0])
        return
    _not_fixed(talk, analysis, code)


def _not_fixed(talk: Talk, analysis: Analysis, code: Code) -> None:
    repository = code.repository
    if repository is None or not code.commit:
        return
    try:
        branch = repository.default_branch()
        head = repository.resolve(branch)
        if repository.is_ancestor(head, code.commit):
            talk.say(f"No: {branch} holds nothing that is not deployed ({code.commit[:12]}).", analysis.summary)
            return
    except FirstcauseError as error:
        talk.cannot(f"That cannot be told: {error}")
        return
    talk.say(
        f"Not as far as the code tells: no suspected place was changed on {branch} after {code.commit[:12]}.",
        analysis.summary,
    )
    seen = talk.desk.look(ListCommits(fault=talk.own.id, ref=branch, old=code.commit, limit=10))
    for item in seen.items:
        talk.say(f"{branch} is ahead by commits that touch other places: {item.title}.", item)
    talk.show(*seen.items)


def different(talk: Talk) -> None:
    """What lies between the last release without the fault and the first with it."""
    analysis = talk.analysis
    if analysis is None:
        return
    fault = talk.own
    versions = [f"{name} {times(count)}" for name, count in fault.versions.items() if name]
    if versions:
        talk.say(f"By version: {listed(versions)}.", talk.counts)
    pair = _around(talk)
    if pair is None:
        talk.say(
            "No release before it is known that is free of this fault, so two versions cannot be compared.", talk.counts
        )
        for change in analysis.result.changes[:SHOWN]:
            talk.say(
                f'{change.commit[:12]}, "{change.subject}", by {change.author}: {_because(change)}.',
                analysis.of_commit(change.commit),
            )
        return
    good, failing, item = pair
    talk.say(
        f"{_named(failing)} was the first with it, deployed at {at(failing.started_at)}; before it ran {_named(good)}.",
        item,
    )
    if not (good.commit and failing.commit):
        return
    seen = talk.desk.look(ListCommits(fault=fault.id, ref=failing.commit, old=good.commit, limit=20))
    for one in seen.items:
        talk.say(f"Between them lie {one.title.replace(' after ' + good.commit[:12], '')}.", one)
    suspected = [change for change in analysis.result.changes if change.paths][:SHOWN]
    for change in suspected:
        talk.say(
            f"Of these {change.commit[:12]} touches {listed(list(change.paths), 3)}: {_because(change)}.",
            analysis.of_commit(change.commit),
        )
    talk.show(*seen.items)


def diff(talk: Talk) -> None:
    """The difference of the commit that was named, or of the most suspected one."""
    named = [name for name in talk.asked.ids if len(name) <= 40]
    analysis = talk.analysis
    if analysis is None:
        return
    if not named and not analysis.result.changes:
        talk.cannot(_no_history(analysis))
        return
    ref = named[0] if named else analysis.result.changes[0].commit
    seen = talk.desk.look(ShowCommit(fault=talk.own.id, ref=ref))
    if not seen:
        talk.nothing(seen, f"There is no commit {ref}.")
        return
    which = "" if named else ", the most suspected one"
    first = seen.items[0].text.split("\n")[0]
    talk.say(f"{seen.items[0].title[:1].upper()}{seen.items[0].title[1:]}{which}: {first}", *seen.items, quote=first)
    talk.show(*seen.items)


def releases(talk: Talk) -> None:
    """Deployments of the service."""
    service = talk.asked.services[0] if talk.asked.services else talk.own.service
    seen = talk.desk.look(ListReleases(service=service)) if service else None
    if not seen:
        talk.cannot(f"No deployments of {service or 'this service'} are known; `firstcause release` records them.")
        return
    for version in talk.asked.versions:
        for release in [one for one in seen.data if one.version.lstrip("v") == version.lstrip("v")]:
            place = f" to {release.environment}" if release.environment else ""
            talk.say(f"{_named(release)} was deployed{place} at {at(release.started_at)}.", *seen.items)
    last: Release = seen.data[-1]
    where = f" to {last.environment}" if last.environment else ""
    talk.say(
        f"The last deployment of {service} that is known is {_named(last)}{where} at {at(last.started_at)}.",
        *seen.items,
    )
    with_fault = [name for name in talk.own.versions if name]
    if with_fault and service in talk.own.services:
        talk.say(f"This fault was seen in {listed(with_fault)}.", talk.counts)
    talk.show(*seen.items)


def rollback(talk: Talk) -> None:
    """To which release one could go back, and what that takes away with it."""
    fault, pair = talk.own, _around(talk)
    if pair is None:
        talk.say(
            "No earlier release is known in which this fault was not seen, so there is none to go back to "
            "that is sure to be good.",
            talk.counts,
        )
        return
    good, failing, item = pair
    talk.say(f"{_named(good)} is the last release of {fault.service} before it in which this fault was not seen.", item)
    if good.commit and failing.commit:
        seen = talk.desk.look(ListCommits(fault=fault.id, ref=failing.commit, old=good.commit, limit=20))
        for one in seen.items:
            talk.say(f"Going back takes these away: {one.title.replace(' after ' + good.commit[:12], '')}.", one)
            moved = [line for line in one.text.split("\n") if "migrat" in line.lower()]
            if moved:
                talk.say(f"Mind the database: {moved[0]}", one, quote=moved[0])
        talk.show(*seen.items)
    analysis = talk.analysis
    if analysis is not None:
        for fix in [fix for fix in analysis.report.fixes if fix.kind == "quick"][:2]:
            talk.say(f"{fix.description} Risk: {fix.risk}", analysis.summary)


def _around(talk: Talk) -> tuple[Release, Release, EvidenceItem] | None:
    """The last release without the fault, the first with it, and the list of deployments they stand in."""
    from rca.case import releases_around

    fault = talk.own
    seen = talk.desk.look(ListReleases(service=fault.service)) if fault.service and fault.first_seen else None
    if not seen or fault.first_seen is None:
        return None
    where = max(fault.environments, key=lambda name: fault.environments[name], default="")
    history = [one for one in talk.desk.world.releases(fault.service) if one.environment in ("", where) or not where]
    good, failing = releases_around(history, first_seen=fault.first_seen, versions_with_fault=set(fault.versions))
    return (good, failing, seen.items[0]) if good and failing else None


def _named(release: Release) -> str:
    commit_id = f" ({release.commit[:12]})" if release.commit else ""
    return f"{release.version or 'a release'}{commit_id}"


def _because(change: RankedChange) -> str:
    return "; ".join(change.reasons[:3]) or "changed nearby"


def _no_history(analysis: Analysis) -> str:
    notes = [stamp.result for stamp in analysis.report.looked_at if stamp.what == "not looked at"]
    why = next((note for note in notes if "history" in note or "repository" in note), "no commit is suspected")
    return f"No commit can be named: {why.removeprefix('history was not looked at: ')}."
