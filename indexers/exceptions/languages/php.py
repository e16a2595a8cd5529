"""PHP: uncaught exceptions, chains joined by `Next`, numbered frames, and Monolog's rendering (Laravel, Symfony).

Format: zend_exceptions.c (Exception::__toString). PHP prints the first cause first and each exception that wraps it
after `Next`, so the last one is the root. Where an exception was raised is printed in its header, not as a frame.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, starts_record

_NAME = r"\\?[A-Za-z_][\w\\]*(?:@anonymous\S*)?"
_NAMED = (
    rf"(?:exception '(?P<old>{_NAME})'(?: with message '(?P<text>.*))?|(?P<type>{_NAME}))(?:: (?P<message>.*)| in .*)?$"
)
_UNCAUGHT = re.compile(rf"(?:.*?)Uncaught {_NAMED}", re.DOTALL)
_NEXT = re.compile(rf"\s*Next {_NAMED}", re.DOTALL)
_PLAIN = re.compile(rf"(?:.*?[\]\s:])?(?P<type>{_NAME}(?:Exception|Error)\w*): (?P<message>.*)$", re.DOTALL)
_MONOLOG = re.compile(
    rf"""(?:.*?)\[(?P<kind>object|previous\sexception)\](?:\s\[object\])?
        \s\((?P<type>{_NAME})\(code:\s[^)]*\):\s(?P<message>.*)\sat\s(?P<file>\S+?):(?P<line>\d+)\)$""",
    re.DOTALL | re.VERBOSE,
)
_PLACE = re.compile(r"(?:'?) in (?P<file>\S.*?)(?::(?P<line>\d+)| on line (?P<online>\d+))\s*$")
_STACK = re.compile(r"\s*(?:Stack trace:|\[stacktrace\]|Stack Trace:)\s*$")
_FRAME = re.compile(
    r"\s*#\d+ (?:(?P<file>\[internal function\]|.*?)(?:\((?P<line>\d+)\))?: )"
    r"(?P<function>[^\s(]+(?:\{closure[^}]*\})?)\(.*$"
)
_MAIN = re.compile(r"\s*#\d+ \{main\}")
_THROWN = re.compile(r"\s*thrown in .* on line \d+\s*$")
_LOOK_BACK = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every PHP exception in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    chain: list[Draft] = []
    at = free = 0
    while at < len(texts):
        if not _STACK.match(texts[at]):
            at += 1
            continue
        draft, wraps, wrapped = _head(texts, at, free)
        if draft is None:
            at += 1
            continue
        _frames(texts, at + 1, draft)
        if chain and not wraps and not wrapped:
            traces.append(_trace(chain))
            chain = []
        if chain and wraps:
            chain[-1].relation, chain[-1].parent = "caused_by", len(chain)
        elif chain:
            draft.relation, draft.parent = "caused_by", len(chain) - 1
        chain.append(draft)
        at = free = draft.last + 1
    if chain:
        traces.append(_trace(chain))
    return traces


def _trace(drafts: list[Draft]) -> TraceDraft:
    return TraceDraft("php", drafts)


def _head(texts: list[str], stack: int, free: int) -> tuple[Draft | None, bool, bool]:
    """(the exception above `Stack trace:`, it wraps the one before, it is wrapped by the one before)."""
    for at in range(stack - 1, max(free, stack - _LOOK_BACK) - 1, -1):
        text = texts[at]
        monolog = _MONOLOG.match(text) if "(code: " in text else None
        if monolog:
            place = Frame(monolog["file"], "", int(monolog["line"]))
            draft = Draft(monolog["type"], monolog["message"] or None, at, stack, location=place)
            return draft, False, monolog["kind"] != "object"
        after = _NEXT.match(text)
        match = (
            after or _UNCAUGHT.match(text) or (_PLAIN.match(text) if at == stack - 1 or starts_record(text) else None)
        )
        if match:
            return _draft(match, texts, at, stack), after is not None, False
        if starts_record(text) or _MAIN.match(text) or _STACK.match(text):
            break
    return None, False, False


def _draft(match: re.Match[str], texts: list[str], at: int, stack: int) -> Draft:
    groups = match.groupdict()
    kind = groups.get("type") or groups.get("old") or ""
    message = groups.get("message") or groups.get("text") or ""
    if not message:
        message = texts[at][texts[at].find(kind) + len(kind) :]
    full = "\n".join([message, *(text.rstrip() for text in texts[at + 1 : stack])])
    place = _PLACE.search(full)
    location = None
    if place:
        location = Frame(place["file"], "", int(place["line"] or place["online"]))
        full = full[: place.start()]
    return Draft(kind, full.strip("'") or None, at, stack, location=location)


def _frames(texts: list[str], at: int, draft: Draft) -> None:
    doubled = "\\\\" in draft.type  # Monolog writes the trace as JSON text
    draft.type = draft.type.replace("\\\\", "\\")
    while at < len(texts):
        text = texts[at].replace("\\\\", "\\") if doubled else texts[at]
        match = _FRAME.match(text)
        if match:
            file = "" if match["file"].startswith("[internal") else match["file"]
            draft.frames.append(Frame(file, match["function"], int(match["line"]) if match["line"] else None))
        elif not _MAIN.match(text) and not _THROWN.match(text):
            break
        draft.last = at
        at += 1
