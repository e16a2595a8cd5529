"""JavaScript and TypeScript: V8 (Node.js, Chrome, Deno, React Native) and the `function@url` traces of other browsers.

Formats: https://v8.dev/docs/stack-trace-api and Node's util.inspect for errors with properties, causes and the errors
of an AggregateError, which it prints indented in a block after the last frame. A header is found by looking up from the
first frame. Not exceptions, though they print frames: console.trace (`Trace:`) and process warnings.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, indent, starts_record

_PLACE = r"(?P<{0}file>.*?):(?P<{0}line>\d+)(?::(?P<{0}column>\d+))?"
_FRAME = re.compile(
    rf"""\s*at\s(?P<async>async\s)?(?:
          (?P<function>\S.*?)\s\((?:
                (?P<eval>eval\sat\s.*),\s(?P<e>\S+?):(?P<eline>\d+):(?P<ecolumn>\d+)
              | {_PLACE.format("n")}
              | (?P<odd>native(?:\scode)?|<anonymous>|index\s\d+|<native>|unknown\slocation|[^()\s:]+)
          )\)
        | (?P<bare>(?=\S*[/.\\<])[^()\s][^()]*?):(?P<bline>\d+)(?::(?P<bcolumn>\d+))?
        | (?P<alone><anonymous>|native)
    )(?P<end>,?\s?\{{?|,?\s?\]?\}}?)\s*$""",
    re.VERBOSE,
)
_BROWSER = re.compile(
    r"\s*(?P<function>[^@\s]*)@(?P<file>(?:[a-z][\w.+-]*://|/|\[native|webpack-internal:|app:|index\.)[^\s]*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?\s*$"
)
_LEAD = re.compile(
    r"""(?:\[?(?:Uncaught|Unhandled)\b(?:\s(?:Promise\s)?(?:Exception|Rejection|Error|rejection))?[:\]]?\s?(?:\(in\spromise\):?\s)?
       | \(node:\d+\)\s(?:UnhandledPromiseRejectionWarning|\[DEP\d+\]\s\S+):\s
       | (?:error|ERROR|err|fatal|FATAL|✖|×|●)[:\s]\s*(?=[A-Z]\w*(?:Error|Exception)\b)
       | error:\s(?=Uncaught)
       | \[(?:cause|errors)\]:\s)""",
    re.VERBOSE,
)
_HEADER = re.compile(
    r"(?P<type>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)(?:\s\[(?P<code>[\w$.-]+)\])?(?::(?:\s(?P<message>.*))?)?$", re.DOTALL
)
_EMBEDDED = re.compile(
    r"(?:^|[\s=\]\)>'\"(:|])(?P<type>[A-Z][\w$]*(?:Error|Exception)|Error)(?:\s\[[\w$.-]+\])?:\s(?P<message>.*)$", re.DOTALL
)
_STRONG = re.compile(r"(?:Error|Exception|Failure|Fault|Rejection)\d*$")
_NOT_AN_ERROR = re.compile(r"(?:Trace|[A-Za-z]*Warning|TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|Caused)$|at$")
_CAUSE = re.compile(r"\s*\[?(?P<name>cause|errors?|originalError|inner|parent|original|reason)\]?:\s(?P<rest>.*)$", re.DOTALL)
_CAUSED_BY = re.compile(r"\s*(?:Caused by|\[cause\]|caused by|From previous event):? ?(?P<rest>.*)$", re.DOTALL)
_EVAL_PLACE = re.compile(r"\((?P<file>[^()\s]+):(?P<line>\d+):(?P<column>\d+)\)")
# util.inspect leaves out the frames that a cause prints too
_SHARED = re.compile(r"\s*\.\.\. \d+ lines? matching (?:cause stack trace|.* stack trace) \.\.\.(?P<end> \{)?\s*$")
_LOOK_BACK = 40
_BLOCK_LINES = 400


def parse(block: Block) -> list[TraceDraft]:
    """Every JavaScript trace in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        match = _frame_at(texts[at])
        if match is None:
            at += 1
            continue
        head = _look_back(texts, at, free)
        reader = _Reader(texts, at, head)
        at = free = reader.read()
        if head is not None and not _NOT_AN_ERROR.match(head.type):
            traces.append(TraceDraft("javascript", reader.drafts))
    return traces


def _frame_at(text: str) -> re.Match[str] | None:
    lean = text.lstrip()
    if lean.startswith("at "):
        return _FRAME.match(text)
    return _BROWSER.match(text) if "@" in text else None


def _header(text: str) -> re.Match[str] | None:
    lean = text.strip()
    for _ in range(3):
        lead = _LEAD.match(lean)
        if lead is None or not lead.end():
            break
        lean = lean[lead.end() :]
    return _HEADER.match(lean)


