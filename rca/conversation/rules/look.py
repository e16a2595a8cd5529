"""Answers that show things: log lines, the failing request, code, callers, what else failed, what rules see."""

import re
from datetime import timedelta
from typing import Any

from rca.conversation.asked import Asked
from rca.conversation.notebook import without_marks
from rca.conversation.rules.talk import Talk, at, listed, times
from rca.conversation.tools import (
    FindCallers,
    ListFaults,
    LogsAround,
    OpenCode,
    ReduceLogs,
    ScanFindings,
    SearchCode,
    SearchLogs,
)
from rca.conversation.values import Fault
from rca.evidence import EvidenceItem

AROUND = timedelta(minutes=5)
MOST_OTHERS = 6
_LEVELS = ("FATAL", "ERROR", "WARN")
_SEARCHING = re.compile(
    r"search|grep|find|look|for|in|the|logs?|lines?|any|are|there|is|show|me|with|containing|about|that|say|messages?"
    r"|mention(?:s|ed)?|entries|an?|of|all|please|did|does|anything|contains?|and|to|code|function|source|where|which"
    r"|method|class|can|you|i|want|see|what|it|like",
    re.IGNORECASE,
)


def logs_around(talk: Talk) -> None:
    """Log lines around the newest occurrence, or around the time that was named."""
    asked = talk.asked
    span = asked.span.total_seconds() if asked.span else 30.0
    only_before = "before" in asked.text.lower() or "led" in asked.text.lower()
    look = LogsAround(
        fault=talk.own.id,
        at=asked.at,
        service=asked.services[0] if asked.services else "",
        before_seconds=min(span, 3_600),
        after_seconds=0 if only_before else min(span, 3_600) / 3,
    )
    seen = talk.desk.look(look)
    if not seen:
        talk.nothing(seen, "No log lines are stored around that time.")
        return
    _say_logs(talk, seen.items[0], seen.data)
    if not asked.at and talk.own.count > 1:
        talk.say(f"That is the newest of {talk.own.count:,} occurrences; name a time to see another.", talk.counts)


def request(talk: Talk) -> None:
    """All log lines of the request that failed, over services."""
    seen = talk.desk.look(LogsAround(fault=talk.own.id, same_request=True, limit=30))
    if not seen:
        talk.say(seen.problem or seen.says)
        logs_around(talk)
        return
    services = list(dict.fromkeys(row["service_name"] for row in seen.data if row["service_name"]))
    _say_logs(talk, seen.items[0], seen.data)
    if len(services) > 1:
        talk.say(f"It went through {listed(services)}.", *seen.items)


def _say_logs(talk: Talk, item: EvidenceItem, rows: list[dict[str, Any]]) -> None:
    loud = [row for row in rows if row["severity_text"] in _LEVELS]
    more = f", {len(loud)} of them WARN or worse" if loud else ""
    talk.say(f"{item.title[:1].upper()}{item.title[1:]}{more}.", item)
    talk.show(item)


def code(talk: Talk) -> None:
    """The file, line or function that was named; else the code that is blamed."""
    looks = list(_code_looks(talk))
    if not looks:
        _blamed(talk)
        return
    for look in looks:
        seen = talk.desk.look(look)
        if not seen:
            talk.nothing(seen, "That is not in the code.")
        for item in seen.items:
            lines = f"lines {item.start_line} to {item.end_line}"
            talk.say(f"{item.symbol or item.path}, {item.path}, {lines}, at {item.commit[:12]}.", item)
            talk.show(item)


def _code_looks(talk: Talk) -> list[OpenCode]:
    asked, own = talk.asked, talk.own
    named = next((name for name in asked.ids if len(name) <= 40), "")
    base = OpenCode(
        fault=own.id,
        service=asked.services[0] if asked.services else "",
        ref=asked.versions[0] if asked.versions else named,
    )
    first, last = asked.lines or (0, 0)
    last = last if last > first else 0
    if asked.paths:
        return [
            base.model_copy(update={"path": path, "first": line or first, "last": last})
            for path, line in asked.paths[:2]
        ]
    names = [*asked.symbols, *(name for name in asked.quoted if " " not in name)]
    if not names and (name := _known_name(asked, talk)):
        names = [name]
    if names:
        return [base.model_copy(update={"symbol": name}) for name in names[:2]]
    cause = talk.analysis.report.root_cause if talk.analysis else None
    if first and cause is not None:
        return [base.model_copy(update={"path": cause.file, "first": first, "last": last})]
    return []


