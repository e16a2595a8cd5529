"""Go: panics, re-panics, fatal errors, signals, recovered panics with their stacks, goroutine dumps.

Format: printpanics and printpanicval in runtime/panic.go and runtime/error.go, tracebackothers in runtime/traceback.go,
net/http's "panic serving". What belongs to a trace: the header (`panic: `, `fatal error: `, `SIGSEGV: `), the message
until the first goroutine line (since Go 1.18 continued with a tab, which is taken off), the goroutine that failed with
`created by` as its outermost frame, and the other goroutines, each an exception `goroutine` whose parent is the panic.
A panic printed under another was raised while that one was handled. The runtime's own stack before the goroutines of a
fatal error is left out: it says how the runtime noticed. A stack of a goroutine without any header is reported only as
`goroutine`, unless panic() stands in it. Keeps out: single lines (go_frames.py), stacks that are no goroutine's
(go_errors.py). `log.Fatal` and failed tests print no stack and are no exceptions.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.go_errors import read_other
from indexers.exceptions.languages.go_frames import GOROUTINE, read_stack
from indexers.exceptions.lines import Block, starts_record

# Headers: (string in the line, kind, pattern). `message` may go on until the goroutine line.
_HEADERS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("panic serving ", "panic", re.compile(r"\s*(?:.*?http2?: )panic serving \S+: (?P<message>.*)$")),  # recovered
    ("anic: ", "panic", re.compile(r"\s*(?:.*[\s\]:|])?panic: (?P<message>.*)$")),
    ("PANIC: ", "panic", re.compile(r"\s*(?:.*[\s\]:|])?PANIC: (?P<message>.*)$")),
    ("fatal error: ", "fatal error", re.compile(r"\s*(?:.*[\s\]:|])?fatal error: (?P<message>.*)$")),
    ("SIG", "signal", re.compile(r"(?P<type>SIG[A-Z]+): (?P<message>.*)$")),
)
_RECOVERED = re.compile(r"\s\[recovered(?:, repanicked)?\]$")
_AGAIN = re.compile(r"\s+panic: (?P<message>.*)$")
# Lines between a header and its goroutine that are not the message
_BETWEEN = re.compile(
    r"\s*(?:\[signal |\[recovered\]|PC=|exit status|goroutine running on other thread|runtime: "
    r"|(?:stack ?trace|stack|debug\.Stack|trace|backtrace):?\s*$)",
    re.IGNORECASE,
)
# What a program says of a panic it has recovered from, before the stack
_SAID = re.compile(r"(?i)(?:recover(?:ed|y)?\b|panic\w*)[^:\]]{0,80}[:\]] ?(?P<message>.*\S)")
_RUNTIME_SAID = re.compile(r"(?:.*\s)?(?P<message>runtime error: .*\S)\s*$")
_DEADLOCK = re.compile(
    r"fatal error: (?P<message>(?:all goroutines are asleep|no goroutines \(main .*\)) - deadlock!)$"
)
# Arguments as Go 1.16 and older print them, and signs of a later version
_OLD_CALL = re.compile(r"\S+\(0x[0-9a-f]+[,)]")
_NEW_CALL = re.compile(r"(?>\S+?\().*[{?]|created by .* in goroutine")
_MESSAGE_LINES = 200
_CALLS = 60  # looked at to tell the version


def parse(block: Block) -> list[TraceDraft]:
    """Every panic, fatal error, stray goroutine stack and error with a stack in `block`."""
    texts = block.texts()
    starts = [at for at, text in enumerate(texts) if "goroutine " in text and GOROUTINE.match(text)]
    goroutines = set(starts)
    traces: list[TraceDraft] = []
    at = 0
    while at < len(texts):
        text = texts[at]
        drafts: list[Draft] = []
        end = at
        if at in goroutines:
            drafts, end = _goroutines(texts, at, [])
        elif "anic" in text or "PANIC" in text or "fatal error: " in text or text.startswith("SIG"):
            drafts, end = _failure(texts, at, starts)
        if end == at:
            drafts, end = read_other(texts, at, traces[-1].last + 1 if traces else 0)
        if drafts:
            traces.append(TraceDraft("go", drafts))
        at = max(end, at + 1)
    return traces


def _failure(texts: list[str], at: int, starts: Sequence[int]) -> tuple[list[Draft], int]:
    """The exceptions of a panic with its goroutines; none when no goroutine follows."""
    found = None
    for mark, kind, pattern in _HEADERS:
        match = pattern.match(texts[at]) if mark in texts[at] else None
        if match:
            found = (kind if kind != "signal" else match["type"], match["message"])
            break
    if found is None:
        return [], at
    goroutine = _next_goroutine(texts, at + 1, starts)
    if goroutine is None:
        dead = _DEADLOCK.match(texts[at])
        return ([Draft("fatal error", dead["message"], at, at)], at + 1) if dead else ([], at)
    return _goroutines(texts, goroutine, _panics(*found, texts, at, goroutine))


def _next_goroutine(texts: list[str], start: int, starts: Sequence[int]) -> int | None:
    """The goroutine line that a header leads to: close by, with no other log record between."""
    place = bisect_left(starts, start)
    if place == len(starts) or starts[place] - start > _MESSAGE_LINES:
        return None
    if any(starts_record(text) for text in texts[start : starts[place]]):
        return None
    return starts[place]


def _panics(kind: str, message: str, texts: list[str], first: int, end: int) -> list[Draft]:
    """The panics between the header and the goroutine line: each was raised while the one before was handled."""
    drafts = [Draft(kind, message, first, first)]
    more: list[str] = []
    is_old = _is_old(texts[end : end + _CALLS])
    for at in range(first + 1, end):
        text = texts[at]
        again = _AGAIN.match(text)
        if again:
            _close(drafts[-1], more, is_old=is_old)
            drafts[-1].relation, drafts[-1].parent = "context", len(drafts)
            drafts.append(Draft(kind, again["message"], at, at))
            more = []
        elif text.startswith("runtime stack:"):
            break
        elif not _BETWEEN.match(text):
            more.append(text.rstrip("\r\n"))
    _close(drafts[-1], more, is_old=is_old)
    return drafts


def _is_old(lines: Sequence[str]) -> bool:
    """Whether this stack was printed before Go 1.18, which continues messages with a tab."""
    return any(_OLD_CALL.match(line) for line in lines) and not any(_NEW_CALL.match(line) for line in lines)


def _close(draft: Draft, more: list[str], *, is_old: bool) -> None:
    """Add the lines that continue the message of `draft`."""
    while more and not more[-1].strip():
        more.pop()
    draft.last += len(more)
    if not is_old and all(line.startswith("\t") for line in more):  # printindented
        more = [line[1:] for line in more]
    message = "\n".join([draft.message or "", *more]).rstrip()
    draft.message = _RECOVERED.sub("", message) or None


def _goroutines(texts: list[str], at: int, panics: list[Draft]) -> tuple[list[Draft], int]:
    """`panics` with the frames of the first goroutine, and the other goroutines after them."""
    drafts = panics
    end = at
    while at < len(texts):
        match = GOROUTINE.match(texts[at]) if "goroutine " in texts[at] else None
        if match is None:
            break
        stack = read_stack(texts, at + 1)
        if drafts and drafts[-1].relation == "root" and not drafts[-1].frames:
            drafts[-1].frames, drafts[-1].last = stack.frames, max(stack.last, at)
        elif stack.frames or drafts:
            drafts.append(_goroutine(texts, at, match["before"] or "", max(stack.last, at), drafts))
            drafts[-1].frames = stack.frames
            _name(drafts[-1], texts, at, match["before"] or "")
        at = end = stack.after
        while at < len(texts) and not texts[at].strip():
            at += 1
    return drafts, end


def _goroutine(texts: list[str], at: int, before: str, last: int, drafts: list[Draft]) -> Draft:
    """A goroutine that is not the one that failed."""
    root = next((index for index, draft in enumerate(drafts) if draft.relation == "root"), None)
    return Draft("goroutine", None, at, last, "root" if root is None else "goroutine", root)


def _name(draft: Draft, texts: list[str], at: int, before: str) -> None:
    """Call a goroutine's stack a panic where panic() stands in it or the program says so: debug.Stack() after one."""
    if draft.relation != "root":
        return
    near = range(at - 1, max(0, at - 3) - 1, -1)
    place = next((n for n in near if texts[n].strip() and not _BETWEEN.match(texts[n])), None)
    above = "" if place is None else texts[place]
    is_panic = any(frame.function in ("panic", "runtime.gopanic") for frame in draft.frames)
    said = _SAID.search(before) if is_panic or before.strip() else None
    if said is None and place is not None:
        said = _SAID.search(above) if is_panic or before.strip() else None
        said = said or (_RUNTIME_SAID.match(above) if is_panic else None)
        draft.first = place if said else draft.first
    if is_panic or said:
        draft.type, draft.message = "panic", said["message"].strip() or None if said else None
