"""Exceptions as Monolog's LineFormatter and Drupal's log write them (Laravel, Symfony, Drupal).

Formats: LineFormatter::normalizeException, `[object] (Type(code: 0): message at file:line)`, then optionally
`[stacktrace]` and the next `[previous exception] [object] (...)`, outermost first, inside a JSON string: backslashes,
quotes and, in one-line logs, line breaks are escaped. Drupal: `%type: @message in %function (line %line of %file)`.
Keeps out: frames (php_lines.py).
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.escapes import unescape
from indexers.exceptions.languages.php_lines import STACK, read_frames

OBJECT = "[object] ("
_HEAD = re.compile(r"\[object\] \((?P<type>\\{0,2}[A-Za-z_][\w\\]*(?:@anonymous.*?)?)\(code: [^)]*\): ?", re.DOTALL)
_END = re.compile(r" at (?P<file>[^\n]+?):(?P<line>\d+)\)")
_NEXT_HEAD = re.compile(r"(?:\n|\\n)\[previous exception\] (?=\[object\] \()")
_MESSAGE_LINES = 60
_DRUPAL = re.compile(
    r"(?:.*?[|:\s])?(?P<type>(?:[A-Za-z_]\w*\\)*\w*(?:Exception|Error)): (?P<message>.*) in (?P<function>\S+) "
    r"\(line (?P<line>\d+) of (?P<file>[^()]+)\)\.?\s*$"
)


def read_objects(texts: list[str], at: int) -> list[Draft]:
    """The chain whose first `[object] (...)` is in line `at`, outermost first."""
    drafts: list[Draft] = []
    escaped = '"' in texts[at][: texts[at].find(OBJECT)]
    line: int | None = at
    while line is not None:
        found, last = _heads(texts, line, escaped=escaped)
        if not found:
            break
        for draft in found:
            draft.first, draft.last = line, last
            if drafts:
                draft.relation, draft.parent = "caused_by", len(drafts) - 1
            drafts.append(draft)
        if last + 1 < len(texts) and STACK.match(texts[last + 1]):
            drafts[-1].frames, last = read_frames(texts, last + 1)
            drafts[-1].last = last
        line = _following(texts, last + 1)
    return drafts


def _following(texts: list[str], at: int) -> int | None:
    while at < len(texts) and not texts[at].strip():
        at += 1
    return at if at < len(texts) and texts[at].startswith("[previous exception] [object] (") else None


def _heads(texts: list[str], at: int, *, escaped: bool) -> tuple[list[Draft], int]:
    """(the exceptions described in line `at` and the lines its message goes on in, the last of these lines)."""
    text = texts[at]
    start = text.find(OBJECT)
    for last in range(at, min(len(texts), at + _MESSAGE_LINES)):
        if last > at:
            if STACK.match(texts[last]):
                break
            text = f"{text}\n{texts[last]}"
        if ")" not in texts[last] or not _END.search(texts[last]):
            continue
        found = [draft for piece in _NEXT_HEAD.split(text[start:]) if (draft := _described(piece, escaped=escaped))]
        if found:
            return found, last
    return [], at


def _described(piece: str, *, escaped: bool) -> Draft | None:
    head = _HEAD.match(piece)
    if head is None:
        return None
    ends = list(_END.finditer(piece, head.end() - 1))
    if not ends:
        return None
    end = ends[-1]
    kind, message, file = head["type"], piece[head.end() : end.start()], end["file"]
    if escaped or "\\\\" in kind:
        kind, message, file = unescape(kind), unescape(message), unescape(file)
    return Draft(kind, message.rstrip() or None, 0, 0, location=Frame(file, "", int(end["line"])))


def read_drupal(texts: list[str], at: int) -> Draft | None:
    """The exception that Drupal logged in line `at`, if it did."""
    match = _DRUPAL.match(texts[at]) if " (line " in texts[at] else None
    if match is None:
        return None
    place = Frame(match["file"], match["function"].removesuffix("()"), int(match["line"]))
    draft = Draft(match["type"], match["message"] or None, at, at, location=place)
    draft.frames, draft.last = read_frames(texts, at)
    return draft
