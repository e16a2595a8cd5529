"""Answers about other trouble: all faults, those beside this one, what rules see, why exceptions are one fault."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from rca.conversation.choosing import options_of
from rca.conversation.rules.passing import say_passed_on
from rca.conversation.rules.talk import Talk, at, listed, times
from rca.conversation.tools import ListFaults, ReduceLogs, ScanFindings, ShowAnalysis
from rca.conversation.values import Fault

if TYPE_CHECKING:
    from rca.findings.rules import Rule

AROUND = timedelta(minutes=5)
MOST_OTHERS = 6
MOST_LISTED = 100
# What a question may ask for, and the words by which it is found both in the question and in rules.
_TOPICS = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "the database": r"\b(?:database|db|sql|schema|migration)",
        "memory": r"\b(?:memory|oom|heap)",
        "disk space": r"\bdisk|storage|no space",
        "DNS": r"\bdns|resol",
        "TLS": r"\b(?:tls|ssl|certificate)",
        "rate limits": r"\brate|quota|throttl",
        "authentication": r"\b(?:auth|permission|credential|login)",
        "deadlocks": r"\b(?:dead)?lock",
        "connections and pools": r"\b(?:pool|connection)",
        "other services": r"\b(?:upstream|timeout|time-out|timed out|network|dependency|third.party|vendor)",
        "payments": r"\bpayment",
        "crashes and restarts": r"\bcrash|restart|kubernetes|k8s|image",
        "configuration": r"\bconfig",
    }.items()
}


def others(talk: Talk) -> None:
    """Faults seen within minutes of this one, or around the time that was named."""
    fault, world = talk.own, talk.desk.world
    first, last = fault.first_seen, fault.last_seen
    begin, finish = talk.asked.at or first, talk.asked.at or last
    start = begin - AROUND if begin is not None else None
    end = finish + AROUND if finish is not None else None
    service = talk.asked.services[0] if talk.asked.services else ""
    seen = talk.desk.look(ListFaults(start=start, end=end, service=service, limit=MOST_LISTED))
    found: list[Fault] = [one for one in seen.data or () if one.id != fault.id]
    when = f" between {at(start)} and {at(end)}" if start and end and world.timed else ""
    if not found:
        talk.say(f"No other fault was seen{when}.", talk.counts)
        return
    say_passed_on(talk)
    many = "1 other fault was" if len(found) == 1 else f"{len(found)} other faults were"
    talk.say(f"{many} seen{when}; the most frequent:", *seen.items)
    for one in found[:MOST_OTHERS]:
        place = f" in {listed(list(one.services), 2)}" if one.services else ""
        talk.say(f"{one.title} ({one.id[:8]}{place}, {times(one.count)}{_order(fault, one)})", *seen.items)
    nested = [one for one in found if one.type and fault.type and _mentions(one, fault)]
    if nested:
        verb, they = ("repeat", "they look") if len(nested) > 1 else ("repeats", "it looks")
        named = listed([one.id[:8] for one in nested])
        talk.say(f"{named} {verb} this fault's name in the message, so {they} like its consequence.", *seen.items)


def _order(own: Fault, other: Fault) -> str:
    """Whether the other one came first."""
    if own.first_seen is None or other.first_seen is None:
        return ""
    if other.first_seen < own.first_seen - timedelta(seconds=1):
        return ", began earlier"
    return ", began later" if other.first_seen > own.first_seen + timedelta(seconds=1) else ", began at the same time"


def _mentions(other: Fault, own: Fault) -> bool:
    short = own.type.rsplit(".", 1)[-1]
    return len(short) > 4 and short in other.message and other.type != own.type


def findings(talk: Talk) -> None:
    """Known kinds of trouble: the one that was asked about, else what is closest to the failure."""
    seen = talk.desk.look(ScanFindings(fault=talk.own.id))
    found = list(zip(seen.data or (), seen.items, strict=False))
    topic = next((name for name, words in _TOPICS.items() if words.search(talk.asked.text)), "")
    if topic:
        fitting = [(one, item) for one, item in found if _TOPICS[topic].search(_about(one.rule))]
        own = [one for one, _ in fitting if one.own or one.related]
        if not fitting:
            scanned = seen.items[0] if seen.items else talk.counts
            talk.say(f"No rule sees trouble with {topic} in the log lines around it.", scanned)
        elif own:
            talk.say(f"Yes, a rule sees trouble with {topic} in the failing request itself.", fitting[0][1])
        else:
            talk.say(f"A rule sees trouble with {topic} nearby, but not in the failing request.", fitting[0][1])
        found = fitting or [pair for pair in found if pair[0].own]
    elif not found:
        talk.say(seen.says or seen.problem, talk.counts)
    close = [pair for pair in found if pair[0].own or pair[0].related]
    for one, item in [*close, *(pair for pair in found if pair not in close)][: max(3, len(close))]:
        which = "the failing event itself" if one.own else "the same request" if one.related else "lines nearby"
        quote = one.quote.strip()[:200]
        talk.say(f"{one.rule.title}, {one.rule.severity}, in {which}, {times(one.count)}: {quote}", item)
    for one, item in found[:1]:
        talk.say(f"To check: {one.rule.check}", item)


def _about(rule: "Rule") -> str:
    return f"{rule.id} {rule.topic} {rule.title}"


def overview(talk: Talk) -> None:
    """All faults, what rules see, and for a log that was handed in what it holds."""
    world = talk.desk.world
    service = talk.asked.services[0] if talk.asked.services else ""
    seen = talk.desk.look(ListFaults(service=service, limit=MOST_LISTED))
    faults: list[Fault] = list(seen.data or ())
    over = service or world.about
    if not faults:
        talk.say(f"There is no exception in {over}." if not seen.problem else seen.problem)
        _without_faults(talk)
        return
    found = talk.desk.look(ScanFindings(service=service))
    for one, item in list(zip(found.data or (), found.items, strict=False))[:3]:
        talk.say(f"Rules see: {one.rule.title}, {times(one.count)}: {one.quote.strip()[:160]}", item)
    if world.bounded:
        _first_cause(talk, faults[0])
    several = f"{len(faults)} faults, the most frequent first" if len(faults) > 1 else "1 fault"
    talk.say(f"{several}, in {over}. Say a number for more of it:", *seen.items)
    talk.options += options_of(faults)


def _first_cause(talk: Talk, fault: Fault) -> None:
    """Where the most frequent fault comes from."""
    seen = talk.desk.look(ShowAnalysis(fault=fault.id))
    cause = seen.data[0].report.root_cause if seen.data else None
    if cause is not None:
        talk.say(
            f"Likeliest cause of the first fault below: {cause.symbol} in {cause.file}:{cause.start_line}, "
            f"confidence {cause.confidence:.0%}.",
            seen.items[-1],
        )


def _without_faults(talk: Talk) -> None:
    world = talk.desk.world
    found = talk.desk.look(ScanFindings())
    for one, item in zip(found.data or (), found.items, strict=False):
        talk.say(f"Rules see: {one.rule.title}, {times(one.count)}: {one.quote.strip()[:200]}", item)
    reduced = talk.desk.look(ReduceLogs(tokens=1_000))
    if reduced:
        talk.say(f"Below is {reduced.items[0].title}.", *reduced.items)
        talk.show(*reduced.items)
    elif not world.services() and not world.bounded:
        talk.cannot("No log lines were taken in yet; `firstcause ingest` does it, or ask about a log with --file.")
    else:
        talk.cannot(reduced.problem or reduced.says)


def grouped(talk: Talk) -> None:
    """Why these exceptions are one fault."""
    fault = talk.own
    place = fault.culprit
    at_place = f", failing in {place.function} ({place.file})" if place else ""
    talk.say(f"They share their exceptions and the calls of your own code{at_place}: {fault.title}.", talk.exception)
    talk.say(f"`firstcause show {fault.id[:8]} --why` has every part that was looked at.", talk.counts)
