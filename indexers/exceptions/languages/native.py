"""C, C++ and the kernel: sanitizer reports, gdb backtraces, KASAN.

Formats: https://github.com/google/sanitizers/wiki, gdb's `bt`, Documentation/dev-tools/kasan.rst. Only the failing
stack belongs to the exception; the stacks of "freed by" and "allocated by" explain it and are left out, and so is the
machine's view of another language's failure (a sanitizer reporting the abort() that a panic ended in): see
`is_echo`, which extract.py asks.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block

# ==123==ERROR: AddressSanitizer: heap-use-after-free on address ...; also Thread-, Memory-, Leak-, UBSan, libFuzzer
_SANITIZER = re.compile(
    r"\s*={2,}\s?\d+={2,}\s?(?:ERROR|WARNING): (?P<tool>\w*Sanitizer|libFuzzer): (?P<message>(?P<kind>[\w()-]+).*)$"
)
_UBSAN = re.compile(r"(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+): runtime error: (?P<message>.*)$")
_STACK = re.compile(r"\s*#(?P<number>\d+)\s+0x[0-9a-fA-F]+\s+(?:in\s+)?(?P<rest>\S.*)$")
_PLACE = re.compile(r"(?P<file>\S+?):(?P<line>\d+)(?::(?P<column>\d+))?$")
_BINARY = re.compile(r"\s*\((?P<module>[^()\s]+)\+0x[0-9a-f]+\)(?:\s\(BuildId: \w+\))?$")
_BEFORE_STACK = 16  # lines such as "READ of size 4" between a header and its stack

_SIGNAL = re.compile(
    r"(?:Thread .* )?[Pp]rogram (?:received|terminated with) signal (?P<type>\w+), (?P<message>[^.]*)\.?$"
)
_GDB = re.compile(
    r"#(?P<number>\d+)\s+(?:0x[0-9a-f]+ in )?(?P<function>\S.*?) \((?P<arguments>.*)\)"
    r"(?: at (?P<file>\S+?):(?P<line>\d+)| from (?P<module>\S+))?$"
)
_SIGNALS = {"4": "SIGILL", "6": "SIGABRT", "7": "SIGBUS", "8": "SIGFPE", "11": "SIGSEGV"}

_KASAN = re.compile(r"(?:.*\] )?BUG: (?P<tool>K\w*SAN): (?P<message>(?P<kind>[\w-]+).*)$")
_KERNEL = re.compile(
    r"(?:\[[\d. ]+\]\s?)?\s*(?:\[<[0-9a-f]+>\]\s)?(?:\? )?(?P<function>[\w.]+)\+0x[0-9a-f]+/0x[0-9a-f]+"
    r"(?:\s(?P<file>[^\s:]+):(?P<line>\d+))?(?: \[inline\])?(?: \[\w+\])?\s*$"
)
_INLINE = re.compile(r"(?:\[[\d. ]+\]\s?)?\s*(?P<function>[\w.]+)\s(?P<file>[^\s:]+):(?P<line>\d+) \[inline\]\s*$")
_CALL_TRACE = "Call Trace:"
_KERNEL_LINES = 40

# How a process ends on purpose: not a memory error, but the end of an exception reported above.
_ECHO = re.compile(r"(?:ABRT on|deadly signal|fuzz target exited|\w+ on unknown address 0x0+[0-9a-f]{0,4} .*abort)")


def parse(block: Block) -> list[TraceDraft]:
    """Every sanitizer report, gdb backtrace and kernel report in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = 0
    while at < len(texts):
        draft = _read(texts, at)
        if draft is None:
            at += 1
            continue
        traces.append(TraceDraft("cpp", [draft]))
        at = draft.last + 1
    return traces


def is_echo(trace: TraceDraft) -> bool:
    """Whether this report only says that the process was ended, which an exception above it explains."""
    return bool(_ECHO.match(trace.drafts[0].message or ""))


def _read(texts: list[str], at: int) -> Draft | None:
    text = texts[at]
    sanitizer = _SANITIZER.match(text) if "anitizer: " in text or "libFuzzer: " in text else None
    if sanitizer:
        kind = f"{sanitizer['tool']}: {sanitizer['kind']}"
        return _with_stack(texts, Draft(kind, sanitizer["message"].rstrip(), at, at))
    if ": runtime error: " in text and (ubsan := _UBSAN.match(text)):
        draft = Draft("UndefinedBehaviorSanitizer: undefined-behavior", ubsan["message"].rstrip(), at, at)
        return _with_stack(texts, draft)
    if "rogram " in text and (signal := _SIGNAL.match(text.strip())):
        name = _SIGNALS.get(signal["type"], signal["type"])
        return _with_gdb(texts, Draft(name, signal["message"] or None, at, at))
    if "BUG: K" in text and (kernel := _KASAN.match(text)):
        draft = Draft(f"{kernel['tool']}: {kernel['kind']}", kernel["message"].rstrip(), at, at)
        return _with_calls(texts, draft)
    return None


def _with_stack(texts: list[str], draft: Draft) -> Draft:
    """The first stack under a sanitizer's header."""
    at = draft.first + 1
    while at < len(texts) and at - draft.last <= _BEFORE_STACK:
        match = _STACK.match(texts[at])
        if match is None:
            if draft.frames or _SANITIZER.match(texts[at]):
                break
        elif int(match["number"]) == 0 and draft.frames:
            break
        else:
            draft.frames.append(_frame(match["rest"]))
            draft.last = at
        at += 1
    return draft


def _frame(rest: str) -> Frame:
    if rest.startswith("(<unknown module>)"):
        return Frame("", "")
    binary = _BINARY.search(f" {rest}")
    if binary:
        rest = f" {rest}"[: binary.start()].strip()
        return Frame("", rest, module=binary["module"])
    head, space, tail = rest.rstrip().rpartition(" ")
    place = _PLACE.match(tail) if space else None
    if place is None:
        return Frame("", rest.rstrip())
    return Frame(place["file"], head, int(place["line"]), int(place["column"]) if place["column"] else None)


def _with_gdb(texts: list[str], draft: Draft) -> Draft:
    at = draft.first + 1
    while at < len(texts) and at - draft.last <= _BEFORE_STACK:
        match = _GDB.match(texts[at].strip()) if texts[at].lstrip().startswith("#") else None
        if match and int(match["number"]) == 0 and draft.frames:
            break
        if match:
            line = int(match["line"]) if match["line"] else None
            draft.frames.append(Frame(match["file"] or "", match["function"], line, module=match["module"] or ""))
            draft.last = at
        at += 1
    return draft


def _with_calls(texts: list[str], draft: Draft) -> Draft:
    at = draft.first + 1
    inside = False
    while at < len(texts) and at - draft.first <= _KERNEL_LINES * 2:
        text = texts[at]
        if _CALL_TRACE in text:
            inside = True
        elif inside:
            match = _KERNEL.match(text) or _INLINE.match(text)
            if match:
                line = int(match["line"]) if match["line"] else None
                draft.frames.append(Frame(match["file"] or "", match["function"], line))
                draft.last = at
            elif draft.frames and not re.search(r"<\/?(?:IRQ|TASK|NMI|EOI|SOFTIRQ)>", text):
                break
        at += 1
    return draft
