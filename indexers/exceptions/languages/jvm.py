"""Java, Kotlin, Scala, Groovy, Clojure on the JVM and Android: Throwable.printStackTrace and what loggers make of it.

Format: java.lang.Throwable#printStackTrace, Logback's and Log4j's throwable converters. A trace is a header line, the
message lines under it, `at` frames, `... n more`, and the `Caused by:`, `Suppressed:` and `Wrapped by:` sections that
follow without a gap. Indentation decides whose cause a section is: one step further in per suppressed exception.
A header is recognised from its frames (looking up from the first one), so text that only resembles a header is not
reported; frames without a header (a thread dump) are not an exception.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, indent, starts_record

_FRAME = re.compile(
    r"""\s*at\s(?P<name>[^()\s](?:[^()]*[^()\s])?)\(
        (?P<where>
            Native\sMethod | Unknown\sSource(?::\d+)? | Redacted | <\w+>
          | [^\s():]+(?:\.(?:java|kt|kts|scala|groovy|clj|cljc|jav|rb|py|js|gradle))(?::-?\d+)?
          | [\w$.<>-]+:-?\d+                    # SourceFile:12, r8-map-id-..:4, file names without extension
        )\)
        (?P<jar>\s~?\[[^\]]*\])?(?:\s\[\d+\sskipped\])?\s*$""",
    re.VERBOSE,
)
_MORE = re.compile(
    r"\s*\.\.\.\s(?:\d+\s(?:more|common frames omitted|frames? (?:omitted|excluded|truncated)).*|suppressed \d+ lines)$"
)
_SECTION = re.compile(r"(?P<indent>\s*)(?P<kind>Caused by|Suppressed|Wrapped by): (?P<rest>.*)$", re.DOTALL)
# Lines that may stand between frames and say nothing about them.
_BETWEEN = re.compile(
    r"\s*(?:\(Coroutine boundary\)|-\s(?:locked|waiting|parking|eliminated)\b.*|(?:Caused by: )?\[CIRCULAR REFERENCE:.*"
    r"|\*__checkpoint.*|\|_\s.*|Error has been observed at the following site.*|Original Stack Trace:|-{3,} Async.*)$"
)
_TYPE = r"(?:[^\W\d][\w$-]*\.)+[^\W\d][\w$-]*(?:/0x[0-9a-f]+)?"
_SIMPLE = r"[A-Z][\w$]*(?:Exception|Error|Throwable|Failure|Fault)"
# A header that fills its line: a qualified class name, or a simple one that says what it is.
_HEADER = re.compile(rf"(?P<type>{_TYPE}|{_SIMPLE})(?::(?:\s(?P<message>.*))?)?$", re.DOTALL)
_THREAD = re.compile(rf'(?:Exception in thread "(?P<thread>.*?)" (?={_TYPE}|{_SIMPLE})|FATAL EXCEPTION: \S+ )')
# A header at the end of a line that a logger began.
_EMBEDDED = re.compile(
    r"(?:^|[\s=\]\)>'\"(:|])(?P<type>(?:[a-z_][\w$-]*\.)+(?:[A-Z][\w$]*)?(?:Exception|Error|Throwable|Failure|Fault|ExceptionInfo)[\w$]*)"
    r"(?::(?:\s(?P<message>.*))?)?$",
    re.DOTALL,
)
_STRONG = re.compile(r"(?:Exception|Error|Throwable|Failure|Fault|Death|Interrupt|ExceptionInfo)[\w$]*$")
_NOT_A_TYPE = re.compile(
    r"java\.lang\.Thread\.State$|.*\.(?:java|kt|scala|log|jar|xml|yml|yaml|properties|com|org|net|html?|json)$"
)
_LOOK_BACK = 60  # lines of message between a header and its first frame
_MESSAGE_LINES = 200
_INTERRUPTING_LINES = 5  # of other threads, between a header and its frames
_QUOTED_LINES = 10  # between frames quoted in a message and the real ones


def parse(block: Block) -> list[TraceDraft]:
    """Every JVM trace in `block`."""
    texts = block.texts()
    traces: list[list[Draft]] = []
    free = 0  # first line that no trace has taken
    at = 0
    while at < len(texts):
        text = texts[at]
        lean = text.lstrip()
        if lean.startswith("at ") and _FRAME.match(text):
            head = _look_back(texts, at, free)
            if head is None and traces:
                head = _interrupted(traces[-1], at) or _quoted_frames(texts, traces[-1], at)
                if head is not None:
                    traces.pop()
        elif lean.startswith(("Exception in thread ", "Caused by: ")):
            head = _lone_head(texts, at)
        else:
            at += 1
            continue
        reader = _Reader(texts, at, head)
        if head is None:
            at = free = max(reader.skip(), at + 1)
            continue
        drafts, at = reader.read()
        free = at
        traces.append(drafts)
    return [TraceDraft(_language(drafts), drafts) for drafts in traces]


def _interrupted(before: list[Draft], frame: int) -> Draft | None:
    """The header just above that got no frames, because another thread's log lines were written between."""
    head = before[-1]
    if len(before) > 1 or head.frames or frame - head.last > _INTERRUPTING_LINES:
        return None
    head.last = frame - 1
    return head


