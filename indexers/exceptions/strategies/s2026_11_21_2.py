"""Grouping strategy 2026-11-21.2. Frozen: a change is a new file beside this one.

Two hashes are made of a chain of exceptions: over every call, which is the fingerprint, and over the application's
calls with the library calls that failed below them. Traces that share the second one are one fault whatever called
the application (servers, thread pools, event loops), and join one cluster in the second step (similarity.py), where a
caller that is another call of the same place is told from one that only comes and goes. An exception contributes its
type and, innermost first, its calls, each once, so that a recursion is one whatever its depth. Glue that runtimes put
in (..._glue.py), generated pieces of names (..._names.py), line numbers and folders never count. The parameterised
message counts only where no call with a name does, or where a user's rule says so.
The idea of parts that contribute or not, with hints, is Sentry's (https://docs.sentry.io/product/issues/grouping-and-
fingerprints/); the rules are our own. Keeps out: near-identical traces (similarity.py).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.fingerprint import OWN_CODE, OWN_HASH, Fingerprint, Part
from indexers.exceptions.grouping_rules import NO_RULES, GroupingRules
from indexers.exceptions.in_app import is_in_app
from indexers.exceptions.messages import error_class, parameterise
from indexers.exceptions.strategies.s2026_11_21_2_glue import NAMELESS, glue
from indexers.exceptions.strategies.s2026_11_21_2_names import call, clean, clean_type

STRATEGY = "2026-11-21.2"
_ASIDE = {  # exceptions that are about another one and not part of the fault
    "suppressed": "suppressed while handling the fault",
    "goroutine": "another goroutine, not the one that failed",
}
_ENDLESS = re.compile(r"StackOverflow|RecursionError|stack-overflow|SystemStackError|NotEnoughStack", re.IGNORECASE)
_ENDLESS_TEXT = re.compile(
    r"maximum (?:call stack|recursion depth|function nesting)|stack level too deep|exceeds \d+-byte limit"
    r"|stack overflow"
    r"|too much recursion|[Dd]eep recursion"
)


@dataclass(frozen=True, slots=True)
class _Call:
    value: str
    own: bool
    speaks: bool  # says more than "the top of a file"
    without: str  # why it never counts


@dataclass(frozen=True, slots=True)
class _Told:
    """One exception of the chain, looked at once."""

    record: ExceptionRecord
    aside: str  # why nothing of it counts
    head: tuple[Part, ...]  # type and class
    calls: tuple[_Call, ...]
    tail: tuple[Part, ...]  # message


def fingerprint(chain: Sequence[ExceptionRecord], rules: GroupingRules = NO_RULES) -> Fingerprint:
    """The fingerprint of `chain` under this strategy and a user's rules."""
    told = [_told(record, rules) for record in chain]
    placed = _parts(told)
    parts = [part for part, _ in placed]
    whole = _digest(parts)
    speaks = any(call.own and call.speaks and not call.without for one in told if not one.aside for call in one.calls)
    own = _digest([part for part, inside in placed if inside])
    hint = (
        "over the application's calls and what failed below them" if speaks else "no call of the application has a name"
    )
    hashes = (Part(OWN_HASH, own if speaks else "", False, hint), Part("whole hash", whole, True, "over every call"))
    return Fingerprint(whole, (*parts, *hashes), STRATEGY)


