"""C#, F# and VB on .NET and Mono: Exception.ToString with inner and aggregate exceptions, in any language of Windows.

Format: System.Exception.ToString. The heads come first, outermost to innermost (` ---> `), then the frames of the
innermost, then after each "End of inner exception stack trace" those of the exception around it. An AggregateException
prints its members after its own frames, each between `---> (Inner Exception #n)` and `<---`, and each may hold all of
this again: so a stack of open exceptions tells whose turn it is. Unity prints the innermost first and each exception
around it after "Rethrow as".

A trace ends at the first line that is neither frame nor mark, unless a mark for an open exception follows: what an
exception prints after its frames (SQL Server's ClientConnectionId, Npgsql's "Exception data:") stands there. Such lines
belong to no message. A member that repeats the inner exception is reported again, as it was printed again.
Keeps out: the patterns (dotnet_lines.py), names and messages (dotnet_heads.py).
"""

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.dotnet_heads import find_heads, read_heads
from indexers.exceptions.languages.dotnet_lines import ARROW, CLOSE, frame, head_at_start, mark
from indexers.exceptions.lines import Block, indent, starts_record

_TRAILER_LINES = 60  # between the frames of an inner exception and the mark of its end
_MEMBER_LINES = 100  # of a member's message


def parse(block: Block) -> list[TraceDraft]:
    """Every .NET exception in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        if frame(texts[at]) is None and mark(texts[at]) != "end":
            at += 1
            continue
        drafts = find_heads(texts, at, free)
        reader = _Reader(texts, at, drafts or [Draft("", None, at, at)])
        at = reader.read()
        if drafts:
            free = at
            _add(traces, reader.drafts, texts)
    return traces


def _add(traces: list[TraceDraft], drafts: list[Draft], texts: list[str]) -> None:
    """File a trace; Unity's "Rethrow as" makes the one before it the inner exception of this one."""
    if traces and texts[drafts[0].first].lstrip().startswith("Rethrow as") and traces[-1].last == drafts[0].first - 1:
        before = traces[-1].drafts
        at = len(before)
        roots = [draft for draft in before if draft.parent is None]
        for draft in roots:
            draft.relation, draft.parent = "inner", at
        for draft in drafts:
            draft.parent = None if draft.parent is None else draft.parent + at
        before += drafts
    else:
        traces.append(TraceDraft("dotnet", drafts))


class _Reader:
    """Reads frames and marks, handing each to the exception whose turn it is: the last of those still open."""

    def __init__(self, texts: list[str], at: int, drafts: list[Draft]) -> None:
        self.texts, self.at, self.drafts = texts, at, drafts
        self.open = list(range(len(drafts)))
        self.margin = indent(texts[drafts[0].first])
        self.seen = False  # a frame or mark has been read

    def read(self) -> int:
        """Read to the end of the trace; the index of the line after it."""
        while self.at < len(self.texts):
            if not self._line(self.texts[self.at]):
                following = self._resumes()
                if following is None:
                    break
                self.at = following
                continue
            self.seen = True
            self.at += 1
        return self.at

    def _line(self, text: str) -> bool:
        found = frame(text, below=self.seen)
        if found:
            self._take(*found)
            return True
        kind = mark(text)
        if kind:
            if kind == "end" and len(self.open) > 1:
                self.open.pop()
            elif kind == "inner":
                self._next_inner()
            self._turn().last = max(self._turn().last, self.at)
            if text.rstrip().endswith("<---"):
                self._close()
            return True
        if CLOSE.match(text):
            self._close()
            return True
        arrow = ARROW.match(text) if "-> " in text else None
        if arrow:
            self._member(is_member=arrow["member"] is not None)
            return True
        return False

    def _turn(self) -> Draft:
        return self.drafts[self.open[-1]]

    def _take(self, printed: Frame, closes: bool) -> None:
        self._turn().frames.append(printed)
        self._turn().last = self.at
        if closes:
            self._close()

    def _next_inner(self) -> None:
        """xUnit and NUnit print the stack of the outermost first."""
        waiting = [index for index, draft in enumerate(self.drafts) if not draft.frames]
        self.open = self.open[: -len(waiting)] + waiting[:1] if waiting else self.open

    def _close(self) -> None:
        """End the innermost open member of an aggregate."""
        while len(self.open) > 1:
            done = self.drafts[self.open.pop()]
            if done.relation == "group_member":
                self.drafts[self.open[-1]].last = self.at
                break

    def _member(self, *, is_member: bool) -> None:
        """An exception that begins below the frames of the one around it, with all its heads."""
        first, limit = self.at, self._limit(self.at)
        closed = limit if self.texts[limit - 1].rstrip().endswith("<---") else first + 1
        end = next((at for at in range(first + 1, limit) if self._ends_heads(at)), closed)
        lines = self.texts[first:end]
        closes = lines[-1].rstrip().endswith("<---")
        if closes:
            lines[-1] = lines[-1].rstrip().removesuffix("<---")
        arrow = ARROW.match(lines[0])
        head = head_at_start(lines[0][arrow.end() :]) if arrow else None
        if head is None:
            return
        drafts = read_heads(lines, head, self.margin, first)
        offset, around = len(self.drafts), self.open[-1]
        for index, draft in enumerate(drafts):
            draft.parent = around if index == 0 else offset + index - 1
            draft.relation = "group_member" if index == 0 and is_member else "inner"
        self.drafts += drafts
        self.open += range(offset, offset + len(drafts))
        self.at = end - 1
        if closes:
            self._close()

    def _limit(self, first: int) -> int:
        return min(len(self.texts), first + _MEMBER_LINES)

    def _ends_heads(self, at: int) -> bool:
        text = self.texts[at]
        return (
            frame(text) is not None
            or bool(mark(text))
            or self.texts[at - 1].rstrip().endswith("<---")
            or "(Inner Exception #" in text
            or starts_record(text)
        )

    def _resumes(self) -> int | None:
        """Where the trace goes on after lines that are no part of it, if it does."""
        limit = self.at + (_TRAILER_LINES if len(self.open) > 1 else 3)
        for at in range(self.at, min(len(self.texts), limit)):
            text = self.texts[at]
            blank = not text.strip()
            if (mark(text) == "end" and len(self.open) > 1) or (CLOSE.match(text) and len(self.open) > 1):
                return at
            if self._only_blank_until(at) and (mark(text) or frame(text) or "(Inner Exception #" in text):
                return at
            if not blank and (len(self.open) == 1 or starts_record(text) or frame(text)):
                return None
        return None

    def _only_blank_until(self, at: int) -> bool:
        return at > self.at and not any(text.strip() for text in self.texts[self.at : at])
