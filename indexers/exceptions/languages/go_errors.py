"""Go stacks that are no goroutine's dump: errors that carry one, gin's recovered panics, the race detector's reports.

Formats: github.com/pkg/errors' `%+v` (the innermost error first, each message under the frames of the one it wraps),
zap's and klog's stack under a log line, cockroachdb/errors' numbered layers, gin's recovery.go, ThreadSanitizer's Go
report (tsan_report.cpp). The type of an error is `error`: Go prints none. A log line's stack counts when the line's
level is not a warning or less; its message is what stands behind time, level, logger and caller. Of a data race only
the access that was noticed belongs to the exception; the previous one and the goroutines' beginnings explain it.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.go_frames import bare_call, read_bare_stack, read_stack

_GIN = re.compile(r".{0,400}?panic recovered:\s*(?P<message>.*)$")
_GIN_PLACE = re.compile(r"(?P<file>\S.*?):(?P<line>\d{1,9}) \(0x[0-9a-f]+\)$")
_GIN_CALL = re.compile(r"\s+(?P<function>\S+): ")
_GIN_LINES = 60  # of the dumped request, between the header and the stack
_RACE = re.compile(r"WARNING: DATA RACE\s*$")
_ACCESS = re.compile(r"\s*(?P<message>(?:Read|Write|Atomic \w+) (?:at|of) .*):\s*$")
# Time, level, logger and caller before a record's text
_PREFIX = re.compile(
    r"""\s*(?: [IWEF]\d{4}\s\d\d:\d\d:\d\d\.\d+\s+\d+\s\S+\]\s                  # klog
      | \d{4}[-/]\d\d[-/]\d\d[T\s]\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?[\s\t]+  # the log package, zap
    )?(?:\[?(?P<level>[A-Za-z]{4,7})\]?[\t:]\s*)?(?:(?:[\w./-]+\t)?[\w./-]+\.go:\d+(?::|\t)\s*)?""",
    re.VERBOSE,
)
_QUIET = re.compile(r"(?i)(?:trace|debug|info|notice|warn|warning)$")
_FIELDS = re.compile(r"\t\{.*\}$")
_LAYER = re.compile(r"(?:Wraps: )?\(\d+\) (?P<text>.*)$")
_IN_LAYER = re.compile(r"  \| ?(?P<rest>.*)$")
_LAYERS_END = re.compile(r"Error types: ")


def read_other(texts: list[str], at: int, free: int) -> tuple[list[Draft], int]:
    """The exceptions of the stack that begins at this line, and the line after it; (nothing, `at`) if none does."""
    text = texts[at]
    if "panic recovered:" in text:
        return _gin(texts, at)
    if text.startswith("WARNING: DATA RACE") and _RACE.match(text):
        return _race(texts, at)
    if text.startswith("(1) "):
        return _layers(texts, at, free)
    if bare_call(texts, at) is not None:
        return _errors(texts, at, free)
    return [], at


def _gin(texts: list[str], at: int) -> tuple[list[Draft], int]:
    match = _GIN.match(texts[at])
    for stack in range(at + 1, min(len(texts), at + _GIN_LINES)):
        if _GIN_PLACE.match(texts[stack]):
            break
    else:
        return [], at
    if match is None:
        return [], at
    above = [text.strip() for text in texts[at + 1 : stack]]
    while above and not above[-1]:
        above.pop()
    blank = max((index for index, text in enumerate(above) if not text), default=-1)
    message = "\n".join(above[blank + 1 :]) or match["message"].strip()  # the request ends with an empty line
    draft = Draft("panic", message or None, at, at)
    return [draft], _gin_frames(texts, stack, draft)


def _gin_frames(texts: list[str], at: int, draft: Draft) -> int:
    while at < len(texts):
        place = _GIN_PLACE.match(texts[at])
        if place is None:
            break
        call = _GIN_CALL.match(texts[at + 1]) if at + 1 < len(texts) else None
        draft.frames.append(Frame(place["file"], call["function"] if call else "", int(place["line"])))
        at += 2 if call else 1
        draft.last = at - 1
    return at


def _race(texts: list[str], at: int) -> tuple[list[Draft], int]:
    access = _ACCESS.match(texts[at + 1]) if at + 1 < len(texts) else None
    stack = read_stack(texts, at + 2) if access else None
    if access is None or stack is None or not stack.frames:
        return [], at
    return [Draft("DATA RACE", access["message"], at, stack.last, frames=stack.frames)], stack.after


def _errors(texts: list[str], at: int, free: int) -> tuple[list[Draft], int]:
    """Errors as pkg/errors prints them: each wrapped by the one printed after it."""
    first = at
    while first - 1 >= free and at - first < 20 and texts[first - 1].strip():
        first -= 1
        if _PREFIX.match(texts[first]).end() > 0:  # type: ignore[union-attr]  # everything in it is optional
            break
    head = _said(texts[first:at]) if first < at else None
    stack = read_bare_stack(texts, at)
    if head is None:
        return [], stack.after
    drafts = [Draft("error", head, first, stack.last, frames=stack.frames)]
    while stack.after < len(texts):
        following = next((n for n in range(stack.after, min(len(texts), stack.after + 4)) if bare_call(texts, n)), None)
        between = texts[stack.after : following]
        if following is None or following == stack.after or not all(text.strip() for text in between):
            break
        if _PREFIX.match(between[0]).end() > 0:  # type: ignore[union-attr]
            break
        drafts[-1].relation, drafts[-1].parent = "cause", len(drafts)
        begin = stack.after
        stack = read_bare_stack(texts, following)
        drafts.append(Draft("error", "\n".join(between), begin, stack.last, frames=stack.frames))
    return drafts, stack.after


def _said(lines: list[str]) -> str | None:
    """The message in the lines above a stack; None where the record is no error's."""
    prefix = _PREFIX.match(lines[0])
    level = prefix["level"] if prefix else None
    if level and _QUIET.match(level):
        return None
    text = _FIELDS.sub("", lines[0][prefix.end() if prefix else 0 :])
    return "\n".join([text, *lines[1:]]).strip() or None


def _layers(texts: list[str], at: int, free: int) -> tuple[list[Draft], int]:
    """cockroachdb/errors: one exception with the text above the layers and the deepest stack among them."""
    head = texts[at - 1].strip() if at > free else ""
    frames: list[Frame] = []
    end = at
    while end < len(texts):
        if _LAYERS_END.match(texts[end]):
            end += 1
            break
        if not _LAYER.match(texts[end]) and not texts[end].startswith("  "):
            break
        if texts[end].strip() == "-- stack trace:":
            frames, end = _layer_stack(texts, end + 1)
        else:
            end += 1
    if not head or not frames:
        return [], at
    message = _said([head])
    return ([Draft("error", message, at - 1, end - 1, frames=frames)] if message else []), end


def _layer_stack(texts: list[str], at: int) -> tuple[list[Frame], int]:
    rows: list[str] = []
    while at < len(texts) and (row := _IN_LAYER.match(texts[at])):
        rows.append(row["rest"])
        at += 1
    return read_bare_stack(rows, 0).frames, at
