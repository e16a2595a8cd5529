"""Headers of JVM traces and their messages: where they begin above the first frame, how far they go.

A message may have any lines, also such as look like headers, frames or quoted traces; the nearest header that names
an exception is taken, unless the line above announces it with a colon (a RemoteException's "nested exception is:").
Keeps out: single lines (jvm_lines.py), frames and sections (jvm.py).
"""

import re
from collections.abc import Sequence

from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.jvm_lines import (
    DUMP,
    MORE,
    REACTOR_LINE,
    SECTION,
    embedded,
    frame_match,
    header,
    is_class,
    is_strong,
)
from indexers.exceptions.lines import indent, starts_record

_LOOK_BACK = 150  # lines of message between a header and its first frame
_ANNOUNCEMENT_LINES = 3  # `nested exception is:` and what stands between it and its header
_DUMP_LINES = 3  # above the first frame of a dumped thread
_LONE_LINES = 60
_CHAIN_LINES = 20  # of a header's message above the first section, where no frames are printed
_MESSAGE_LINES = 200
_PYTHON_FRAME = 'File "'


def draft_of(match: re.Match[str], texts: Sequence[str], first: int, end: int) -> Draft:
    """The exception whose header is texts[first] and whose message ends before texts[end]."""
    message = match["message"]
    rest = [text.rstrip() for text in texts[first + 1 : end]]
    while rest and MORE.match(rest[-1]):
        rest.pop()
    if rest:
        message = "\n".join([message or "", *rest])
    return Draft(match["type"], message.rstrip() if message and message.strip() else None, first, end - 1)


def look_back(texts: Sequence[str], frame: int, free: int) -> Draft | None:
    """The header above the first frame, its message lines included; None where the frames belong to no exception."""
    inline: Draft | None = None
    weak: Draft | None = None
    crossed_blank = False
    for at in range(frame - 1, max(free, frame - _LOOK_BACK) - 1, -1):
        text = texts[at]
        if frame - at <= _DUMP_LINES and DUMP.match(text):
            return None
        match = header(text)
        if match and not _ends_python(texts, at, match["type"]):
            if is_strong(match["type"]) and not (
                weak and is_class(weak.type) and not _is_within(texts, weak.first, at)
            ):
                return _announced(match, texts, at, frame, free)
            if weak is None and (is_class(match["type"]) or not crossed_blank):
                weak = draft_of(match, texts, at, frame)
        found = embedded(text, above_frame=at == frame - 1) if inline is None else None
        if found:
            inline = draft_of(found, texts, at, frame)
        if starts_record(text):
            break
        crossed_blank = crossed_blank or not text.strip()
    return weak if weak and (inline is None or is_class(weak.type)) else inline


def _is_within(texts: Sequence[str], inner: int, outer: int) -> bool:
    """Whether texts[inner] is indented under texts[outer]."""
    return indent(texts[inner]) > indent(texts[outer])


def _announced(match: re.Match[str], texts: Sequence[str], at: int, frame: int, free: int) -> Draft:
    """The exception of the header at texts[at], or of the header just above whose message announces it."""
    while at > free and texts[at - 1].rstrip().endswith(":"):
        outer = _header_above(texts, at, free)
        if outer is None:
            break
        match, at = outer
    return draft_of(match, texts, at, frame)


def _header_above(texts: Sequence[str], at: int, free: int) -> tuple[re.Match[str], int] | None:
    """(header, its index) of the exception whose message ends in an announcement just above texts[at]."""
    for above in range(at - 1, max(free, at - _ANNOUNCEMENT_LINES) - 1, -1):
        match = header(texts[above])
        if match and (is_strong(match["type"]) or is_class(match["type"])):
            return match, above
        if not texts[above].strip() or starts_record(texts[above]):
            break
    return None


def _ends_python(texts: Sequence[str], at: int, kind: str) -> bool:
    """Whether texts[at] is the last line of a Python traceback in the message (PySpark quotes its workers')."""
    return "." not in kind and any(_PYTHON_FRAME in text for text in texts[max(0, at - 3) : at])


def lone_head(texts: Sequence[str], at: int) -> Draft | None:
    """A header that needs no frame to be believed: the JVM's own line, or a cause whose beginning was cut off.

    The message lines under it are taken as far as the first frame, if there is one soon.
    """
    text = texts[at].strip()
    section = SECTION.match(text)
    match = header(section["rest"] if section else text)
    if match is None:
        return None
    for end in range(at + 1, min(len(texts), at + _LONE_LINES)):
        if frame_match(texts[end]) or MORE.match(texts[end]):
            return draft_of(match, texts, at, end)
        if starts_record(texts[end]) or _begins_section(texts[end]) or texts[end].startswith("Exception in thread"):
            break
    return draft_of(match, texts, at, at + 1) if section is None else None


def _begins_section(text: str) -> bool:
    """Whether `text` is a section with a class name; without one it may be text of a message."""
    section = SECTION.match(text)
    return section is not None and header(section["rest"]) is not None


def chain_head(texts: Sequence[str], section: int, free: int) -> Draft | None:
    """The header above the section at texts[section], printed without frames; only one that names an exception."""
    match = SECTION.match(texts[section])
    cause = header(match["rest"]) if match else None
    if cause is None or not is_strong(cause["type"]):
        return None
    for at in range(section - 1, max(free, section - _CHAIN_LINES) - 1, -1):
        text = texts[at]
        found = header(text) or embedded(text)
        if found and is_strong(found["type"]):
            return draft_of(found, texts, at, section)
        if not text.strip() or starts_record(text) or SECTION.match(text):
            break
    return None


def message_end(texts: Sequence[str], section: int) -> int:
    """Index after a section's message, which may have several lines before its first frame."""
    described = section + 1
    for end in range(section + 1, min(len(texts), section + _MESSAGE_LINES)):
        text = texts[end]
        if frame_match(text) or MORE.match(text):
            return end
        if described == end and REACTOR_LINE.match(text):
            described += 1
        if starts_record(text) or SECTION.match(text) or _is_other(texts, end):
            break
    return described


def _is_other(texts: Sequence[str], at: int) -> bool:
    """Whether texts[at] is the header of another exception, not announced by the line above."""
    match = header(texts[at])
    return (
        match is not None
        and "." in match["type"]
        and is_strong(match["type"])
        and not texts[at - 1].rstrip().endswith(":")
    )