def _quoted_frames(texts: list[str], before: list[Draft], frame: int) -> Draft | None:
    """The header of the trace just above, when the frames read for it were text in its message.

    Frames without a header of their own, with only text between them and that trace, are the real ones.
    """
    end = max(draft.last for draft in before) + 1
    if frame - end > _QUOTED_LINES or any(starts_record(text) or not text.strip() for text in texts[end:frame]):
        return None
    text = texts[before[0].first]
    match = _header(text) or _EMBEDDED.search(text)
    return None if match is None else _draft(match, texts, before[0].first, frame)


def _language(drafts: list[Draft]) -> str:
    """The language of most frames that have a source file."""
    counts = {"java": 0, "kotlin": 0, "scala": 0}
    for draft in drafts:
        for frame in draft.frames:
            suffix = frame.file.rpartition(".")[2]
            name = {"kt": "kotlin", "kts": "kotlin", "scala": "scala"}.get(suffix, "java")
            counts[name] += 1 if frame.file else 0
    return max(counts, key=lambda name: counts[name])


def _header(text: str) -> re.Match[str] | None:
    """`text` as a header that fills its line, a thread's name before it allowed."""
    lean = text.strip()
    thread = _THREAD.match(lean)
    match = _HEADER.match(lean, thread.end()) if thread else _HEADER.match(lean)
    return match if match and not _NOT_A_TYPE.match(match["type"]) else None


def _look_back(texts: list[str], frame: int, free: int) -> Draft | None:
    """The header above the first frame, its message lines included; the nearest line that is one."""
    embedded: Draft | None = None
    crossed_blank = False
    for at in range(frame - 1, max(free, frame - _LOOK_BACK) - 1, -1):
        text = texts[at]
        match = _header(text)
        if match and (not crossed_blank or _STRONG.search(match["type"])):
            return _draft(match, texts, at, frame)
        found = _EMBEDDED.search(text)
        if found and embedded is None:
            embedded = _draft(found, texts, at, frame)
        if starts_record(text):
            break
        crossed_blank = crossed_blank or not text.strip()
    return embedded


def _draft(match: re.Match[str], texts: list[str], first: int, end: int) -> Draft:
    message = match["message"]
    rest = [text.rstrip() for text in texts[first + 1 : end]]
    if rest:
        message = "\n".join([message or "", *rest])
    return Draft(match["type"], message.rstrip() if message and message.strip() else None, first, end - 1)


def _lone_head(texts: list[str], at: int) -> Draft | None:
    """A header that needs no frame to be believed: the JVM's own line, or a cause whose beginning was cut off.

    The message lines under it are taken as far as the first frame, if there is one soon.
    """
    text = texts[at].strip()
    match = _header(text.removeprefix("Caused by: "))
    if match is None:
        return None
    for end in range(at + 1, min(len(texts), at + _LOOK_BACK)):
        if _FRAME.match(texts[end]) or _MORE.match(texts[end]):
            return _draft(match, texts, at, end)
        if starts_record(texts[end]) or _SECTION.match(texts[end]):
            break
    return _draft(match, texts, at, at + 1) if text.startswith("Exception in thread") else None


