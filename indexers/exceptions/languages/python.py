"""Python: tracebacks of all versions, chained both ways, exception groups, SyntaxErrors, drawn and dumped ones.

Format: Lib/traceback.py and Python/traceback.c of CPython 2.7 to 3.14, PEP 654 (groups), PEP 657 (carets), PEP 678
(notes); Twisted's Failure, Loguru's and Sentry's renderings of the same frames.
What belongs to a trace: the header, `File` lines with the more indented lines under them (source, carets, "repeated",
Loguru's values), and the exception's line with its message. Without a header there is an exception only where nothing
else can be meant: the place of a SyntaxError, frames right under an exception's line (Sentry), an exception's line
right above a linking sentence (a cause that was never raised). A header without an exception's line is cut off and
not reported, nor is a printed stack. Keeps out: single lines (python_lines.py), messages (python_message.py), groups
(python_groups.py), boxes and listings (python_drawn.py), faulthandler (python_fatal.py).
"""

import re

from indexers.exceptions.chain import Frame, Relation
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.python_drawn import (
    is_listing,
    is_panel,
    is_title,
    read_box,
    read_listing,
    read_panels,
)
from indexers.exceptions.languages.python_fatal import is_fatal, read_fatal
from indexers.exceptions.languages.python_groups import adopt, is_unraised_group, read_group
from indexers.exceptions.languages.python_lines import (
    BETWEEN_FRAMES,
    EXCEPTION,
    FRAME,
    HEADER,
    JVM_FRAME,
    LINKS,
    MARGINED_GROUP,
    MARK,
    QUOTE,
    SYNTAX,
    TYPE_SUFFIX,
    cell_frame,
    exception_line,
    frame_of,
    strip_margin,
)  # fmt: skip
from indexers.exceptions.languages.python_message import MESSAGE_LINES, Messages
from indexers.exceptions.lines import Block, Line, indent, starts_record

_DEPTH = 40  # of groups within groups
_SOURCE_LINES = 5  # between the place of a SyntaxError and its line
_LINK_GAP = 4  # blank lines and quotation marks between a message and a linking sentence (Loguru prints two)


