"""Java, Kotlin, Scala, Groovy, Clojure on the JVM and Android: Throwable.printStackTrace and what loggers make of it.

Format: java.lang.Throwable#printStackTrace (OpenJDK 6 to 25), Logback's and Log4j's throwable converters, Jenkins',
Dropwizard's. A trace is a header line, the message lines under it, `at` frames, `... n more`, and the sections
(`Caused by:`, `Suppressed:`, ...) that follow without a gap. Indentation decides whose cause a section is: one step
further in per suppressed exception.
What belongs to a trace: a header is recognised from its frames (looking up from the first one), so text that only
resembles a header is not reported; frames without a header (a thread dump) are no exception. Lines of others between
frames do not end a trace when its frames go on after them. Without frames there is an exception only where the JVM
itself wrote the header, or where sections follow it. Keeps out: single lines (jvm_lines.py), headers and their
messages (jvm_heads.py).
"""

import re
from collections.abc import Sequence

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.jvm_heads import chain_head, draft_of, lone_head, look_back, message_end
from indexers.exceptions.languages.jvm_lines import (
    BETWEEN,
    LONE,
    MORE,
    SECTION,
    SPARK_DRIVER,
    UNHANDLED,
    WRAPPING,
    frame_match,
    header,
    is_own_text,
    own_text,
    read_frame,
)
from indexers.exceptions.lines import Block, indent, starts_record

_INTERRUPTING_LINES = 5  # of others, between two lines of a trace
_QUOTED_LINES = 10  # between frames quoted in a message and the real ones
# What stands before every line of a trace: Dropwizard's mark, Ant's task, logcat's level, tag and process.
_MARGIN = re.compile(r"! |\s+\[\w+\] |(?:\d\d-\d\d \d\d:\d\d:\d\d\.\d+:? )?[VDIWEFA]/[^\s(:]*\s*\(\s*\d+\): ?")

_MARGINED_FRAME = re.compile(rf"(?:{_MARGIN.pattern})\s*at \S")


def parse(block: Block) -> list[TraceDraft]:
    """Every JVM trace in `block`."""
    texts = block.texts()
    if any(_MARGINED_FRAME.match(text) for text in texts):
        texts = [_MARGIN.sub("", text, count=1) if _MARGIN.match(text) else text for text in texts]
    return [TraceDraft(_language(drafts), drafts) for drafts in _Traces(texts).read()]


def _language(drafts: Sequence[Draft]) -> str:
    """The language of most frames that have a source file."""
    counts = {"java": 0, "kotlin": 0, "scala": 0}
    for draft in drafts:
        for frame in draft.frames:
            suffix = frame.file.rpartition(".")[2]
            name = {"kt": "kotlin", "kts": "kotlin", "scala": "scala", "sc": "scala"}.get(suffix, "java")
            counts[name] += 1 if frame.file else 0
    return max(counts, key=lambda name: counts[name])


class _Traces:
    """Finds where traces begin; `at` never goes back, so reading is linear."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.at = 0
        self.free = 0  # first line that no trace has taken
        self.readers: list[_Reader] = []

    def read(self) -> list[list[Draft]]:
        while self.at < len(self.texts):
            text = self.texts[self.at]
            lean = text.lstrip()
            if lean.startswith("at ") and frame_match(text):
                self._framed()
            elif lean.startswith(("Exception in thread ", "Caused by: ", "Causing: ", "Caused: ", "Wrapped by: ")):
                self._begin(chain_head(self.texts, self.at, self.free) or lone_head(self.texts, self.at))
            elif lean.startswith(("java.lang.OutOf", "java.lang.StackOver", "Exception: java.")):
                self._lone(LONE.match(text.rstrip()) or UNHANDLED.match(text))
            else:
                self.at += 1
        return [reader.drafts for reader in self.readers]

    def _begin(self, head: Draft | None) -> None:
        if head is None:
            self.at += 1
            return
        reader = _Reader(self.texts, head)
        self.readers.append(reader)
        self.at = self.free = reader.read(head.last + 1)

    def _framed(self) -> None:
        """A frame that no trace has taken yet: the first one under a header, or one that goes on after other lines."""
        head = look_back(self.texts, self.at, self.free)
        if head is not None:
            self._begin(head)
            return
        last = self.readers[-1] if self.readers else None
        if last and (last.unquote(self.at, _QUOTED_LINES) or last.goes_on(self.at, _INTERRUPTING_LINES)):
            self.at = self.free = last.read(self.at)
            return
        while self.at < len(self.texts) and is_part(self.texts[self.at]):
            self.at += 1
        self.free = self.at

    def _lone(self, match: re.Match[str] | None) -> None:
        """A virtual machine's own line; frames under it are read when they come."""
        following = self.texts[self.at + 1] if self.at + 1 < len(self.texts) else ""
        if match and not is_part(following) and not SECTION.match(following):
            self.readers.append(_Reader(self.texts, draft_of(match, self.texts, self.at, self.at + 1)))
            self.free = self.at + 1
        self.at += 1


def is_part(text: str) -> bool:
    """Whether `text` is a line between headers."""
    return bool(frame_match(text) or MORE.match(text) or BETWEEN.match(text))


