"""The heads of a .NET trace: names and messages of the exceptions whose stacks follow, outermost first.

A head is a class name, a colon and a message of any number of lines; ` ---> ` before the next one stands at the end of
the line before it (.NET Framework, Mono) or at the start of a line (.NET since Core 3.0). Which line is the first head
cannot be read off the line alone, so it is sought upwards from the first frame. Keeps out: frames and marks.
"""

import re

from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.dotnet_lines import (
    ARROW,
    Head,
    frame,
    head_at_start,
    head_within,
    is_strong,
    mark,
    opens_inner,
)
from indexers.exceptions.lines import indent, starts_record

_LOOK_BACK = 100
# FileNotFoundException, FileLoadException and BadImageFormatException print a property between message and stack.
_FILE_NAME = re.compile(
    r"^(?:File name|Dateiname|Nom de fichier|Nombre de archivo|Nome file|Имя файла|文件名): ?['\"«].*"
)
_FILE_TYPES = re.compile(r"(?:FileNotFound|FileLoad|BadImageFormat)Exception$")
# What a logger or test runner puts between message and stack.
_STACK_TITLE = re.compile(r"\s*(?:[Ss]tack ?[Tt]race|StackTrace)\s?:\s*$")
_UNHANDLED = ("Stack overflow.", "Process is terminating due to StackOverflowException.")
_FAIL_FAST = "Process terminated. "


def find_heads(texts: list[str], stack: int, free: int) -> list[Draft]:
    """The exceptions above the line `stack`, where a stack begins, not reaching above the line `free`."""
    found = _first(texts, stack, free)
    if found is None:
        return []
    at, head = found
    return read_heads(texts[at:stack], head, indent(texts[at]), at)


def read_heads(lines: list[str], head: Head, margin: int, first: int) -> list[Draft]:
    """The exceptions from `head`, in the first of `lines`, to the last, each wrapped by the one before it.

    `first` is the index of that line in its block; `margin` is how far a logger has indented the whole trace.
    """
    drafts = [Draft(head.type, None, first, first)]
    _append(drafts, head.rest, first)
    for at, line in enumerate(lines[1:], first + 1):
        if not _STACK_TITLE.match(line):
            _append(drafts, _dedented(line, margin), at, fresh=True)
    for draft in drafts:
        draft.message = _clean(draft)
    return drafts


def _append(drafts: list[Draft], text: str, at: int, *, fresh: bool = False) -> None:
    """Add a line, or the rest of a head's line, to the last message; every arrow in it opens the next exception."""
    arrows = (
        [arrow for arrow in ARROW.finditer(text) if opens_inner(text, arrow)]
        if "-> " in text or "---- " in text
        else []
    )
    ends = [arrow.start() for arrow in arrows] + [len(text)]
    piece = text[: ends[0]].rstrip("\r\n")
    if not (fresh and arrows and not piece.strip()):
        _extend(drafts[-1], piece, at)
    for arrow, end in zip(arrows, ends[1:], strict=True):
        inner = head_at_start(text[arrow.end() : end])
        if inner is not None:
            drafts.append(Draft(inner.type, None, at, at, "inner", len(drafts) - 1))
            _extend(drafts[-1], inner.rest, at)


def _extend(draft: Draft, piece: str, at: int) -> None:
    draft.message = piece if draft.message is None else f"{draft.message}\n{piece}"
    if piece.strip():
        draft.last = at


def _clean(draft: Draft) -> str | None:
    lines = (draft.message or "").split("\n")
    if _FILE_TYPES.search(draft.type):
        lines = [line for line in lines if not _FILE_NAME.match(line)]
    return "\n".join(line.rstrip() for line in lines).strip("\n") or None


def _dedented(text: str, margin: int) -> str:
    return text[min(margin, len(text) - len(text.lstrip(" \t"))) :]


def _first(texts: list[str], stack: int, free: int) -> tuple[int, Head] | None:
    """The line of the outermost head: the nearest that begins with an exception's name, else one that names it."""
    named: tuple[int, Head] | None = None
    for at in range(stack - 1, max(free, stack - _LOOK_BACK) - 1, -1):
        text = texts[at]
        if ARROW.match(text):
            continue
        head = _at_start(text, near=at == stack - 1)
        if head:
            return at, head
        records = starts_record(text)
        if named is None and (records or at == free or at == stack - 1):
            within = head_within(text)
            named = (at, within) if within else None
        if records or _ends_trace(text):
            break
    return named


def _at_start(text: str, *, near: bool) -> Head | None:
    stripped = text.strip()
    if stripped in _UNHANDLED:
        return Head("Stack overflow", "", False)
    if stripped.startswith(_FAIL_FAST):
        return Head("Process terminated", stripped.removeprefix(_FAIL_FAST), True)
    head = head_at_start(text)
    if head and (is_strong(head.type) or (near and "." in head.type and head.has_message)):
        return head
    return None


def _ends_trace(text: str) -> bool:
    return bool(mark(text)) or frame(text) is not None
