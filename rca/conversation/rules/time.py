"""Answers about time and extent: since when, still, worse, before, where, whom."""

from collections import Counter
from datetime import timedelta
from typing import Any

from connectors.records import TimeWindow
from connectors.warehouse import LogFilter
from rca.conversation.rules.talk import Talk, at, length, listed, times
from rca.conversation.tools import CountAffected, CountLogs, ListReleases, SimilarFaults
from rca.conversation.tools.faults import HOSTS, PEOPLE
from rca.conversation.world import Code

_UNTIMED = "The lines of this log carry no time, so it cannot be told when anything happened, only in which order."


def since(talk: Talk) -> None:
    """First occurrence, and what was deployed shortly before."""
    fault = talk.own
    if fault.first_seen is None:
        talk.cannot(_UNTIMED)
        return
    talk.say(f"It was first seen at {at(fault.first_seen)}{talk.ago(fault.first_seen)}.", talk.counts)
    if fault.last_seen and fault.count > 1:
        talk.say(f"Since then {times(fault.count)}, over {length(fault.last_seen - fault.first_seen)}.", talk.counts)
    seen = talk.desk.look(ListReleases(service=fault.service)) if fault.service else None
    if not seen:
        talk.say("No deployments of this service are known, so it cannot be tied to one.", talk.counts)
        return
    before = [
        one
        for one in seen.data
        if one.started_at <= fault.first_seen and _same_place(one.environment, fault.environments)
    ]
    if before:
        release = before[-1]
        passed = fault.first_seen - release.started_at
        where = f" to {release.environment}" if release.environment else ""
        name = release.version or release.commit[:12]
        talk.say(f"{name} was deployed{where} {length(passed)} before that, at {at(release.started_at)}.", *seen.items)


def still(talk: Talk) -> None:
    """Last occurrence against the newest data."""
    fault, newest = talk.own, talk.desk.world.newest()
    if fault.last_seen is None or newest is None:
        talk.cannot(_UNTIMED)
        return
    quiet = newest - fault.last_seen
    usual = (fault.last_seen - fault.first_seen) / max(fault.count - 1, 1) if fault.first_seen else timedelta(0)
    talk.say(f"It was last seen at {at(fault.last_seen)}{talk.ago(fault.last_seen)}.", talk.counts)
    if fault.count > 2 and quiet > 10 * max(usual, timedelta(seconds=1)):
        talk.say(
            f"It came every {length(usual)} on average and has been silent for {length(quiet)} of logs since.",
            talk.counts,
        )
    elif quiet < timedelta(minutes=10):
        talk.say(
            "That is close to the end of what was taken in, so it has to be taken as still happening.", talk.counts
        )
    talk.say(f"Status: {fault.status}{f', {fault.status_why}' if fault.status_why else ''}.", talk.counts)


def worse(talk: Talk) -> None:
    """How often, over time, and which way it goes."""
    fault = talk.own
    if fault.first_seen is None or fault.last_seen is None:
        talk.say(f"It stands {times(fault.count)} in the log.", talk.counts)
        talk.cannot(_UNTIMED)
        return
    if fault.count == 1:
        talk.say(f"Seen once, at {at(fault.last_seen)}: one occurrence shows no trend.", talk.counts)
        return
    lasting = max(fault.last_seen - fault.first_seen, timedelta(seconds=1))
    talk.say(f"Seen {times(fault.count)} within {length(lasting)}{_rate(fault.count, lasting)}.", talk.counts)
    if sum(1 for count in fault.hours if count) > 1:
        talk.say(f"By the hour: {fault.trend}.", talk.counts)
        return
    bins = _bins(talk, fault.first_seen, lasting)
    if not bins:
        return
    half = len(bins) // 2
    early, late = sum(bins[:half]), sum(bins[-half:]) if half else 0
    way = "rising" if late > 1.3 * early else "falling" if early > 1.3 * late else "steady"
    talk.say(f"In the first half of that time {times(early)}, in the second {times(late)}: {way}.", talk.counts)


def _bins(talk: Talk, first: Any, lasting: timedelta) -> list[int]:
    """Occurrences in eight equal steps of the fault's life, of at most 2,000."""
    rows = talk.desk.world.occurrences(talk.own, limit=2_000)["timestamp"].to_pylist()
    if len(rows) < 4 or len(rows) < talk.own.count * 0.9:
        return []
    steps = [0] * 8
    for when in rows:
        steps[min(7, max(0, int((when - first) / lasting * 8)))] += 1
    return steps


def _rate(count: int, lasting: timedelta) -> str:
    if count < 3:
        return ""
    minutes = lasting.total_seconds() / 60
    return (
        f", about {count / minutes:,.0f} a minute"
        if count >= minutes
        else f", about {count / minutes * 60:,.0f} an hour"
    )


def before(talk: Talk) -> None:
    """Whether it was resolved and came back, and whether anything like it is known."""
    fault = talk.own
    if fault.first_seen:
        talk.say(f"As far as logs were taken in, it was never seen before {at(fault.first_seen)}.", talk.counts)
    if fault.status:
        talk.say(f"Its status is {fault.status}{f': {fault.status_why}' if fault.status_why else ''}.", talk.counts)
    _similar(talk)