class _Reader:
    """Reads one trace from its first frame on."""

    def __init__(self, texts: list[str], at: int, head: Draft | None) -> None:
        self.texts = texts
        self.at = at if head is None else head.last + 1
        self.drafts = [head] if head else []
        self.at_depth: dict[int, int] = {0: 0}  # nesting depth -> index of the exception last begun there
        self.step = 0  # indentation of one level, known from the first frame
        self.base = 0 if head is None else indent(texts[head.first])

    def skip(self) -> int:
        """The index after frames that belong to no exception."""
        while self.at < len(self.texts) and self._is_part(self.texts[self.at]):
            self.at += 1
        return self.at

    def _is_part(self, text: str) -> bool:
        return any(pattern.match(text) for pattern in (_FRAME, _MORE, _BETWEEN))

    def read(self) -> tuple[list[Draft], int]:
        while self.at < len(self.texts):
            text = self.texts[self.at]
            frame = _FRAME.match(text)
            if frame:
                self._frame(frame, text)
            elif _MORE.match(text) or _BETWEEN.match(text):
                self.drafts[-1].last = self.at
            elif not self._section(text):
                break
            self.at += 1
        if self.drafts[0].relation != "root":  # root-cause-first printing: the root is the last one that wraps
            self.drafts[0].relation = "caused_by"
        return self.drafts, self.at

    def _frame(self, match: re.Match[str], text: str) -> None:
        draft = self.drafts[-1]
        if not self.step and len(self.drafts) == 1:
            self.step = indent(text) - self.base
        draft.frames.append(read_frame(match))
        draft.last = self.at

    def _section(self, text: str) -> bool:
        """Begin the exception of a `Caused by:` line; False when `text` is none."""
        section = _SECTION.match(text)
        if section is None:
            return False
        match = _HEADER.match(section["rest"].strip())
        if match is None:
            return False
        depth = round((indent(section["indent"]) - self.base) / self.step) if self.step > 0 else 0
        index = len(self.drafts)
        end = self._message_end()
        draft = _draft(match, self.texts, self.at, end)
        if section["kind"] == "Wrapped by":
            self.drafts[-1].relation, self.drafts[-1].parent = "caused_by", index
        elif section["kind"] == "Suppressed":
            depth = max(depth, 1)
            draft.relation, draft.parent = "suppressed", self._enclosing(depth - 1)
        else:
            draft.relation, draft.parent = "caused_by", self._enclosing(depth)
        self.at_depth = {level: last for level, last in self.at_depth.items() if level < depth}
        self.at_depth[max(depth, 0)] = index
        self.drafts.append(draft)
        self.at = end - 1
        return True

    def _enclosing(self, depth: int) -> int:
        """The exception last begun at `depth`, or at the nearest depth above it."""
        return self.at_depth[max((level for level in self.at_depth if level <= depth), default=min(self.at_depth))]

    def _message_end(self) -> int:
        """Index after a section's message, which may have several lines before its first frame."""
        for end in range(self.at + 1, min(len(self.texts), self.at + _MESSAGE_LINES)):
            text = self.texts[end]
            if _FRAME.match(text) or _MORE.match(text):
                return end
            if starts_record(text) or _SECTION.match(text) or not text.strip():
                break
        return self.at + 1


def read_frame(match: re.Match[str]) -> Frame:
    """A frame: modules and class loaders (`java.base/`, `app//`) and jars are the module, not part of the function."""
    name, where = match["name"], match["where"]
    module = ""
    while "/" in name:
        head, _, rest = name.partition("/")
        if "Lambda" in head or rest.startswith("0x") or rest[:1].isdigit():
            break  # part of a generated class name: Foo$$Lambda$14/0x0000000800066840.run
        module, name = (f"{module}/{head}" if module else head), rest
    if match["jar"]:
        module = match["jar"].strip(" ~[]")
    file, _, line = where.partition(":")
    if file in ("Native Method", "Unknown Source", "Redacted") or file.startswith("<"):
        file = ""
    number = int(line) if line.isdigit() else None
    return Frame(file, name.strip(), number, module=module)
