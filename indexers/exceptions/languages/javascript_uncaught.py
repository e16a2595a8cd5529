"""What Node prints when an error is not caught: the source line, the error, and the version of Node.

Format: PrintException and TriggerUncaughtException in Node's src/node_errors.cc: place, source line, caret, an empty
line unless the value is no Error, the error as util.inspect prints it, and since version 17 `Node.js v...`. Header and
end are known here, so a trace quoted in the message stays in it; a thrown value that is no error is reported as
`Uncaught`; an error whose name is empty as `Error`. Keeps out: frames and properties (javascript_stacks.py).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.javascript_frames import frame_at
from indexers.exceptions.languages.javascript_heads import HEADER, draft_at, headed, is_strong
from indexers.exceptions.languages.javascript_stacks import read_block, read_frames

_EXCERPT = re.compile(
    r"(?:[a-z-]+://|node:|/|[A-Za-z]:[\\/]|<anonymous_script>|evalmachine|\[[\w ]+\]|internal/|\w+\.m?js)"
    r"[^:]*(?::[^:]+)*:\d+$"
)
_CARETS = re.compile(r"[\s~]*\^+\s*$")
_TRAILER = re.compile(r"Node\.js v\d+\.")
_HINT = re.compile(r"\(Use `.*--trace-uncaught")
_AFTER_FRAMES = re.compile(r"Emitted '|Thrown at:")
_IN_BRACKETS = re.compile(r"\[(?P<head>[^\[\]]*(?:\[[^\[\]]*\])?[^\[\]]*)\](?P<end> \{)?$", re.DOTALL)
_LINES = 400  # between the excerpt and the end of the print


def ends_of_prints(texts: Sequence[str]) -> list[int]:
    """The lines that end prints of uncaught errors, unless the print was itself quoted by another."""
    return [
        at
        for at, text in enumerate(texts)
        if (text.startswith("Node.js v") and _TRAILER.match(text) and not _goes_on(texts, at))
        or (text.startswith("(Use") and _HINT.match(text))
    ]


def _goes_on(texts: Sequence[str], trailer: int) -> bool:
    following = next((text for text in texts[trailer + 1 : trailer + 3] if text.strip()), "")
    return frame_at(following) is not None


def is_excerpt(text: str) -> bool:
    """Whether `text` is the place above a source line, as Node prints it."""
    return text[-1:].isdigit() and len(text) < 4096 and _EXCERPT.match(text) is not None


def read_uncaught(texts: list[str], excerpt: int, ends: Sequence[int]) -> tuple[list[Draft], int, bool]:
    """(exceptions, line after them, whether frames stand there) of the uncaught error under the excerpt at this line.

    `ends` are those of ends_of_prints(). Nothing and `excerpt` itself where what follows is no such print.
    """
    head = _after_excerpt(texts, excerpt)
    if head is not None and is_excerpt(texts[head]):  # a worker's, within that of the thread that hears of it
        head = _after_excerpt(texts, head)
    place = bisect_left(ends, excerpt)
    if head is None or place >= len(ends) or not head < ends[place] <= head + _LINES:
        return [], excerpt, False
    end = ends[place]
    for at in () if texts[head].startswith("[") else range(head + 1, end):
        if frame_at(texts[at]) and not frame_at(texts[at - 1]) and _ends_print(texts, at, end):
            return [headed(texts, head, at)], at, True
    return *_thrown(texts, head, end), False


def _after_excerpt(texts: list[str], excerpt: int) -> int | None:
    """The line after source and caret (there is none where the source is empty or a JSON text), not empty."""
    caret = next((at for at in (excerpt + 1, excerpt + 2) if at < len(texts) and _CARETS.match(texts[at])), None)
    if caret is None and excerpt + 2 < len(texts) and not texts[excerpt + 2].strip():
        caret = excerpt + 2
    head = None if caret is None else next((at for at in (caret + 1, caret + 2) if texts[at : at + 1] != [""]), None)
    return head if head is not None and head < len(texts) and not frame_at(texts[head]) else None


def _ends_print(texts: list[str], at: int, end: int) -> bool:
    """Whether the frames from `at` are followed by nothing but what Node prints after the uncaught error's own."""
    after, opens = read_frames(texts, at, None)
    return (
        opens or not any(text.strip() for text in texts[after:end]) or bool(_AFTER_FRAMES.match(texts[after].strip()))
    )


def _thrown(texts: list[str], head: int, end: int) -> tuple[list[Draft], int]:
    """An error without frames, which is printed in brackets, or a thrown value."""
    bracketed = _IN_BRACKETS.match(texts[head].strip())
    match = HEADER.match(bracketed["head"]) if bracketed else None
    if bracketed and match and is_strong(match):
        drafts = [draft_at(match["type"], match["message"], texts, head, head + 1)]
        return drafts, read_block(texts, head + 1, drafts) if bracketed["end"] else head + 1
    lines = [text for text in texts[head:end] if not _HINT.match(text)]
    value = "\n".join(lines).strip()
    last = head + len("\n".join(lines).rstrip().split("\n")) - 1
    return [Draft("Uncaught", value or None, head, max(head, last))], end