def similar(talk: Talk) -> None:
    """Clusters that may be the same fault."""
    _similar(talk)


def _similar(talk: Talk) -> None:
    seen = talk.desk.look(SimilarFaults(fault=talk.own.id))
    if not seen:
        talk.say("No other known fault is like it." if not seen.problem else f"{seen.problem}", talk.counts)
        return
    for one in seen.data:
        talk.say(f"{one.title} ({one.cluster_id[:8]}, {times(one.count)}) may be the same: {one.why}.", *seen.items)


def where(talk: Talk) -> None:
    """Services, environments, versions."""
    fault = talk.own
    for name, counts in (("service", fault.services), ("environment", fault.environments), ("version", fault.versions)):
        known = [f"{value} ({times(count)})" for value, count in counts.items() if value]
        if known:
            talk.say(f"{name.capitalize()}: {listed(known, 8)}.", talk.counts)
    place = fault.culprit
    if place is not None:
        line = f":{place.line}" if place.line else ""
        talk.say(f"In the code: {place.function or '?'} in {place.file}{line}.", talk.exception)
    missing = [service for service in _others(talk) if service not in fault.services]
    if missing:
        talk.say(f"Not seen in {listed(missing, 6)}.", talk.counts)


def _others(talk: Talk) -> list[str]:
    return list(talk.desk.world.services())


def affected(talk: Talk) -> None:
    """Requests, people and hosts, as far as log lines name them."""
    fault = talk.own
    seen = talk.desk.look(CountAffected(fault=fault.id))
    if not seen:
        talk.nothing(seen, "No occurrence is stored any more, so nobody can be counted.")
        return
    read, whole, counts = seen.data
    item = seen.items[0]
    over = "" if whole else f" (counted over the newest {read:,} of {fault.count:,})"
    talk.say(f"It was logged {times(fault.count)}{over}.", item)
    _requests(talk, counts, fault.count, item)
    people = _pick(counts, PEOPLE)
    for name, values in people[:2]:
        often = [f"{value} {times(count)}" for value, count in values.most_common(3) if count > 1]
        most = f": {listed(often)}" if often and len(values) > 1 else ""
        talk.say(f"{len(values):,} different {name}{most}{_only(values)}.", item)
    if not people:
        talk.say("No log line of these requests names a user or customer, so people cannot be counted.", item)
    hosts = _pick(counts, HOSTS)
    for name, values in hosts[:2]:
        talk.say(f"{len(values):,} different {name}: {listed(list(values))}.", item)
    if not hosts:
        streams = list(counts.get("log stream", ()))
        which = f"one log stream{f', {streams[0]}' if streams else ''}"
        if len(streams) > 1:
            which = f"{len(streams)} log streams: {listed(streams)}"
        talk.say(f"Hosts are not named in the lines; they came from {which}.", item)
    _share(talk)


def _requests(talk: Talk, counts: dict[str, Counter[str]], occurrences: int, item: Any) -> None:
    for name in ("trace_id", "request_id"):
        if counts.get(name):
            distinct = len(counts[name])
            talk.say(f"{distinct:,} different request{'s' * (distinct != 1)}, by {name.replace('_', ' ')}.", item)
            return
    talk.say("The failing lines carry no request or trace id, so requests cannot be told apart.", item)


def _only(values: Counter[str]) -> str:
    return f", only {next(iter(values))}" if len(values) == 1 else ""


def _pick(counts: dict[str, Counter[str]], names: Any) -> list[tuple[str, Counter[str]]]:
    """The counters of names that fit, those with most distinct values first."""
    found = [(name, values) for name, values in counts.items() if names.fullmatch(name)]
    return sorted(found, key=lambda pair: -len(pair[1]))


def _share(talk: Talk) -> None:
    """What part of the service's requests fails, where requests can be counted."""
    fault, world = talk.own, talk.desk.world
    if fault.first_seen is None or fault.last_seen is None or not fault.service:
        return
    window = TimeWindow(fault.first_seen, fault.last_seen + timedelta(seconds=1))
    rows = world.logs(LogFilter(window=window, services=(fault.service,)), limit=50_000)
    ids = {name for name in rows["trace_id"].to_pylist() if name} or {
        name for name in rows["request_id"].to_pylist() if name
    }
    failed = {name for name in world.occurrences(fault, limit=2_000)["trace_id"].to_pylist() if name}
    both = len(ids & failed)
    if rows.num_rows < 50_000 and both and len(ids) > both:
        seen = talk.desk.look(CountLogs(service=fault.service, start=window.start, end=window.end))
        talk.say(
            f"In that time {fault.service} logged {len(ids):,} requests; {both:,} of them, {both / len(ids):.0%}, "
            "met this fault.",
            *(seen.items or (talk.counts,)),
        )


def _same_place(environment: str, environments: Any) -> bool:
    return not environment or not any(environments) or environment in environments


def code_note(code: Code) -> str:
    """Which commit is looked at."""
    return f" ({code.why}, {code.commit[:12]})" if code.commit else ""
