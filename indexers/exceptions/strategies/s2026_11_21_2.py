"""Grouping strategy 2026-11-21.2. Frozen: a change is a new file beside this one.

Two hashes are made of a chain of exceptions: over the application's calls with the library calls that failed below
them, and over every call. The first counts where the application's calls have names, else the second; the fingerprint
is the one that counts, and both stand in the record. An exception contributes its type and, innermost first, its
calls, each once, so that a recursion is one whatever its depth. Glue that runtimes put in (strategies/..._glue.py),
generated pieces of names (..._names.py), line numbers and folders never count. The parameterised message counts only
where no call with a name does, or where a user's rule says so.
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
from indexers.exceptions.fingerprint import OWN_CODE, Fingerprint, Part
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
_COUNTED = ("type", "error class", "frame", "message")


@dataclass(frozen=True, slots=True)
class _Call:
    value: str
    own: bool
    speaks: bool  # says more than "the top of a file"
    without: str  # why it never counts


def fingerprint(chain: Sequence[ExceptionRecord], rules: GroupingRules = NO_RULES) -> Fingerprint:
    """The fingerprint of `chain` under this strategy and a user's rules."""
    calls = [_calls(record, rules) for record in chain]
    aside = [_ASIDE.get(record.relation, "") for record in chain]
    own = any(one.own and one.speaks for some, out in zip(calls, aside, strict=True) if not out for one in some)
    own_parts = _parts(chain, calls, rules, own_only=True)
    all_parts = _parts(chain, calls, rules, own_only=False)
    hashes = (
        Part("own hash", _digest(own_parts), own, "over the application's calls and what failed below them"
             + ("" if own else "; does not count because no call of the application has a name")),
        Part("whole hash", _digest(all_parts), not own, "over every call"
             + ("; does not count beside the application's own" if own else "")),
    )  # fmt: skip
    chosen = own_parts if own else all_parts
    return Fingerprint(_digest(chosen), (*chosen, *hashes), STRATEGY)


def _digest(parts: Sequence[Part]) -> str:
    content = json.dumps([[part.name, part.value] for part in parts if part.contributes], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _parts(
    chain: Sequence[ExceptionRecord], calls: Sequence[Sequence[_Call]], rules: GroupingRules, *, own_only: bool
) -> list[Part]:
    parts: list[Part] = []
    members: dict[str, list[Part]] = {}
    for record, some in zip(chain, calls, strict=True):
        made = _exception(record, some, rules, own_only=own_only)
        if record.relation == "group_member":
            members.setdefault(_digest(made), made)  # a group of a hundred equal failures is one kind of group
        else:
            parts += made
    for key in sorted(members):
        parts += members[key]
    speaking = {one.value for some in calls for one in some if one.speaks}
    if not any(part.contributes and part.name == "frame" and part.value in speaking for part in parts):
        parts = [_message_now_counts(part) for part in parts]
    return parts


def _message_now_counts(part: Part) -> Part:
    if part.name != "message" or part.hint in _ASIDE.values():
        return part
    return replace(part, contributes=bool(part.value), hint="counts because no call with a name does")


def _exception(record: ExceptionRecord, calls: Sequence[_Call], rules: GroupingRules, *, own_only: bool) -> list[Part]:
    aside = _ASIDE.get(record.relation)
    kind = clean_type(record.type, record.language)
    alias = rules.alias(kind, record.language)
    hint = "the exception's type" if alias == kind else f"{kind} under the name a rule gives it"
    parts = [Part("type", alias, aside is None, aside or hint)]
    known = error_class(record.type, record.message or "")
    if known:
        parts.append(Part("error class", known, aside is None, aside or f"{record.type!r} alone says too little"))
    for part in _frames(record, calls, own_only=own_only):
        parts.append(replace(part, contributes=False, hint=aside) if aside and part.contributes else part)
    if record.message:
        rule = rules.counts_message(kind, record.language)
        hint = aside or (f"counts because of the rule {rule.place}" if rule else "does not count beside calls")
        parts.append(Part("message", parameterise(record.message), rule is not None and aside is None, hint))
    return parts


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


def _frames(record: ExceptionRecord, calls: Sequence[_Call], *, own_only: bool) -> list[Part]:
    """The calls as parts, each call once."""
    own = [one.own and one.speaks and not one.without for one in calls]
    first = own.index(True) if True in own and own_only else len(calls)
    speaking = any(one.speaks and not one.without for one in calls)
    seen: set[str] = set()
    parts = []
    for index, one in enumerate(calls):
        if one.without:
            parts.append(Part("frame", one.value, False, one.without))
        elif one.value in seen:
            parts.append(Part("frame", one.value, False, "the same call again"))
        elif speaking and not one.speaks and index == 0 and record.location is not None:
            parts.append(Part("frame", one.value, False, "the place of the failure, which the first call names too"))
        else:
            seen.add(one.value)
            parts.append(Part("frame", one.value, one.own or index < first, _hint(one.own, index < first, own_only)))
    if _ENDLESS.search(record.type) or _ENDLESS_TEXT.search(record.message or ""):
        parts = _endless(parts, calls)
    return parts


def _hint(own: bool, below: bool, own_only: bool) -> str:
    if own:
        return OWN_CODE
    if not below:
        return "called the application; not where it fails"
    return "library code between the application and the failure" if own_only else "counts because every call does"


def _endless(parts: list[Part], calls: Sequence[_Call]) -> list[Part]:
    """Where an endless recursion is cut off is chance: the order says nothing, nor which library call came last."""
    times = Counter(one.value for one in calls)
    repeated = next((index for index, one in enumerate(calls) if times[one.value] > 1 and not one.without), 0)
    last = "a library call at the end of an endless recursion: chance"
    parts = [
        replace(part, contributes=False, hint=last)
        if index < repeated and part.contributes and not calls[index].own
        else part
        for index, part in enumerate(parts)
    ]
    counting = sorted((part for part in parts if part.contributes), key=lambda part: part.value)
    return counting + [part for part in parts if not part.contributes]
