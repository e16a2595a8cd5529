"""C, C++ and the kernel: which native report stands where, and which of them is an exception of its own.

Each kind of report has its own file: sanitizers and Valgrind, debuggers, the kernel, and programs that say themselves
that they end. Of one failure one report is kept: what a program says of its end gives way to the sanitizer's or
debugger's report of the same end, before or after it, but for an uncaught exception, which keeps its name and takes
over the stack of the abort; a kernel panic or oops of the task that a report has just named is how that report ended.
The machine's view of another language's failure (a sanitizer reporting the abort() that a panic ended in) is left out
too: see `is_echo`, which extract.py asks.
"""

import re

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages import native_crashes, native_debuggers, native_kernel, native_sanitizers
from indexers.exceptions.lines import Block

# How a process ends on purpose: not a memory error, but the end of an exception reported above.
_ECHO = re.compile(r"(?:ABRT on|deadly signal|fuzz target exited|\w+ on unknown address 0x0+[0-9a-f]{0,4} .*abort)")
_ENDS_WITHIN = 60  # lines between what a program says and the report of its end
_KERNEL_WITHIN = 100


def parse(block: Block) -> list[TraceDraft]:
    """Every sanitizer, debugger, kernel and crash report in `block`."""
    texts = block.texts()
    drafts: list[Draft] = []
    reported = said_last = kernel = None
    at = 0
    while at < len(texts):
        report = native_sanitizers.read(texts, at) or native_debuggers.read(texts, at)
        said = None if report else native_crashes.read(texts, at)
        oops = None if report or said else _kernel(texts, at)
        found = report or said or oops
        if found is None:
            at += 1
            continue
        at = found.last + 1
        if report and drafts and report.frames == drafts[-1].frames and "Process terminating" in (report.message or ""):
            continue  # Valgrind: the signal that the error it has just reported ended in
        if said and (_near(reported, said) or _near(said_last, said)):
            continue
        if oops and kernel is not None and _same_end(texts, kernel, oops):
            continue
        if report and said_last and _near(said_last, report):
            if is_echo(TraceDraft("cpp", [report])) and "terminat" in texts[said_last.first]:
                said_last.frames, said_last.last, said_last = report.frames, report.last, None
                continue
            drafts.remove(said_last)
        reported, said_last, kernel = report or reported, said, oops or kernel
        drafts.append(found)
    return [TraceDraft("cpp", [draft]) for draft in drafts]


def _near(before: Draft | None, after: Draft) -> bool:
    """Whether both may speak of the end of one process."""
    return before is not None and after.first - before.last <= _ENDS_WITHIN


def is_echo(trace: TraceDraft) -> bool:
    """Whether this report only says that the process was ended, which an exception above it explains."""
    draft = trace.drafts[0]
    return bool(_ECHO.match(draft.message or "")) or draft.type == "SIGABRT"


def _kernel(texts: list[str], at: int) -> Draft | None:
    """A kernel report that says where: a line of dmesg without a trace is no exception, but a sanitizer's head is."""
    draft = native_kernel.read(texts, at)
    return draft if draft and (draft.frames or draft.location or "SAN: " in draft.type) else None


def _same_end(texts: list[str], before: Draft, after: Draft) -> bool:
    """Whether `after` is how the failure that `before` reports ended."""
    if not native_kernel.ends_another(after) or after.first - before.last > _KERNEL_WITHIN:
        return False
    task = native_kernel.task_of(texts, after)
    return after.type == "Kernel panic" or task is None or task == native_kernel.task_of(texts, before)
