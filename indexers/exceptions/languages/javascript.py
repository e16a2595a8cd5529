"""JavaScript and TypeScript: V8 (Node.js, Chrome, Deno, React Native) and the `function@url` traces of other browsers.

Formats: https://v8.dev/docs/stack-trace-api and Node's util.inspect for errors with properties, causes and the errors
of an AggregateError, which it prints indented in a block after the last frame. A header is found by looking up from the
first frame. Not exceptions, though they print frames: console.trace (`Trace:`) and process warnings.
"""

import re
from typing import NamedTuple

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, indent, starts_record

# What may follow a frame on its line when util.inspect prints an error inside something else.
_TAIL = re.compile(r"(?:,|,?\s?\{|,?\s?\]?\}?)$")
_PLACE = re.compile(r"(?P<file>.*?):(?P<line>\d+)(?::(?P<column>\d+))?$")
# Places that are no file: built-in functions, Promise.all (index 0), code made at run time.
_NO_PLACE = re.compile(r"native(?: code)?$|<anonymous>$|index \d+$|<native>$|unknown location$")
_FILE = re.compile(r"[/.\\<\[]|^node:|^(?:internal|evalmachine|native|wasm|repl|REPL\d*|VM\d+|code|anonymous)\b")
_BARE_PLACE = re.compile(r"(?=\S*[/.\\<])[^()\s]")
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
    r"(?P<type>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)(?:\s\[(?P<code>[\w$.-]+)\])?(?::(?:\s(?P<message>.*))?)?$",
    re.DOTALL,
)
_EMBEDDED = re.compile(
    r"(?:^|[\s=\]\)>'\"(:|])(?P<type>[A-Z][\w$]*(?:Error|Exception)|Error)(?:\s\[[\w$.-]+\])?:\s(?P<message>.*)$",
    re.DOTALL,
)
_STRONG = re.compile(r"(?:Error|Exception|Failure|Fault|Rejection)\d*$")
_NOT_AN_ERROR = re.compile(
    r"(?:Trace|[A-Za-z]*Warning|TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|Caused)$|at$"
)
_CAUSE = re.compile(
    r"\s*\[?(?P<name>cause|errors?|originalError|inner|parent|original|reason)\]?:\s(?P<rest>.*)$", re.DOTALL
)
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
        if _frame_at(texts[at]) is None:
            at += 1
            continue
        head = _look_back(texts, at, free)
        reader = _Reader(texts, at, head)
        at = free = reader.read()
        if head is not None and not _NOT_AN_ERROR.match(head.type):
            traces.append(TraceDraft("javascript", reader.drafts))
    return traces


class _Found(NamedTuple):
    """A frame (None: a line that stands for frames left out), and whether a block of properties opens after it."""

    frame: Frame | None
    opens: bool


def _frame_at(text: str) -> _Found | None:
    lean = text.strip()
    if lean.startswith("at "):
        return _v8(lean[3:].removeprefix("async "))
    match = _BROWSER.match(text) if "@" in text else None
    return None if match is None else _Found(_place(match, match["function"] or ""), False)


def _v8(text: str) -> _Found | None:
    """`function (place)` or a bare place, what may stand after it left aside."""
    opens = text.endswith("{")
    close = text.rfind(")")
    function, bracket, _ = text.partition(" (")
    if bracket:
        if close <= len(function) or not _TAIL.match(text, close + 1):
            return None
        frame = _with_function(function, text[len(function) + 2 : close])
        return None if frame is None else _Found(frame, opens)
    bare = _TAIL.sub("", text)
    if bare in ("<anonymous>", "native"):
        return _Found(Frame("", ""), opens)
    match = _PLACE.match(bare) if _BARE_PLACE.match(bare) else None
    return None if match is None else _Found(_place(match, ""), opens)


def _with_function(function: str, where: str) -> Frame | None:
    if where.startswith("eval at "):
        outer = _EVAL_PLACE.search(where)
        if outer:  # where eval() was called: the code it ran has no file
            return _place(outer, function)
        where = where.rpartition(", ")[2]
    match = _PLACE.match(where)
    if match and _FILE.search(match["file"]):
        return _place(match, function)
    return Frame("", function) if _NO_PLACE.match(where) else None


def _place(match: re.Match[str], function: str) -> Frame:
    line, column = match["line"], match["column"]
    return Frame(match["file"], function, int(line) if line else None, int(column) if column else None)


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
        if match and (_STRONG.search(match["type"]) or (near and match["type"][:1].isupper()) or _is_trace(match)):
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
            found = _frame_at(self.texts[self.at])
            if found is None and (shared := _SHARED.match(self.texts[self.at])):
                found = _Found(None, shared["end"] is not None)
            if found is None:
                return False
            if self.drafts:
                self.drafts[-1].frames += [found.frame] if found.frame else []
                self.drafts[-1].last = self.at
            self.at += 1
            if found.opens:
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
            (at for at in range(self.at + 1, min(len(self.texts), self.at + _LOOK_BACK)) if _frame_at(self.texts[at])),
            None,
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
