"""Python: tracebacks of all versions, chained both ways, exception groups with their margins, faulthandler dumps.

Format: https://docs.python.org/3/library/traceback.html, PEP 654 (groups), PEP 657 (carets), PEP 678 (notes).
What belongs to a trace: the header, `File` lines with the more indented lines under them (source, carets, "repeated"),
and the exception line. A message goes on over following lines when the text ends with it (a JSON field), when it
stands between log records with time stamps, or while lines are indented; a bare console line is never taken.
"""

import re

from indexers.exceptions.chain import Frame, Relation
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.python_groups import is_rule, read_group
from indexers.exceptions.lines import Block, Line, indent, starts_record

_HEADER = "Traceback (most recent call last):"
_MARGINED_GROUP = re.compile(r"(?:\s*|.*\s)\+ Exception Group Traceback \(most recent call last\):")
_FRAME = re.compile(r'\s*File "(?P<file>[^"\n]*)", line (?P<line>\d+)(?:, in (?P<function>.*\S))?\s*$')
# Type alone, or type and message. Dots, brackets of local classes and nothing else: prose does not match.
_EXCEPTION = re.compile(r"(?P<type>[^\W\d][\w.]*(?:\.<locals>\.[\w.]+)*)(?::(?:\s(?P<message>.*))?)?$", re.DOTALL)
# Words before a colon that logs print and that are not exception types.
_NOT_A_TYPE = re.compile(r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SUMMARY|NOTE|Note|During|The)$")
_TYPE_SUFFIX = re.compile(r"(?:Error|Exception|Warning|Interrupt|Exit|Group|Iteration|Timeout|Failure|Fault)$")
_LINKS: dict[str, Relation] = {
    "The above exception was the direct cause of the following exception:": "cause",
    "During handling of the above exception, another exception occurred:": "context",
}
_FATAL = re.compile(r".*?Fatal Python error: (?P<message>.*)$")
_FATAL_FRAME = re.compile(r'\s*File "(?P<file>[^"\n]*)", line (?P<line>\d+) in (?P<function>.*\S)\s*$')
_QUOTE = '"""'  # concurrent.futures and multiprocessing quote the worker's traceback between two such lines
# What shells, build tools and test runners write right after a program has failed.
_AFTERWARDS = re.compile(
    r"""(?:make(?:\[\d+\])?:\s | npm\sERR! | \#\#\[ | ::error | \S*[$\#%>]\s | exit\s(?:status|code) | Process\s
       | Command\s | Killed$ | Aborted | Segmentation\sfault | Exception\s(?:in|ignored) | Fatal\sPython | panic:\s
       | ={3} | -{3} | \+\s | error:\s | Error:\s | \[\d+\]\s )""",
    re.VERBOSE,
)
_MESSAGE_LINES = 200
_CLOSING_LINES = 8


