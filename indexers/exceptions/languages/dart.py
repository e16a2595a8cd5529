"""Dart and Flutter: unhandled exceptions, logged ones, and the boxes of FlutterError.

Formats: Dart_DumpNativeStackTrace's and the isolate's `Unhandled exception:`, Flutter's FlutterErrorDetails.toString
(`EXCEPTION CAUGHT BY ...`, "The following X was thrown ...", the message, "When the exception was thrown, this was the
stack:"). What belongs to a trace: the frames, and above them the exception's text, whose first line names the type.
Dart prints what toString() returns: the words before the first colon are taken as the type as printed; texts of the
SDK's own errors that name no type get their class (`_TYPELESS`). Terse frames count only under one of the headers, for
they look like a table. Keeps out: single lines (dart_frames.py).
"""

import re

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.dart_frames import is_gap, lean, read_frame, read_terse
from indexers.exceptions.lines import Block, starts_record

_LEAD = re.compile(r".{0,400}?(?:[Uu]nhandled [Ee]xception:|Unhandled error:?|Uncaught Error:)\s*(?P<rest>.*)$")
_HEADER = re.compile(
    r"""(?P<type>_?[A-Z][\w$]*(?:<[\w<>, ?]+>)?)
        (?: (?:\ \[[^\]]*\]|\ \([^)]*\))?:(?:\ (?P<message>.*))? | \((?P<inside>.*)\) | )$""",
    re.DOTALL | re.VERBOSE,
)
_SAYS_ERROR = re.compile(r"(?:Error|Exception|Failure|Fault)\w*$")
_EMBEDDED = re.compile(r"[\s:\]](?P<header>_?[A-Z]\w*(?:Error|Exception)(?: \[[^\]]*\]|\([^)]*\))?: .*)$")
_BOX = re.compile(r"[═=]{2,}.*\b(?:EXCEPTION CAUGHT BY|Exception caught by) ")
_THROWN = re.compile(r"The following (?P<type>\S+)(?: object)? was thrown.*:$")
_STACK = re.compile(r"When the exception was thrown, this was the stack")
_WORDS = re.compile(r"(?P<type>[A-Z][^:\n]{0,50}): (?P<message>.*)$", re.DOTALL)
# What the SDK's errors print that say no type (sdk/lib/core/errors.dart, errors_patch.dart), and their class
_TYPELESS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Stack Overflow$"), "StackOverflowError"),
    (re.compile(r"Out of Memory$"), "OutOfMemoryError"),
    (re.compile(r"Concurrent modification during iteration\b"), "ConcurrentModificationError"),
    (re.compile(r"Assertion failed\b|'.*': Failed assertion: "), "AssertionError"),
    (re.compile(r"type '.*' is not a subtype of |Null check operator used on|Expected a value of type "), "TypeError"),
    (re.compile(r"'.*': malformed type: "), "TypeError"),
    (re.compile(r"Reading static variable '"), "CyclicInitializationError"),
    (re.compile(r"Cannot instantiate abstract class "), "AbstractClassInstantiationError"),
    (re.compile(r"'.*': Switch case fall-through"), "FallThroughError"),
)
_INSTANCE = re.compile(r"Instance of '(?P<type>[^']+)'$")
# The head of a dump of addresses, between the exception and its frames
_DUMP = re.compile(
    r"(?:\*\*\* ){3}|pid: |os: |build_id: |isolate_\w+: |vm_\w+: |isolate_dso_base|warning: This VM has been configured"
    r"|[├└┌┄─]+"
)
_LOOK_BACK = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every Dart stack trace in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        is_numbered = "#" in texts[at] and read_frame(texts, at) is not None
        if not is_numbered and not ("dart" in texts[at] and read_terse(texts, at)):
            at += 1
            continue
        draft = _head(texts, at, free, is_terse=not is_numbered)
        at = free = _read(texts, at, draft or Draft("", None, at, at))
        if draft:
            traces.append(TraceDraft("dart", [draft]))
    return traces + _without_frames(texts, traces)


def _read(texts: list[str], at: int, draft: Draft) -> int:
    """Take the frames from line `at`; the line after them."""
    read = read_frame if read_frame(texts, at) else read_terse
    while at < len(texts):
        found = read(texts, at)
        if found:
            draft.frames.append(found[0])
            at = found[1]
            draft.last = at - 1
        elif is_gap(texts[at]):
            at += 1
        else:
            break
    return at


def _head(texts: list[str], frame: int, free: int, *, is_terse: bool) -> Draft | None:
    """The exception's text above the first frame: under one of the headers, or a line that names an error."""
    nearest: int | None = None
    for at in range(frame - 1, max(free, frame - _LOOK_BACK) - 1, -1):
        text = lean(texts[at]).strip()
        thrown = _THROWN.match(text)
        if thrown:
            return Draft(thrown["type"], _paragraph(texts, at + 1, frame), at, frame)
        lead = _LEAD.match(text)
        if lead:
            rest = [lead["rest"]] if lead["rest"] else []
            return _draft([*rest, *texts[at + 1 : frame]], at, frame)
        header = _HEADER.match(text) if nearest is None else None
        if header and _SAYS_ERROR.search(header["type"]):
            nearest = at
        if starts_record(texts[at]) and nearest != at:
            record = None if is_terse else _EMBEDDED.search(text)
            if record:
                return _draft([record["header"], *texts[at + 1 : frame]], at, frame)
            break
        if read_frame(texts, at):
            break
    return None if nearest is None or is_terse else _draft(texts[nearest:frame], nearest, frame)


def _without_frames(texts: list[str], traces: list[TraceDraft]) -> list[TraceDraft]:
    """Boxes of FlutterError in which no stack is printed: layout errors, and what was reported once already."""
    taken = {trace.first for trace in traces}
    found = []
    for at in range(len(texts) - 1):
        if "aught by" not in texts[at] and "CAUGHT BY" not in texts[at]:
            continue
        thrown = _THROWN.match(lean(texts[at + 1]).strip()) if _BOX.match(lean(texts[at])) else None
        if thrown and at + 1 not in taken:
            message = _paragraph(texts, at + 2, min(len(texts), at + _LOOK_BACK))
            last = at + 1 + (message.count("\n") + 1 if message else 0)
            found.append(TraceDraft("dart", [Draft(thrown["type"], message, at + 1, last)]))
    return found


def _paragraph(texts: list[str], first: int, end: int) -> str | None:
    """The lines of Flutter's report up to the next empty one."""
    lines: list[str] = []
    for text in texts[first:end]:
        line = lean(text).rstrip()
        if not line.strip() or _STACK.match(line) or _BOX.match(line):
            break
        lines.append(line)
    return "\n".join(lines) or None


def _draft(lines: list[str], at: int, frame: int) -> Draft | None:
    kept = [line for line in (lean(text).rstrip() for text in lines) if not _DUMP.match(line)]
    text = "\n".join(kept).strip()
    if not text:
        return None
    kind, message = _named(text)
    return Draft(kind, message, at, frame)


def _named(text: str) -> tuple[str, str | None]:
    """(type, message) of what toString() printed."""
    instance = _INSTANCE.match(text)
    if instance:
        return instance["type"], None
    for pattern, name in _TYPELESS:
        if pattern.match(text):
            return name, text
    match = _HEADER.match(text)
    if match:
        return match["type"], (match["inside"] or match["message"] or "").rstrip() or None
    words = _WORDS.match(text)
    return (words["type"], words["message"] or None) if words else ("Exception", text)
