"""JavaScript and TypeScript: V8 (Node.js, Deno, Chrome, Edge), JavaScriptCore (Safari, Bun), SpiderMonkey, Hermes.

What belongs to a trace: the line that names the error, found by looking up from the first frame, the lines between them
as its message, the frames, what util.inspect prints after them in braces, and the `Caused by:` sections of Deno, verror
and loggers. Under an AggregateError's line Deno prints the members before the error's own frames. Not exceptions, even
if they print frames: console.trace (`Trace:`), process warnings, React's component stacks, frames without any error
above them. Keeps out: single frames (javascript_frames.py), headers and messages (javascript_heads.py), properties
(javascript_stacks.py), strings (javascript_strings.py), what Node prints of an uncaught error (javascript_uncaught.py).
"""

import re

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.javascript_frames import frame_at
from indexers.exceptions.languages.javascript_heads import (
    LOOK_BACK,
    draft_at,
    headed,
    is_no_error,
    is_strong,
    look_back,
    match_header,
)
from indexers.exceptions.languages.javascript_stacks import first_frame, read_block, read_frames
from indexers.exceptions.languages.javascript_strings import read_string
from indexers.exceptions.languages.javascript_uncaught import ends_of_prints, is_excerpt, read_uncaught
from indexers.exceptions.lines import Block, indent

_CAUSED_BY = re.compile(r"\s*(?:Caused by|\[cause\]|caused by):? ?(?P<rest>\S.*)$", re.DOTALL)


def parse(block: Block) -> list[TraceDraft]:
    """Every JavaScript trace in `block`."""
    return [TraceDraft("javascript", drafts) for drafts in _traces(block.texts())]


def _traces(texts: list[str], *, is_quoted: bool = False) -> list[list[Draft]]:
    """The exceptions of each trace in these lines, their places counted within them."""
    found: list[list[Draft]] = []
    ends = ends_of_prints(texts)
    at = free = 0
    while at < len(texts):
        drafts: list[Draft] = []
        end = at
        if ends and is_excerpt(texts[at]):
            drafts, end, has_frames = read_uncaught(texts, at, ends)
            if has_frames:
                drafts, end = _trace(texts, end, drafts[0])
        if end == at and frame_at(texts[at]) is not None:
            drafts, end = _from_frame(texts, at, free)
        quoted = read_string(texts, at) if end == at and not is_quoted else None
        if quoted:
            found += [_moved(inner, at) for inner in _traces(quoted.texts, is_quoted=True)]
            end = quoted.after
        if drafts and not is_no_error(drafts[0].type):
            found.append(drafts)
        if end > at:
            at = free = end
        else:
            at += 1
    return found


def _moved(drafts: list[Draft], lines: int) -> list[Draft]:
    for draft in drafts:
        draft.first += lines
        draft.last += lines
    return drafts


def _from_frame(texts: list[str], frame: int, free: int) -> tuple[list[Draft], int]:
    """The trace whose first frame is line `frame`, and the line after it; frames alone are passed over."""
    first = first_frame(texts, frame, free)
    head = look_back(texts, first, free)
    if head is None:
        return [], max(read_frames(texts, frame, None)[0], frame + 1)
    if _is_member(texts, head, free):
        return _aggregate(texts, head.first - 1)
    return _trace(texts, first, head, frame)


def _trace(texts: list[str], frame: int, head: Draft, weak: int = 0) -> tuple[list[Draft], int]:
    """The exceptions of a trace with this head, and the line after it; `weak` as in read_frames."""
    drafts = [head]
    at, opens = read_frames(texts, frame, head, weak)
    if opens:
        at = read_block(texts, at, drafts)
    return drafts, _causes(texts, at, drafts, 0)


def _causes(texts: list[str], at: int, drafts: list[Draft], parent: int) -> int:
    """`Caused by: Error: ...` sections as Deno, verror and loggers print them after the frames; the line after."""
    margin = indent(texts[drafts[parent].first])
    while at < len(texts):
        section = _CAUSED_BY.match(texts[at])
        match = match_header(section["rest"]) if section else None
        if match is None or indent(texts[at]) > margin or not is_strong(match):
            break
        frame = next((n for n in range(at + 1, min(len(texts), at + LOOK_BACK)) if frame_at(texts[n])), None)
        if frame is None:
            break
        draft = draft_at(match["type"], match["message"], texts, at, frame)
        draft.relation, draft.parent = "cause", parent
        parent = len(drafts)
        drafts.append(draft)
        at, opens = read_frames(texts, frame, draft)
        if opens:
            inner = [draft]
            at = read_block(texts, at, inner)
            for other in inner[1:]:
                other.parent = parent + (other.parent or 0)
                drafts.append(other)
    return at


def _is_member(texts: list[str], head: Draft, free: int) -> bool:
    """Whether `head` is the first of an AggregateError's errors as Deno prints them."""
    above = head.first - 1
    match = match_header(texts[above]) if above >= free else None
    return (
        match is not None
        and match["type"].endswith("AggregateError")
        and indent(texts[above]) < indent(texts[above + 1])
    )


def _aggregate(texts: list[str], first: int) -> tuple[list[Draft], int]:
    drafts = [headed(texts, first, first + 1)]
    margin = indent(texts[first + 1])
    at = first + 1
    while at < len(texts) and indent(texts[at]) >= margin and texts[at].strip():
        if frame_at(texts[at]):
            break
        found = match_header(texts[at])
        frame = next((n for n in range(at + 1, min(len(texts), at + LOOK_BACK)) if frame_at(texts[n])), None)
        if found is None or not is_strong(found) or frame is None or indent(texts[frame]) <= margin:
            at += 1
            continue
        member = draft_at(found["type"], found["message"], texts, at, frame)
        member.relation, member.parent = "group_member", 0
        drafts.append(member)
        at, _ = read_frames(texts, frame, member)
        at = _causes(texts, at, drafts, len(drafts) - 1)
    at, _ = read_frames(texts, at, drafts[0])
    return drafts, _causes(texts, at, drafts, 0)
