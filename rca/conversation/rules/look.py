"""Answers that show things: log lines, the failing request, code, callers; and what can be asked."""

import re
from typing import Any

from rca.conversation.asked import Asked
from rca.conversation.notebook import without_marks
from rca.conversation.rules.talk import Talk, listed
from rca.conversation.tools import (
    FindCallers,
    LogsAround,
    OpenCode,
    SearchCode,
    SearchLogs,
)
from rca.evidence import EvidenceItem

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
        talk.cannot(f"There is no code to show: {why.removeprefix('code was not looked at: ')}.")
        if talk.exception is not None:
            talk.show(talk.exception)
        return
    running = [
        place.line for place in analysis.result.suspects if (place.path, place.symbol) == (item.path, item.symbol)
    ]
    line = next((line for line in running if line), None)
    what = f"line {line} was running when it failed" if line else "it was not in the trace but close to it"
    talk.say(f"{cause.symbol} in {cause.file}, at commit {item.commit[:12]}; {what}.", item)
    talk.show(item, line=line or cause.start_line)


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
    talk.say("Here when you need more: ask what happened, why, since when, or what to do.")