def _known_name(asked: Asked, talk: Talk) -> str:
    """A word of the question that is a function of the trace or of the analysis."""
    analysis = talk.analysis
    known = {frame.function.rsplit(".", 1)[-1] for error in talk.own.chain for frame in error.frames}
    if analysis is not None:
        known |= {place.symbol.rsplit(".", 1)[-1] for place in analysis.result.suspects}
    words = [word.strip("?.,!()`'\"") for word in asked.text.split()]
    return next((word for word in words if len(word) > 2 and word in known), "")


def _blamed(talk: Talk) -> None:
    from rca.conversation.rules.cause import code_of

    analysis = talk.analysis
    if analysis is None:
        return
    cause = analysis.report.root_cause
    item = code_of(cause, analysis) if cause else None
    if cause is None or item is None:
        notes = [stamp.result for stamp in analysis.report.looked_at if stamp.what == "not looked at"]
        why = next((note for note in notes if "code" in note), "the analysis holds none")
        talk.cannot(f"There is no code to show: {why}.")
        if talk.exception is not None:
            talk.show(talk.exception)
        return
    running = [
        place.line for place in analysis.result.suspects if (place.path, place.symbol) == (item.path, item.symbol)
    ]
    line = next((line for line in running if line), None)
    what = f"line {line} was running when it failed" if line else "it was not in the trace but close to it"
    talk.say(f"{cause.symbol} in {cause.file}, at commit {item.commit[:12]}; {what}.", item)
    talk.show(item)


def callers(talk: Talk) -> None:
    """Who calls the function that was named, or the one that is blamed."""
    asked = talk.asked
    names = [*asked.symbols, *asked.quoted] or [name for name in [_known_name(asked, talk)] if name]
    if not names and talk.analysis and talk.analysis.report.root_cause:
        names = [talk.analysis.report.root_cause.symbol]
    if not names:
        talk.cannot("Name the function whose callers are wanted, such as `place_order()`.")
        return
    seen = talk.desk.look(FindCallers(fault=talk.own.id, symbol=names[0]))
    if not seen:
        talk.nothing(seen, f"Nothing calls {names[0]}, as far as names tell.")
        return
    talk.say(
        f"{names[0]} is called by {listed([f'{item.symbol} ({item.path}:{item.start_line})' for item in seen.items])}.",
        *seen.items,
    )
    talk.show(*seen.items[:2])


def search_code(talk: Talk) -> None:
    """Code that shares words with the question."""
    words = " ".join(talk.asked.quoted) or " ".join(_searched(talk.asked))
    if not words:
        code(talk)
        return
    seen = talk.desk.look(SearchCode(fault=talk.own.id, words=words, limit=4))
    if not seen:
        talk.nothing(seen, f"No code shares words with {words!r}.")
        return
    for item in seen.items:
        talk.say(f"{item.symbol} in {item.path}:{item.start_line}.", item)
    talk.show(seen.items[0])


def others(talk: Talk) -> None:
    """Faults seen within minutes of this one, or around the time that was named."""
    fault, world = talk.own, talk.desk.world
    first, last = fault.first_seen, fault.last_seen
    begin, finish = talk.asked.at or first, talk.asked.at or last
    start = begin - AROUND if begin is not None else None
    end = finish + AROUND if finish is not None else None
    service = talk.asked.services[0] if talk.asked.services else ""
    seen = talk.desk.look(ListFaults(start=start, end=end, service=service, limit=30))
    found: list[Fault] = [one for one in seen.data or () if one.id != fault.id]
    when = f" between {at(start)} and {at(end)}" if start and end and world.timed else ""
    if not found:
        talk.say(f"No other fault was seen{when}.", talk.counts)
        return
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
    """Known kinds of trouble in the log lines around it."""
    seen = talk.desk.look(ScanFindings(fault=talk.own.id))
    if not seen:
        talk.say(seen.says or seen.problem, talk.counts)
        return
    own = [one for one in seen.data if one.own]
    for one, item in zip(seen.data, seen.items, strict=False):
        which = "the failing event itself" if one.own else "the same request" if one.related else "lines nearby"
        talk.say(
            f"{one.rule.title}, {one.rule.severity}, in {which}, {times(one.count)}: {one.quote.strip()[:200]}", item
        )
    if not own:
        talk.say(
            "None of these is in the failing event itself, so they may be neighbours rather than its cause.",
            seen.items[0],
        )
    for one, item in zip(seen.data[:1], seen.items, strict=False):
        talk.say(f"To check: {one.rule.check}", item)