class _Reader:
    """Reads one trace from the line after its first header on."""

    def __init__(self, texts: list[str], head: Draft) -> None:
        self.texts = texts
        self.drafts = [head]
        self.at = head.last + 1
        self.at_depth: dict[int, int] = {0: 0}  # nesting depth -> index of the exception last begun there
        self.step = 0  # indentation of one level, known from the first frame
        self.base = indent(texts[head.first])
        self.is_before = texts[head.first].lstrip().startswith("Also: ")  # Jenkins: the next header suppressed it

    def read(self, start: int) -> int:
        """Read on from `start`; the index after what belongs to the trace."""
        self.at = start
        while self.at < len(self.texts):
            text = self.texts[self.at]
            frame = frame_match(text)
            if frame:
                draft = self.drafts[-1]
                if not self.step and len(self.drafts) == 1:
                    self.step = indent(text) - self.base
                draft.frames.append(read_frame(frame))
                draft.last = self.at
            elif MORE.match(text) or BETWEEN.match(text):
                self.drafts[-1].last = self.at
            elif not (self._section(text) or self._quotes_worker()):
                break
            self.at += 1
        if self.drafts[0].relation != "root":  # root-cause-first printing: the root is the last one that wraps
            self.drafts[0].relation = "suppressed" if self.is_before else "caused_by"
        return self.at

    def goes_on(self, frame: int, limit: int) -> bool:
        """Whether texts[frame], which has no header, goes on with this trace after others' lines or a blank one."""
        last = self.drafts[-1]
        between = self.texts[last.last + 1 : frame]
        blank = sum(not text.strip() for text in between)
        if len(between) > limit or (blank and len(between) > 1):
            return False
        last.last = frame - 1
        return True

    def unquote(self, frame: int, limit: int) -> bool:
        """Whether the frames read last were text in the last message, which goes on up to texts[frame].

        So it is when the message announced them with a colon, and only text without dates stands between.
        """
        last = self.drafts[-1]
        between = self.texts[last.last + 1 : frame]
        if not last.frames or len(between) > limit or not (last.message or "").rstrip().endswith(":"):
            return False
        if not between or any(starts_record(text) or not text.strip() for text in between):
            return False
        self._take_back(frame)
        return True

    def _quotes_worker(self) -> bool:
        """Spark's own frames come here: those read were a worker's, quoted in the message."""
        at = self.at + 1 if not self.texts[self.at].strip() and self.at + 1 < len(self.texts) else self.at
        if self.texts[at].strip() != SPARK_DRIVER or not self.drafts[-1].frames:
            return False
        self._take_back(at + 1)
        self.at = at
        return True

    def _take_back(self, end: int) -> None:
        """Make all lines up to texts[end] part of the last message."""
        last = self.drafts[-1]
        rest = [text.rstrip() for text in self.texts[last.first + 1 : end]]
        last.message = "\n".join([(last.message or "").partition("\n")[0], *rest])
        last.frames.clear()
        last.last = end - 1

    def _section(self, text: str) -> bool:
        """Begin the exception of a `Caused by:` line; False when `text` is none."""
        section = SECTION.match(text)
        if section is None:
            return self._suppressor(text)
        rest = section["rest"].strip()
        match = header(rest)
        end = message_end(self.texts, self.at)
        if match is not None:
            draft = draft_of(match, self.texts, self.at, end)
        elif is_own_text(section["rest"]) or self._is_cut_short(end):
            kind, message = own_text(section["rest"])
            lines = [message.strip(), *(line.rstrip() for line in self.texts[self.at + 1 : end])]
            draft = Draft(kind, "\n".join(lines).rstrip() or None, self.at, end - 1)
        else:
            return False
        self._add(draft, section["kind"], indent(section["indent"]))
        self.at = end - 1
        return True

    def _add(self, draft: Draft, kind: str, width: int) -> None:
        depth = round((width - self.base) / self.step) if self.step > 0 else 0
        index = len(self.drafts)
        if kind in WRAPPING:
            self.drafts[-1].relation, self.drafts[-1].parent = "caused_by", index
        elif kind == "Suppressed":
            depth = max(depth, 1)
            draft.relation, draft.parent = "suppressed", self._enclosing(depth - 1)
        else:
            draft.relation, draft.parent = "caused_by", self._enclosing(depth)
        self.at_depth = {level: last for level, last in self.at_depth.items() if level < depth}
        self.at_depth[max(depth, 0)] = index
        self.drafts.append(draft)

    def _suppressor(self, text: str) -> bool:
        """Jenkins prints suppressed exceptions before the one that suppressed them, whose header follows."""
        match = header(text) if self.is_before and self.drafts[0].relation == "root" else None
        if match is None:
            return False
        self.drafts[0].relation, self.drafts[0].parent = "suppressed", len(self.drafts)
        self.drafts.append(draft_of(match, self.texts, self.at, self.at + 1))
        self.at_depth = {0: len(self.drafts) - 1}
        return True

    def _is_cut_short(self, start: int) -> bool:
        """Whether the frames from texts[start] on end in `... n more`: then a section printed them, not a message."""
        at = start
        while at < len(self.texts) and frame_match(self.texts[at]):
            at += 1
        return at < len(self.texts) and MORE.match(self.texts[at]) is not None

    def _enclosing(self, depth: int) -> int:
        """The exception last begun at `depth`, or at the nearest depth above it."""
        return self.at_depth[max((level for level in self.at_depth if level <= depth), default=min(self.at_depth))]
