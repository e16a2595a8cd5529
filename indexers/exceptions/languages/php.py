"""PHP: uncaught and logged exceptions with numbered frames, fatal errors, and what frameworks make of them.

Format: zend_exceptions.c (Exception::__toString). PHP prints the first cause first and each exception that wraps it
after `Next`, so the last one is the root; Monolog prints the outermost first. Where an exception was raised is printed
in its head, not as a frame; `{main}` is no frame. Errors that end the script ("Fatal error", "Parse error") are
reported, with Xdebug's stack where there is one; warnings, notices and deprecations are not, since the script goes on.
A failed test of PHPUnit is no exception of the program and is not reported either.
Keeps out: patterns (php_lines.py), Monolog's and Drupal's renderings (php_monolog.py).
"""

import re

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.php_lines import (
    LOGGED,
    MAIN,
    NEXT,
    STACK,
    UNCAUGHT,
    fatal_error,
    plain,
    read_frames,
    split_place,
    xdebug_frames,
)
from indexers.exceptions.languages.php_monolog import OBJECT, read_drupal, read_objects
from indexers.exceptions.lines import Block, starts_record

_LOOK_BACK = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every PHP exception and fatal error in `block`."""
    texts = plain(block.texts())
    traces: list[TraceDraft] = []
    chain: list[Draft] = []
    at = free = 0
    while at < len(texts):
        text = texts[at]
        whole = _whole(texts, at)
        if whole:
            _close(traces, chain)
            traces.append(TraceDraft("php", whole))
            at = free = max(draft.last for draft in whole) + 1
            continue
        draft, wraps = _stacked(texts, at, free) if STACK.match(text) else (None, False)
        if draft is None:
            at += 1
            continue
        if not (wraps and chain and chain[-1].last < draft.first):
            _close(traces, chain)
        if chain:
            chain[-1].relation, chain[-1].parent = "caused_by", len(chain)
        chain.append(draft)
        at = free = draft.last + 1
    _close(traces, chain)
    return sorted(traces, key=lambda trace: trace.first)


def _close(traces: list[TraceDraft], chain: list[Draft]) -> None:
    if chain:
        traces.append(TraceDraft("php", chain.copy()))
        chain.clear()


def _whole(texts: list[str], at: int) -> list[Draft]:
    """What a single line begins: a Monolog record, a Drupal record, a fatal error."""
    text = texts[at]
    if OBJECT in text and "(code: " in text:
        return read_objects(texts, at)
    drupal = read_drupal(texts, at)
    if drupal:
        return [drupal]
    if " error: " not in text:
        return []
    fatal = fatal_error(text)
    if fatal is None:
        return _uncaught(texts, at)
    kind, message, place = fatal
    draft = Draft(kind, message, at, at, location=place)
    draft.frames, last = xdebug_frames(texts, at)
    draft.last = last if draft.frames else at
    return [draft]


def _uncaught(texts: list[str], at: int) -> list[Draft]:
    """An uncaught exception whose stack was left out: its place stands at the end of its line, no stack below it."""
    match = UNCAUGHT.match(texts[at]) if "Uncaught " in texts[at] else None
    if match is None:
        return []
    for text in texts[at + 1 : at + 1 + _LOOK_BACK]:
        if STACK.match(text):
            return []
        if " error: " in text or starts_record(text):
            break
    draft = _headed(match, texts, at, at + 1)
    draft.last = at
    return [draft] if draft.location else []


def _stacked(texts: list[str], stack: int, free: int) -> tuple[Draft | None, bool]:
    """(the exception above `Stack trace:` with its frames, it wraps the one before it)."""
    for at in range(stack - 1, max(free, stack - _LOOK_BACK) - 1, -1):
        text = texts[at]
        records = starts_record(text)
        after = NEXT.match(text)
        match = after or UNCAUGHT.match(text) or (LOGGED.match(text) if at == stack - 1 or records else None)
        if match is None and at == free:
            match = LOGGED.match(text)
        if match:
            draft = _headed(match, texts, at, stack)
            draft.frames, draft.last = read_frames(texts, stack)
            draft.type = draft.type.replace("\\\\", "\\")
            return draft, after is not None
        if records or MAIN.match(text) or STACK.match(text):
            break
    return None, False


def _headed(match: re.Match[str], texts: list[str], at: int, stack: int) -> Draft:
    groups = match.groupdict()
    kind = groups.get("type") or groups.get("old") or ""
    old = groups.get("old") is not None
    message = groups.get("message") if not old else groups.get("text")
    if message is None:
        message = match.string[match.end("old" if old else "type") :].removeprefix("'")
    full, location = split_place("\n".join([message, *(text.rstrip() for text in texts[at + 1 : stack])]))
    if old and groups.get("text") is not None:
        full = full.removesuffix("'")
    if kind.endswith(("TypeError", "ArgumentCountError")) and ", called in " in full:
        full = full.removesuffix(" and defined")  # added by __toString
    return Draft(kind, full or None, at, stack, location=location)
