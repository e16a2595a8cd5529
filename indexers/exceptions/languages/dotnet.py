"""C#, F# and VB on .NET and Mono: Exception.ToString with inner and aggregate exceptions, in any language of Windows.

Format: System.Exception.ToString. The headers come first, outermost to innermost (` ---> `), then the frames of the
innermost, then after each "End of inner exception stack trace" those of the exception around it. The words "at", "in"
and "line" are localised, so any short word will do where a header and the shape of the rest make it certain.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, starts_record

_FRAME = re.compile(
    r"""\s*(?:at|bei|à|en|in|em|в|w|v|på|ved|hos|kohteessa|konum:|場所|在|於|위치:|στο|la|a\sx)\s
        (?P<function>[^\s()]+\.[^()]*?)\s?\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)
        (?:\s\[0x[0-9a-f]+\])?
        (?:\s(?:in|bei|dans|en|em|в|w|v|i|場所|位置|于|於|파일)\s
            (?:<[^>]*>(?::\d+)?|(?P<file>\S.*?):(?:(?:line|Zeile|ligne|línea|linha|riga|строка|wiersz|řádek|rad|linje|regel|satır|行|行号|第)\s?(?P<line>\d+)|(?P<plain>\d+))(?:\s行)?\.?)
            (?:\s\[[^\]]*\])?
        )?(?P<end><---)?\s*$""",
    re.VERBOSE,
)
_NAME = r"(?:[^\W\d]\w*[.+])*[^\W\d]\w*(?:`\d+)?(?:\[[^\]]*\])?"
_HEADER = re.compile(
    rf"""(?P<lead>(?:.*?[\s:>\]])?(?:Unhandled\s[Ee]xception[.:]\s+|\[ERROR\]\sFATAL\sUNHANDLED\sEXCEPTION:\s)?)
        (?P<type>{_NAME})(?:\s\((?:0x[0-9A-F]+|-?\d+)\))?:\s(?P<message>.*)$""",
    re.DOTALL | re.VERBOSE,
)
_STRONG = re.compile(r"(?:Exception|\..*(?:Error|Fault))(?:`\d+)?(?:\[.*\])?$")
_BARE = re.compile(rf"(?P<type>{_NAME}(?:Exception))\s*$")
_INNER = re.compile(
    rf"\s*-{{2,}}> (?:\((?P<member>Inner Exception #\d+)\) )?(?P<type>{_NAME})(?: \([^)]*\))?(?::\s(?P<message>.*))?$",
    re.DOTALL,
)
_END_INNER = re.compile(r"\s*--- .* ---\s*$")
_REJOIN = re.compile(r"\s*--- End of stack trace from previous location.*---\s*$|\s*Exception rethrown at \[\d+\]:")
_ARROW = re.compile(rf" -{{2,}}> (?={_NAME}(?: \([^)]*\))?:)")
_LOOK_BACK = 40


def parse(block: Block) -> list[TraceDraft]:
    """Every .NET exception in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        if not _is_frame(texts[at]):
            at += 1
            continue
        drafts = _heads(texts, at, free)
        if not drafts:
            at += 1
            continue
        reader = _Reader(texts, at, drafts)
        at = free = reader.read()
        traces.append(TraceDraft("dotnet", reader.drafts))
    return traces


def _is_frame(text: str) -> bool:
    return "(" in text and _FRAME.match(text) is not None


def _heads(texts: list[str], frame: int, free: int) -> list[Draft]:
    """The headers above the first frame, outermost first."""
    for at in range(frame - 1, max(free, frame - _LOOK_BACK) - 1, -1):
        text = texts[at]
        if _INNER.match(text):
            continue
        match = _HEADER.match(text.strip()) or _BARE.match(text.strip())
        if match and _STRONG.search(match["type"]):
            return _split(texts, at, frame)
        if starts_record(text):
            break
    return []


def _split(texts: list[str], first: int, end: int) -> list[Draft]:
    """Headers on their own lines (` ---> ` at the start) and within one line, each with its message lines."""
    drafts: list[Draft] = []
    for at in range(first, end):
        pieces = _ARROW.split(texts[at].strip("\r\n")) if at == first or _INNER.match(texts[at]) else [texts[at]]
        for index, piece in enumerate(pieces):
            match = None
            if at == first and index == 0:
                match = _HEADER.match(piece.strip()) or _BARE.match(piece.strip())
            elif index or _INNER.match(texts[at]):
                match = _INNER.match(f"---> {piece}" if index else piece)
            if match:
                message = match.groupdict().get("message")
                draft = Draft(match["type"], message, at, at)
                if drafts:
                    draft.relation, draft.parent = "inner", len(drafts) - 1
                drafts.append(draft)
            elif drafts:
                drafts[-1].message = f"{drafts[-1].message or ''}\n{piece.rstrip()}"
                drafts[-1].last = at
    for draft in drafts:
        draft.message = (draft.message or "").rstrip() or None
    return drafts


class _Reader:
    """Reads frames and hands them to the exception whose turn it is: the innermost first, then the ones around it."""

    def __init__(self, texts: list[str], at: int, drafts: list[Draft]) -> None:
        self.texts, self.at, self.drafts = texts, at, drafts
        self.turn = len(drafts) - 1

    def read(self) -> int:
        while self.at < len(self.texts):
            text = self.texts[self.at]
            frame = _FRAME.match(text) if "(" in text else None
            inner = _INNER.match(text)
            if frame:
                self._take(frame)
            elif _REJOIN.match(text):
                self.drafts[self.turn].last = self.at
            elif _END_INNER.match(text):
                self.turn = self.drafts[self.turn].parent or 0
                self.drafts[self.turn].last = self.at
            elif inner:
                self._member(inner)
            else:
                break
            self.at += 1
        return self.at

    def _take(self, match: re.Match[str]) -> None:
        line = match["line"] or match["plain"]
        frame = Frame(match["file"] or "", match["function"].strip(), int(line) if line else None)
        self.drafts[self.turn].frames.append(frame)
        self.drafts[self.turn].last = self.at
        if match["end"]:
            self.turn = 0

    def _member(self, match: re.Match[str]) -> None:
        """`---> (Inner Exception #1) ...`: another exception of an AggregateException."""
        draft = Draft(match["type"], (match["message"] or "").removesuffix("<---").rstrip() or None, self.at, self.at)
        draft.relation, draft.parent = (
            ("group_member" if match["member"] else "inner"),
            (0 if match["member"] else self.turn),
        )
        self.turn = len(self.drafts)
        self.drafts.append(draft)