def _look_back(texts: list[str], frame: int, free: int) -> Draft | None:
    """The header above the first frame. A name that does not say "error" is believed only right above it."""
    embedded: Draft | None = None
    for at in range(frame - 1, max(free, frame - _LOOK_BACK) - 1, -1):
        text = texts[at]
        match = _header(text)
        near = at == frame - 1 and not _NOT_AN_ERROR.match(match["type"]) if match else False
        if match and (_STRONG.search(match["type"]) or near and match["type"][:1].isupper() or _is_trace(match)):
            return _draft(match, texts, at, frame)
        found = _EMBEDDED.search(text)
        if found and embedded is None:
            embedded = _draft(found, texts, at, frame)
        if starts_record(text):
            break
    return embedded


def _is_trace(match: re.Match[str]) -> bool:
    return match["type"] == "Trace" or match["type"].endswith("Warning")


def _draft(match: re.Match[str], texts: list[str], first: int, end: int) -> Draft:
    message = match["message"]
    rest = [text.rstrip() for text in texts[first + 1 : end]]
    if rest:
        message = "\n".join([message or "", *rest])
    return Draft(match["type"], message.rstrip() if message and message.strip() else None, first, max(first, end - 1))


class _Reader:
    """Reads frames and the block of properties that may follow them."""

    def __init__(self, texts: list[str], at: int, head: Draft | None) -> None:
        self.texts = texts
        self.at = at
        self.drafts = [head] if head else []
        self.open: list[tuple[int, int]] = [(-1, 0)]  # (indentation, index) of the exceptions around this line

    def read(self) -> int:
        """Fill `drafts`; the index after the trace."""
        in_block = self._frames()
        if in_block and self.drafts:
            self._block()
        elif self.drafts:
            self._caused_by()
        return self.at

    def _frames(self) -> bool:
        """Take frames; True when the last one opens a block of properties."""
        while self.at < len(self.texts):
            match = _frame_at(self.texts[self.at]) or _SHARED.match(self.texts[self.at])
            if match is None:
                return False
            if self.drafts:
                self.drafts[-1].frames += [] if match.re is _SHARED else [_frame(match)]
                self.drafts[-1].last = self.at
            self.at += 1
            if (match.groupdict().get("end") or "").endswith("{"):
                return True
        return False

    def _block(self) -> None:
        """Properties up to the closing brace at the header's own indentation; causes and errors among them."""
        own = indent(self.texts[self.drafts[0].first])
        limit = min(len(self.texts), self.at + _BLOCK_LINES)
        while self.at < limit:
            text = self.texts[self.at]
            lean = text.strip()
            if lean.startswith("}") and indent(text) <= own:
                self.drafts[0].last = max(self.drafts[0].last, self.at)
                self.at += 1
                return
            if lean and indent(text) <= own:
                return
            if not self._nested(text):
                self.at += 1

    def _nested(self, text: str) -> bool:
        """Begin the exception printed at this line, if one is; takes its frames."""
        column = indent(text)
        named = _CAUSE.match(text)
        match = _header(named["rest"].strip() if named else text)
        if match is None or not _STRONG.search(match["type"]):
            return False
        end = next(
            (at for at in range(self.at + 1, min(len(self.texts), self.at + _LOOK_BACK)) if _frame_at(self.texts[at])), None
        )
        if end is None or any(indent(line) < column for line in self.texts[self.at + 1 : end] if line.strip()):
            return False
        while self.open[-1][0] >= column:
            self.open.pop()
        draft = _draft(match, self.texts, self.at, end)
        draft.parent = self.open[-1][1]
        draft.relation = "cause" if named and named["name"] not in ("errors", "error") else "group_member"
        self.open.append((column, len(self.drafts)))
        self.drafts.append(draft)
        self.at = end
        self._frames()
        return True

    def _caused_by(self) -> None:
        """`Caused by: Error: ...` sections as verror, ts-node and loggers print them after the frames."""
        while self.at < len(self.texts):
            section = _CAUSED_BY.match(self.texts[self.at])
            match = _header(section["rest"]) if section else None
            if match is None or not _STRONG.search(match["type"]):
                return
            if self.at + 1 >= len(self.texts) or not _frame_at(self.texts[self.at + 1]):
                return
            draft = _draft(match, self.texts, self.at, self.at + 1)
            draft.relation, draft.parent = "cause", len(self.drafts) - 1
            self.drafts.append(draft)
            self.at += 1
            self._frames()


def _frame(match: re.Match[str]) -> Frame:
    groups = match.groupdict()
    if "nfile" not in groups:  # function@url:line:column
        return Frame(groups["file"], groups["function"] or "", _int(groups["line"]), _int(groups["column"]))
    function = groups["function"] or ""
    if groups["eval"]:
        place = _EVAL_PLACE.search(groups["eval"])
        if place:  # where eval() was called: the code it ran has no file
            return Frame(place["file"], function, int(place["line"]), int(place["column"]))
        return Frame(groups["e"], function, _int(groups["eline"]), _int(groups["ecolumn"]))
    if groups["nline"]:
        return Frame(groups["nfile"], function, _int(groups["nline"]), _int(groups["ncolumn"]))
    if groups["bline"]:
        return Frame(groups["bare"], "", _int(groups["bline"]), _int(groups["bcolumn"]))
    return Frame("", function)


def _int(text: str | None) -> int | None:
    return int(text) if text else None