class _Reader:
    """Reads one block from top to bottom; `at` never goes back, so reading is linear."""

    def __init__(self, block: Block, depth: int = 0) -> None:
        self.depth = depth  # of boxes and margins around the block
        self.texts = block.texts()
        self.messages = Messages(self.texts, whole=block.whole, records=block.records)
        self.at = 0
        self.free = 0  # first line that no trace has taken

    def traces(self) -> list[TraceDraft]:
        found: list[TraceDraft] = []
        while self.at < len(self.texts):
            text = self.texts[self.at]
            start = self.at
            drafts: list[Draft] = []
            if MARK in text or is_unraised_group(self.texts, self.at):
                drafts = self.chain()
            elif strip_margin(text) in LINKS:
                drafts = self._unraised()
            elif is_fatal(text):
                fatal, self.at = read_fatal(self.texts, self.at)
                found += [fatal] if fatal else []
            elif 'File "' in text:
                drafts = self._headless()
            if drafts and not self._is_quoted_by_jvm():
                found.append(TraceDraft("python", drafts, innermost_first=False))
            if self.at == start:
                self.at += 1
            else:
                self.free = self.at
        return found

    def _is_quoted_by_jvm(self) -> bool:
        """JVM frames follow: the traceback is the message of a Java exception, which jvm.py reads whole."""
        following = [text for text in self.texts[self.at : self.at + 3] if text.strip()]
        return bool(following) and JVM_FRAME.match(following[0]) is not None

    def chain(self, before: Draft | None = None, link: Relation | None = None) -> list[Draft]:
        """Tracebacks joined by linking sentences; the last one printed is the root, the others lead to it."""
        drafts: list[Draft] = [before] if before else []
        previous = 0 if before else None
        while self.at < len(self.texts):
            tree = self._one(linked=link is not None)
            if not tree:
                break
            offset = len(drafts)
            root = offset + next(index for index, draft in enumerate(tree) if draft.parent is None)
            for draft in tree:
                draft.parent = None if draft.parent is None else draft.parent + offset
            drafts += tree
            if previous is not None and link is not None:
                drafts[previous].relation, drafts[previous].parent = link, root
            previous = root
            link = self._link()
            if link is None:
                break
        return drafts

    def _one(self, *, linked: bool) -> list[Draft]:
        """The traceback that begins here, in whatever rendering; after a linking sentence also a bare exception."""
        text = self.texts[self.at]
        header = self.at
        if MARGINED_GROUP.match(text) or is_unraised_group(self.texts, self.at):
            drafts, self.at = read_group(self.texts, self.at, self._members)
            return drafts
        if is_title(text):
            frames, self.at = read_box(self.texts, self.at)
            return self._drawn(header, frames, "")
        if is_listing(text):
            kind, frames, self.at = read_listing(self.texts, self.at)
            return self._drawn(header, frames, kind)
        if HEADER in text:
            return self._single()
        match = exception_line(text, sure=True) if linked else None
        return [self._exception_at(match, self.at, self.at, 0, [])] if match else []

    def _drawn(self, header: int, frames: list[Frame], kind: str) -> list[Draft]:
        text = self.texts[self.at] if self.at < len(self.texts) else ""
        match = exception_line(text)
        if match is None or (kind and match["type"].rpartition(".")[2] != kind):
            return []
        drafts = [self._exception_at(match, self.at, header, indent(text), frames)]
        panels, self.at = read_panels(self.texts, self.at)
        for first, rows in panels:
            adopt(drafts, 0, self._members(rows), first)
        return drafts

    def _members(self, texts: list[str]) -> list[Draft]:
        return _chain_behind_margin(texts, self.depth + 1) if self.depth < _DEPTH else []

    def _exception_at(self, match: re.Match[str], at: int, first: int, margin: int, frames: list[Frame]) -> Draft:
        """The exception whose line is texts[at] and whose header is texts[first], its message read to the end."""
        message, self.at = self.messages.read(at + 1, match["message"], margin)
        return Draft(match["type"], message, first, max(at, self.at - 1), frames=frames)

    def _link(self) -> Relation | None:
        """The linking sentence that follows, if another traceback or exception comes after it; reads up to that."""
        at = self._skip_blank(self.at)
        link = LINKS.get(strip_margin(self.texts[at])) if at < len(self.texts) else None
        if link is None:
            return None
        at = self._skip_blank(at + 1)
        text = self.texts[at] if at < len(self.texts) else ""
        if MARK in text or exception_line(text, sure=True) or is_unraised_group(self.texts, at):
            self.at = at
            return link
        return None

    def _skip_blank(self, start: int) -> int:
        at = start
        while at < len(self.texts) and at < start + _LINK_GAP and strip_margin(self.texts[at]) in ("", QUOTE):
            at += 1
        return at

    def _unraised(self) -> list[Draft]:
        """A chain whose first exception has no traceback: its line stands above the linking sentence here."""
        last = self.at - 1
        while last >= self.free and not self.texts[last].strip():
            last -= 1
        for at in range(last, max(self.free, last - MESSAGE_LINES) - 1, -1):
            text = self.texts[at]
            if strip_margin(text) in LINKS or MARK in text or starts_record(text):
                break
            match = exception_line(text, sure=True)
            if match:
                here = self.at
                before = self._exception_at(match, at, at, indent(text), [])
                self.at = here
                link = self._link()
                drafts = self.chain(before, link) if link else []
                return drafts if len(drafts) > 1 else []
        return []

    def _headless(self) -> list[Draft]:
        """Frames without a header: the place of a SyntaxError, or frames right under an exception's line."""
        start = self.at
        match = FRAME.match(self.texts[start])
        if match is None:
            return []
        margin = indent(self.texts[start])
        if match["function"] is None:
            for at in range(start + 1, min(len(self.texts), start + _SOURCE_LINES)):
                text = self.texts[at]
                error = exception_line(text) if SYNTAX.match(text.strip()) and indent(text) <= margin else None
                if error:
                    return [self._exception_at(error, at, start, indent(text), [frame_of(match)])]
                if indent(text) < margin:
                    break
            return []
        head = exception_line(self.texts[start - 1], sure=True) if start > self.free else None
        if head is None or indent(self.texts[start - 1]) >= margin:
            return []
        frames = self._frames(indent(self.texts[start - 1]))
        return [Draft(head["type"], head["message"] or None, start - 1, self.at - 1, frames=frames)]

    def _single(self) -> list[Draft]:
        """One traceback at its own indentation."""
        header = self.at
        text = self.texts[header]
        margin = indent(text) if text.lstrip().startswith(HEADER) else 0
        self.at += 1
        draft = self._exception(header, margin, self._frames(margin))
        return [] if draft is None else [draft]

    def _frames(self, margin: int) -> list[Frame]:
        frames: list[Frame] = []
        lead: int | None = None  # of the frames; a line further in is source, whatever it says
        while self.at < len(self.texts):
            text = self.texts[self.at]
            match = FRAME.match(text)
            if match:
                width = len(match["lead"].expandtabs())
                lead = width if lead is None else lead
                match = match if width <= lead else None
            other = None if match or not text.strip() else cell_frame(text)
            if match:
                frames.append(frame_of(match))
                self.at += 1
                # a shipper has taken the leading white space away
                if len(match["lead"].expandtabs()) <= margin and self._is_source_of_flat_frame():
                    frames[-1] = _with_source(frames[-1], self.texts[self.at])
                    self.at += 1
            elif other:
                frames.append(other)
                self.at += 1
            elif self._is_between(text, margin, bool(frames)):
                if frames and indent(text) > margin and not frames[-1].source and not BETWEEN_FRAMES.match(text):
                    frames[-1] = _with_source(frames[-1], text)
                self.at += 1
            else:
                break
        return frames

    def _is_between(self, text: str, margin: int, has_frames: bool) -> bool:
        """Whether `text` belongs to the frames without being one: source, a value, a border, a blank line."""
        if text.strip():
            if BETWEEN_FRAMES.match(text):
                return has_frames
            return has_frames and indent(text) > margin and (indent(text) > margin + 2 or not starts_record(text))
        following = self.texts[self.at + 1] if self.at + 1 < len(self.texts) else ""
        if FRAME.match(following) or cell_frame(following):
            return True
        return has_frames and indent(following) <= margin and bool(exception_line(following, sure=True))

    def _is_source_of_flat_frame(self) -> bool:
        """Without indentation, the line after a frame is source unless it is a frame or nothing comes after it."""
        following = self.texts[self.at : self.at + 2]
        if not following or not following[0].strip() or FRAME.match(following[0]):
            return False
        return exception_line(following[0], sure=True) is None and len(following) == 2

    def _exception(self, header: int, margin: int, frames: list[Frame]) -> Draft | None:
        """The exception line after the frames, or (Atheris prints it so) before the header."""
        text = self.texts[self.at] if self.at < len(self.texts) else ""
        match = exception_line(text) if text.strip() and indent(text) <= margin + 1 else None
        sure = match is not None and TYPE_SUFFIX.search(match["type"]) is not None
        before = exception_line(self.texts[header - 1], sure=True) if header > self.free else None
        plain = match is not None and bool(frames) and (bool(frames[-1].source) or before is None)
        if match and (plain or (sure and (frames or not self._is_example(header)))):
            return self._exception_at(match, self.at, header, margin, frames)
        if before is None or not frames:
            return None
        return Draft(before["type"], before["message"] or None, header - 1, self.at - 1, frames=frames)

    def _is_example(self, header: int) -> bool:
        """A traceback without frames right under a prompt is documentation (a doctest)."""
        return header > 0 and self.texts[header - 1].lstrip().startswith((">>>", "..."))


def _with_source(frame: Frame, text: str) -> Frame:
    return Frame(frame.file, frame.function, frame.line, source=text.strip())


def _chain_behind_margin(texts: list[str], depth: int) -> list[Draft]:
    """The chain in lines freed of their margin; a member may also be an exception line without a traceback."""
    reader = _Reader(Block([Line(text, 0, 0) for text in texts], whole=True), depth)
    if texts and MARK in texts[0]:
        return reader.chain()
    if any(text.strip() in LINKS for text in texts):
        traces = reader.traces()
        return traces[0].drafts if traces else []
    match = EXCEPTION.match(texts[0]) if texts else None
    if match is None:
        return []
    end = next((at for at, text in enumerate(texts) if is_panel(text)), len(texts))
    message = "\n".join([match["message"] or "", *texts[1:end]]).rstrip()
    drafts = [Draft(match["type"], message or None, 0, max(0, end - 1))]
    for first, rows in read_panels(texts, end)[0]:
        adopt(drafts, 0, _chain_behind_margin(rows, depth + 1) if depth < _DEPTH else [], first)
    return drafts


def parse(block: Block) -> list[TraceDraft]:
    """Every Python traceback in `block`."""
    return _Reader(block).traces()
