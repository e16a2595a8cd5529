"""A function that always ends in a throw, or only passes on to one that does, says no more than "report this"."""

import re

from rca.signals import Observation, Surroundings
from rca.signals.exception_code import exception_code
from rca.source_text import THROW, BlockText, statements
from rca.trace import Place, Trace

_RETURNS_VALUE = re.compile(r"^\s*return\b\s*[^;\s]")
# An override that only says "not supported" is as likely the fault as the one who called it.
_UNFINISHED = re.compile(r"UnsupportedOperation|NotImplemented")
_REPORTER = re.compile(
    r"^_*(?:(?:report|fail|throw|raise|abort|reject|wrapAndThrow)(?=[A-Z_]|$)"
    r"|(?:handle|on)_?(?:[Uu]nknown|[Uu]nexpected|[Mm]issing|[Bb]ad|[Ww]eird|[Ii]nvalid|[Ee]rror|[Ff]ailure|[Ee]xception))"
)
LONGEST_LINES = 14


def observe(place: Place, trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a function that cannot end otherwise than by throwing, for one that relays to such a function, and for one
    that is named as a report and was stopped while reporting."""
    if _UNFINISHED.search(place.error.type):
        return None
    if always_throws(place.text):
        return Observation(1.0, "always throws: a helper that reports what its caller found")
    inner = place.inner
    if inner is not None and _ends_in_call(place) and (always_throws(inner.text) or _relays(inner)):
        return Observation(1.0, f"only passes on to {inner.block.name}, which always throws")
    if _REPORTER.match(place.block.name) and _reports(place, trace):
        return Observation(1.0, "named as a report of trouble, and was reporting when it threw")
    return None


def _reports(place: Place, trace: Trace) -> bool:
    """Whether the place was throwing, or calling something that only throws or builds exceptions."""
    if THROW.match(place.statement):
        return True
    inner = place.inner
    if inner is None:
        return False
    return (
        exception_code(inner.block, trace) is not None
        or always_throws(inner.text)
        or (_REPORTER.match(inner.block.name) is not None and _reports(inner, trace))
    )


def always_throws(text: BlockText) -> bool:
    """Whether the last statement at the top level of a short body throws and no other way out returns a value."""
    lines = [line for line in text.body if line.strip(" \t{}();,")]
    if not lines or len(lines) > LONGEST_LINES or any(_RETURNS_VALUE.match(line) for line in lines):
        return False
    outermost = min(len(line) - len(line.lstrip()) for line in lines)
    ends = [line for line in lines if len(line) - len(line.lstrip()) == outermost]
    return bool(THROW.match(ends[-1]))


def _ends_in_call(place: Place) -> bool:
    """Whether the place was at the last statement of a short body that returns nothing."""
    lines = statements(place.text)
    if not lines or len(lines) > LONGEST_LINES or any(_RETURNS_VALUE.match(line) for line in lines):
        return False
    return lines[-1] in place.statement or place.statement in lines[-1]


def _relays(place: Place) -> bool:
    return place.inner is not None and _ends_in_call(place) and always_throws(place.inner.text)