class _Reader:
    """Reads one block from top to bottom; `at` never goes back, so reading is linear."""

    def __init__(self, block: Block) -> None:
        self.texts = block.texts()
        self.whole = block.whole
        self.records = block.records
        self.at = 0
        self.framed = False  # log records with time stamps stand around the traces

    def traces(self) -> list[TraceDraft]:
        found: list[TraceDraft] = []
        while self.at < len(self.texts):
            text = self.texts[self.at]
            if _HEADER in text:
                drafts = self.chain()
                found += [TraceDraft("python", drafts, innermost_first=False)] if drafts else []
            elif "Fatal Python error: " in text:
                found += self._fatal()
            else:
                self.framed = self.framed or starts_record(text)
                self.at += 1
        return found

    def chain(self) -> list[Draft]:
        """Tracebacks joined by linking sentences; the last one printed is the root, the others lead to it."""
        drafts: list[Draft] = []
        previous: int | None = None
        link: Relation | None = None
        while self.at < len(self.texts):
            tree = self._group() if _MARGINED_GROUP.match(self.texts[self.at]) else self._single()
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

    def _link(self) -> Relation | None:
        """The linking sentence that follows, if another traceback comes after it."""
        at = self.at
        while at < len(self.texts) and at < self.at + 3 and self.texts[at].strip(" |") in ("", _QUOTE):
            at += 1
        link = _LINKS.get(self.texts[at].strip(" |\t")) if at < len(self.texts) else None
        if link is None:
            return None
        at += 1
        while at < len(self.texts) and not self.texts[at].strip(" |"):
            at += 1
        if at >= len(self.texts) or _HEADER not in self.texts[at]:
            return None
        self.at = at
        return link

    def _single(self) -> list[Draft]:
        """One traceback at its own indentation."""
        header = self.at
        text = self.texts[header]
        if _HEADER not in text:
            return []
        margin = indent(text) if text.lstrip().startswith(_HEADER) else 0
        self.framed = self.framed or starts_record(text) or (header > 0 and starts_record(self.texts[header - 1]))
        self.at += 1
        frames = self._frames(margin)
        draft = self._exception(header, margin, frames)
        return [] if draft is None else [draft]

    def _frames(self, margin: int) -> list[Frame]:
        frames: list[Frame] = []
        flat = False  # a shipper has taken the leading white space away
        while self.at < len(self.texts):
            text = self.texts[self.at]
            match = _FRAME.match(text)
            if match:
                flat = indent(text) <= margin
                function = match["function"] or ""
                frames.append(Frame(match["file"], function, int(match["line"])))
                self.at += 1
                if flat and self._is_source_of_flat_frame():
                    frames[-1] = _with_source(frames[-1], self.texts[self.at])
                    self.at += 1
            elif frames and text.strip() and indent(text) > margin and not starts_record(text):
                if not frames[-1].source and not text.strip().startswith("[Previous line repeated"):
                    frames[-1] = _with_source(frames[-1], text)
                self.at += 1
            else:
                break
        return frames

    def _is_source_of_flat_frame(self) -> bool:
        """Without indentation, the line after a frame is source unless it is a frame or nothing comes after it."""
        following = self.texts[self.at : self.at + 2]
        if not following or not following[0].strip() or _FRAME.match(following[0]):
            return False
        match = _EXCEPTION.match(following[0].strip())
        return not (match and _TYPE_SUFFIX.search(match["type"])) and len(following) == 2

    def _exception(self, header: int, margin: int, frames: list[Frame]) -> Draft | None:
        """The exception line after the frames, or (Atheris prints it so) before the header."""
        text = self.texts[self.at] if self.at < len(self.texts) else ""
        match = _EXCEPTION.match(text.strip()) if text.strip() and indent(text) <= margin + 1 else None
        if match and _NOT_A_TYPE.match(match["type"]):
            match = None
        if match and (frames or _TYPE_SUFFIX.search(match["type"])):
            before = self._before(header) if not _TYPE_SUFFIX.search(match["type"]) and not frames[-1].source else None
            if before is None:
                first = self.at
                self.at += 1
                message = self._message(match["message"], margin)
                return Draft(match["type"], message, header, max(first, self.at - 1), frames=frames)
        before = self._before(header)
        if before is None or not frames:
            return None
        return Draft(before["type"], before["message"] or None, header - 1, self.at - 1, frames=frames)

    def _before(self, header: int) -> re.Match[str] | None:
        match = _EXCEPTION.match(self.texts[header - 1].strip()) if header > 0 else None
        return match if match and _TYPE_SUFFIX.search(match["type"]) else None

    def _message(self, first: str | None, margin: int) -> str | None:
        """The rest of a message that goes on over several lines."""
        parts = [first or ""]
        at = self.at
        while at < len(self.texts) and len(parts) < _MESSAGE_LINES:
            text = self.texts[at]
            if not self._goes_on(text, at, margin):
                break
            parts.append(text[margin:] if text[:margin].isspace() else text)
            at += 1
        while len(parts) > 1 and not parts[-1].strip():
            parts.pop()
        self.at += len(parts) - 1
        message = "\n".join(parts).rstrip()
        return message or None

    def _goes_on(self, text: str, at: int, margin: int) -> bool:
        stripped = text.strip(" |\t")
        if stripped in _LINKS or stripped == _QUOTE or _HEADER in text or is_rule(text) or starts_record(text):
            return False
        if not stripped:  # a blank line ends a message unless the text is complete and something follows but a link
            following = next((line.strip() for line in self.texts[at : at + 4] if line.strip()), "")
            return self.whole and bool(following) and following not in _LINKS
        if (margin and indent(text) < margin) or (not self.whole and _AFTERWARDS.match(text)):
            return False
        sure = self.whole or indent(text) > margin or text.startswith(("[", "("))
        return sure or not self.records or self._closes_soon(at)

    def _closes_soon(self, at: int) -> bool:
        """Where every line is a record of its own, a message goes on only if little and nothing else follows it."""
        for text in self.texts[at : at + _CLOSING_LINES]:
            if not text.strip() or starts_record(text) or _HEADER in text:
                return True
        return at + _CLOSING_LINES >= len(self.texts)

    def _group(self) -> list[Draft]:
        drafts, self.at = read_group(self.texts, self.at, _chain_behind_margin)
        return drafts

    def _fatal(self) -> list[TraceDraft]:
        """faulthandler: `Fatal Python error: ...` and the current thread's frames, innermost first."""
        match = _FATAL.match(self.texts[self.at])
        first = self.at
        self.at += 1
        frames: list[Frame] = []
        last = first
        while match and self.at < len(self.texts):
            text = self.texts[self.at]
            frame = _FATAL_FRAME.match(text)
            if frame:
                frames.append(Frame(frame["file"], frame["function"], int(frame["line"])))
                last = self.at
            elif frames or _HEADER in text or self.at > first + 8:
                break
            self.at += 1
        if not match:
            return []
        return [
            TraceDraft("python", [Draft("Fatal Python error", match["message"].strip(), first, last, frames=frames)])
        ]


def _with_source(frame: Frame, text: str) -> Frame:
    return Frame(frame.file, frame.function, frame.line, source=text.strip())


def _chain_behind_margin(texts: list[str]) -> list[Draft]:
    """The chain in lines freed of their margin; a member may also be an exception line without a traceback."""
    block = Block([Line(text, 0, 0) for text in texts], whole=True)
    reader = _Reader(block)
    if texts and _HEADER in texts[0]:
        return reader.chain()
    match = _EXCEPTION.match(texts[0]) if texts else None
    if match is None:
        return []
    message = "\n".join([match["message"] or "", *texts[1:]]).rstrip()
    return [Draft(match["type"], message or None, 0, len(texts) - 1)]


def parse(block: Block) -> list[TraceDraft]:
    """Every Python traceback in `block`."""
    return _Reader(block).traces()