def _digest(parts: Sequence[Part]) -> str:
    content = json.dumps([[part.name, part.value] for part in parts if part.contributes], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _parts(told: Sequence[_Told]) -> list[tuple[Part, bool]]:
    """Every part, and whether it is among the application's calls and what failed below them."""
    placed: list[tuple[Part, bool]] = []
    members: dict[str, list[tuple[Part, bool]]] = {}
    for one in told:
        made = [*((part, True) for part in one.head), *_frames(one), *((part, True) for part in one.tail)]
        if one.record.relation == "group_member":  # a group of a hundred equal failures is one kind of group
            members.setdefault(_digest([part for part, _ in made]), made)
        else:
            placed += made
    for key in sorted(members):
        placed += members[key]
    speaking = {call.value for one in told for call in one.calls if call.speaks}
    if not any(part.contributes and part.name == "frame" and part.value in speaking for part, _ in placed):
        placed = [(_message_now_counts(part), inside) for part, inside in placed]
    return placed


def _message_now_counts(part: Part) -> Part:
    if part.name != "message" or part.hint in _ASIDE.values():
        return part
    return replace(part, contributes=bool(part.value), hint="counts because no call with a name does")


def _told(record: ExceptionRecord, rules: GroupingRules) -> _Told:
    aside = _ASIDE.get(record.relation, "")
    kind = clean_type(record.type, record.language)
    alias = rules.alias(kind, record.language)
    hint = "the exception's type" if alias == kind else f"{kind} under the name a rule gives it"
    head = [Part("type", alias, not aside, aside or hint)]
    known = error_class(record.type, record.message or "")
    if known:
        head.append(Part("error class", known, not aside, aside or f"{record.type!r} alone says too little"))
    tail = []
    if record.message:
        rule = rules.counts_message(kind, record.language)
        hint = aside or (f"counts because of the rule {rule.place}" if rule else "does not count beside calls")
        tail.append(Part("message", parameterise(record.message), rule is not None and not aside, hint))
    return _Told(record, aside, tuple(head), tuple(_calls(record, rules)), tuple(tail))


def _calls(record: ExceptionRecord, rules: GroupingRules) -> list[_Call]:
    """The calls of one exception, innermost first."""
    frames, language = record.innermost(), record.language
    own = [is_in_app(frame, language) if frame.in_app is None else frame.in_app for frame in frames]
    failing = {0, own.index(True) if True in own else 0}
    made = []
    for index, frame in enumerate(frames):
        file, function = rules.renamed(frame, language)
        value = call(file, function, language)
        name = clean(function, language)
        without = _without(frame, value, language, rules) or _glue(function, language, index in failing)
        made.append(_Call(value or file or function, own[index], bool(value) and not NAMELESS.match(name), without))
    return made


def _glue(function: str, language: str, failing: bool) -> str:
    what = glue(function, language, failing)
    return f"{what}: comes and goes whatever the fault" if what else ""


def _without(frame: Frame, value: str, language: str, rules: GroupingRules) -> str:
    rule = rules.ignoring(frame, language)
    if rule is not None:
        return f"ignored by the rule {rule.place}"
    return "" if value else "has no name that outlives a build" if frame.function else "has no name"


def _frames(told: _Told) -> list[tuple[Part, bool]]:
    """The calls as parts, each call once, and whether the application's code or what failed below it."""
    record, calls = told.record, told.calls
    own = [one.own and one.speaks and not one.without for one in calls]
    first = own.index(True) if True in own else len(calls)
    speaking = any(one.speaks and not one.without for one in calls)
    seen: set[str] = set()
    placed: list[tuple[Part, bool]] = []
    for index, one in enumerate(calls):
        without = one.without
        if not without and one.value in seen:
            without = "the same call again"
        elif not without and speaking and not one.speaks and index == 0 and record.location is not None:
            without = "the place of the failure, which the first call names too"
        if not without:
            seen.add(one.value)
        hint = without or told.aside or _hint(one.own, index < first, first < len(calls))
        placed.append((Part("frame", one.value, not without and not told.aside, hint), one.own or index < first))
    if _ENDLESS.search(record.type) or _ENDLESS_TEXT.search(record.message or ""):
        placed = _endless(placed, calls)
    return placed


def _hint(own: bool, below: bool, any_own: bool) -> str:
    if own:
        return OWN_CODE
    if not any_own:
        return "counts because no call of the application has a name"
    return "library code between the application and the failure" if below else "called the application"


def _endless(placed: list[tuple[Part, bool]], calls: Sequence[_Call]) -> list[tuple[Part, bool]]:
    """Where an endless recursion is cut off is chance: the order says nothing, nor which library call came last."""
    times = Counter(one.value for one in calls)
    repeated = next((index for index, one in enumerate(calls) if times[one.value] > 1 and not one.without), 0)
    last = "a library call at the end of an endless recursion: chance"
    placed = [
        (replace(part, contributes=False, hint=last), inside)
        if index < repeated and part.contributes and not calls[index].own
        else (part, inside)
        for index, (part, inside) in enumerate(placed)
    ]
    counting = sorted((item for item in placed if item[0].contributes), key=lambda item: item[0].value)
    return counting + [item for item in placed if not item[0].contributes]