def search(talk: Talk) -> None:
    """Log lines that hold the words of the question."""
    asked = talk.asked
    words = " ".join(f'"{part}"' for part in asked.quoted) or " ".join(_searched(asked))
    if not words:
        talk.cannot('Say what to look for, best in quotes: search the logs for "timed out".')
        return
    newest = talk.desk.world.newest()
    start = newest - asked.span if asked.span and newest else None
    look = SearchLogs(text=words[:300], service=asked.services[0] if asked.services else "", start=start)
    seen = talk.desk.look(look)
    if not seen:
        talk.say(seen.problem or seen.says)
        return
    _say_logs(talk, seen.items[0], seen.data)


def _searched(asked: Asked) -> list[str]:
    words = [word.strip("?.,!()`'\"") for word in asked.text.split()]
    return [word for word in words if word and not _SEARCHING.fullmatch(word) and word not in asked.services]


def overview(talk: Talk) -> None:
    """All faults, what rules see, and for a log that was handed in what it holds."""
    world = talk.desk.world
    seen = talk.desk.look(ListFaults(limit=30))
    faults: list[Fault] = list(seen.data or ())
    if not faults:
        talk.say(f"There is no exception in {world.about}." if not seen.problem else seen.problem)
        _without_faults(talk)
        return
    talk.say(f"{len(faults)} fault{'s' * (len(faults) != 1)} in {world.about}, the most frequent first:", *seen.items)
    for place, one in enumerate(faults[:8], 1):
        where = f" in {listed(list(one.services), 2)}" if one.services else ""
        talk.say(f"{place}. {one.title} ({one.id[:8]}{where}, {times(one.count)})", *seen.items)
    if len(faults) > 8:
        talk.say(f"{len(faults) - 8} more are rarer.", *seen.items)
    found = talk.desk.look(ScanFindings())
    for one, item in list(zip(found.data or (), found.items, strict=False))[:3]:
        talk.say(f"Rules see: {one.rule.title}, {times(one.count)}: {one.quote.strip()[:160]}", item)


def _without_faults(talk: Talk) -> None:
    found = talk.desk.look(ScanFindings())
    for one, item in zip(found.data or (), found.items, strict=False):
        talk.say(f"Rules see: {one.rule.title}, {times(one.count)}: {one.quote.strip()[:200]}", item)
    reduced = talk.desk.look(ReduceLogs(tokens=1_000))
    if reduced:
        talk.say(f"Below is {reduced.items[0].title}.", *reduced.items)
        talk.show(*reduced.items)
    else:
        talk.cannot(reduced.problem or reduced.says)


def grouped(talk: Talk) -> None:
    """Why these exceptions are one fault."""
    fault = talk.own
    place = fault.culprit
    at_place = f", failing in {place.function} ({place.file})" if place else ""
    talk.say(f"They share their exceptions and the calls of your own code{at_place}: {fault.title}.", talk.exception)
    talk.say(f"`firstcause show {fault.id[:8]} --why` has every part that was looked at.", talk.counts)


def helped(talk: Talk) -> None:
    """What can be asked."""
    from rca.conversation.intents import intents

    asks = dict.fromkeys(
        intent.ask for intent in intents().values() if intent.id not in ("help", "thanks", "change_something")
    )
    talk.say(f"This is about {without_marks(talk.desk.world.about)}. You can ask:")
    for ask in asks:
        talk.say(f"- {ask}")


def thanked(talk: Talk) -> None:
    """Answer a kind word."""
    talk.say("Here when you need more.")
