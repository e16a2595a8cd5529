"""Reports of the Linux kernel: KASAN and its kin, oopses, BUGs, warnings, lockups and panics.

Formats: Documentation/dev-tools/kasan.rst, Documentation/admin-guide/bug-hunting.rst, mm/kasan/report.c, show_stack of
x86, arm, arm64, powerpc and s390; and what scripts/decode_stacktrace.sh and syzkaller's symbolizer make of them
(` func+0x1/0x2 file.c:12 [inline]`). One report may announce itself in several lines ("BUG: unable to handle ...",
"Oops: 0000 [#1]"): the first is its head. The instruction it failed at (RIP, pc) is its location, the first call trace
its frames, "? " (seen on the stack, perhaps stale) included. A panic or oops of the same task right after it is how it
ended, and no exception of its own.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft

_STAMP = r"(?:<\d>)?\s*+(?:\[\s*\d+\.\d+\](?:\[\s*[TC]\d+\])?\s?)?"
# What a report begins with; the message is what follows the kind.
_HEAD = re.compile(
    rf"""{_STAMP}\s*+(?:rcu:\s)?(?:\[\s)?(?:
          BUG:\s(?P<tool>K\w*SAN|KFENCE):\s(?P<found>(?P<kind>[\w-]+).*)
        | (?P<ubsan>UBSAN):\s(?P<undefined>[\w\s,-]+\sin\s\S+:\d+.*|[a-z]+(?:-[a-z]+)+\b.*)
        | (?P<type>
              BUG(?=:\s(?:unable\sto\shandle|kernel\sNULL|soft\slockup|spinlock|sleeping\sfunction|scheduling\swhile
                   |Bad\s(?:page|rss)|bad\sunlock|lock\sheld|workqueue\slockup|MAX_LOCK|looking\sup|key\s|using\s
                   |non-zero|corrupted|stack\sguard|Dentry|memory\sleak|stack\sseg))
            | kernel\sBUG(?=\sat\s)
            | general\sprotection\sfault(?=[:,]\s)
            | Unable\sto\shandle\skernel\s(?:NULL\spointer\sdereference|paging\srequest|access\sto\suser\smemory
                   |execute)
            | Internal\serror(?=:\s) | divide\serror(?=:\s) | invalid\sopcode(?=:\s) | stack\ssegment(?=:\s)
            | double\sfault(?=:\s) | kernel\stried\sto\sexecute
            | WARNING(?=:\s(?:CPU:|at\s\S+:\d+|possible\s|suspicious\s|bad\sunlock|inconsistent\slock|lock\sheld
                   |\S+/\d+\sis))
            | INFO(?=:\s(?:task\s\S+:\d+\sblocked|rcu\S*\s.*(?:stall|detected)|possible\s|trying\sto\sregister
                   |suspicious|inconsistent|\S+-safe))
            | Kernel\spanic(?=\s-\snot\ssyncing)
            | NMI\swatchdog(?=:) | watchdog(?=:\sBUG) | Oops(?=:\s[0-9a-f]+\s\[\#)
          )(?P<message>.*?)
        )(?:\s\])?\s*$""",
    re.VERBOSE,
)
_MARKS = (
    "BUG: ", "UBSAN: ", "kernel BUG at", "general protection", "Unable to handle kernel", "Internal error: ",
    " error: 0000", "opcode: 0000", "segment: 0000", "fault: 0000", "kernel tried", "WARNING: ", "INFO: ",
    "Kernel panic", "watchdog: ", "Oops: ",
)  # fmt: skip
_NAME = r"[\w.$]+"
_NUMBER = r"0x[0-9a-f]+"  # where a symbol is not known
_PLACE = r"(?:\s(?:(?P<inlined>[\w.]+)\s)?(?P<file>[^\s:\[\]()]+\.\w+):(?P<line>\d+))?"
_ADDRESS = r"(?:\[<[^<>]*>\]\s*|\[[0-9a-f]{8,16}\]\s*|\(\[<[0-9a-f]+>\]\s*)*"
_TAGS = r"(?:\s?\(discriminator \d+\))?(?:\s\[\w[\w ,]*\]|\s\([A-Zunreliabcd]+\)|\s0x[0-9a-f]+)*"
_FRAME = re.compile(
    rf"{_STAMP}\s*+(?:<\w+>\s*)?{_ADDRESS}(?:\?\s)?\(?(?P<function>{_NAME}(?=\+)|{_NUMBER}(?=[\s)]*$))"
    rf"(?:\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?)?\)?{_PLACE}{_TAGS}\)?\s*$"
)
_INLINE = re.compile(
    rf"{_STAMP}\s*+{_ADDRESS}(?:\?\s)?(?P<function>{_NAME})\s(?P<file>[^\s:\[\]()]+\.\w+):(?P<line>\d+){_TAGS}\s*$"
)
# 32-bit ARM: "[<c00149b8>] (unwind_backtrace+0x0/0x11c) from [<c007991c>] (warn_slowpath_common+0x48/0x60)"
_FROM = re.compile(
    rf"{_STAMP}\s*+{_ADDRESS}\(?(?P<function>{_NAME})(?:\+0x[0-9a-f]+/0x[0-9a-f]+)?\)?(?: \[\w+\])?"
    rf" from {_ADDRESS}\(?(?P<caller>{_NAME})\+0x[0-9a-f]+/0x[0-9a-f]+\)?(?: \[\w+\])?\s*$"
)
_TRACE = re.compile(rf"{_STAMP}\s*+(?:Call [Tt]race:|Backtrace:\s*$|Call Backtrace)\s*(?:\(.*\))?\s*(?P<rest>.*)$")
_SECTION = re.compile(rf"{_STAMP}\s*+</?(?P<name>[A-Z_#]+)>\s*$")
_FAILED_AT = re.compile(rf"{_STAMP}\s*+(?:RIP:? (?:[0-9a-f]+:)?|E?IP: |EIP is at |PC is at ?|pc : |NIP )(?P<where>.*)$")
_WHERE = re.compile(rf"{_ADDRESS}(?P<function>[A-Za-z_]{_NAME})\+0x[0-9a-f]+/0x[0-9a-f]+{_PLACE}")
_TASK = re.compile(r"\bPID: (?P<pid>\d+)|\btask \S+?[:/](?P<task>\d+)")
_END = re.compile(rf"{_STAMP}\s*+(?:---\[ end|={{20,}}|-{{12,}}\[ cut here)")
_ARM_REGISTERS = re.compile(r"\s+r\d+:[0-9a-f]+")
_BEFORE_TRACE = 200
_REGISTERS = 24  # lines of registers where an interrupt cut the stack


def read(texts: list[str], at: int) -> Draft | None:
    """The report that begins in line `at`, if one does."""
    text = texts[at]
    head = _HEAD.match(text) if any(mark in text for mark in _MARKS) else None
    if head is None:
        return None
    if head["tool"]:
        draft = Draft(f"{head['tool']}: {head['kind']}", head["found"].rstrip(), at, at)
    elif head["ubsan"]:
        draft = Draft(f"UBSAN: {head['undefined'].split(' ')[0]}", head["undefined"].rstrip(), at, at)
    else:
        draft = Draft(head["type"], head["message"].strip(" :-") or None, at, at)
    _fill(texts, draft)
    return draft


def task_of(texts: list[str], draft: Draft) -> str | None:
    """The id of the process that a report names in its first lines."""
    for text in texts[draft.first : draft.first + 20]:
        match = _TASK.search(text)
        if match:
            return match["pid"] or match["task"]
    return None


def ends_another(draft: Draft) -> bool:
    """Whether this report can be how an earlier one ended."""
    return not draft.type.startswith("K") or draft.type == "Kernel panic"


def _fill(texts: list[str], draft: Draft) -> None:
    """Location and frames: the first call trace below the head, before another report begins."""
    bare = draft.type.startswith(("KCSAN", "KMSAN", "KFENCE"))  # these print no "Call Trace:"
    announced = True  # still in the lines that announce the report
    for at in range(draft.first + 1, min(len(texts), draft.first + 1 + _BEFORE_TRACE)):
        text = texts[at]
        traced = _TRACE.match(text) is not None
        if traced or (" from [<" in text and _FROM.match(text)) or (bare and _FRAME.match(text)):
            _frames(texts, at if traced else at - 1, draft)
            return
        failed = _FAILED_AT.match(text) if draft.location is None else None
        where = _WHERE.match(failed["where"]) if failed else None
        if where:
            draft.location, draft.last = _framed(where), at
        announced = announced and at - draft.first <= 4
        if _END.match(text) and not announced:
            return
        head = _HEAD.match(text) if any(mark in text for mark in _MARKS) else None
        if head and not announced:
            return


def _frames(texts: list[str], trace: int, draft: Draft) -> None:
    match = _TRACE.match(texts[trace])
    rest = match["rest"] if match else ""
    if rest and (found := _FRAME.match(rest)):
        draft.frames.append(_framed(found))
    at, others, inside = trace + 1, 0, False
    caller = ""
    while at < len(texts):
        text = texts[at]
        section = _SECTION.match(text)
        arm = _FROM.match(text) if " from " in text else None
        found = None if arm else _FRAME.match(text) or _INLINE.match(text)
        if section:
            inside = "</" not in text
        elif arm:
            draft.frames.append(Frame("", arm["function"]))
            caller = arm["caller"]
        elif found:
            draft.frames.append(_framed(found))
        else:
            others += 1
            inside = inside or (caller != "" and _ARM_REGISTERS.match(text) is not None)
            if not inside or others > _REGISTERS or not text.strip() or _END.match(text):
                break
            at += 1
            continue
        draft.last, others, at = at, 0, at + 1
    if caller:
        draft.frames.append(Frame("", caller))


def _framed(match: re.Match[str]) -> Frame:
    groups = match.groupdict()
    line = groups.get("line")
    return Frame(groups.get("file") or "", groups.get("inlined") or match["function"], int(line) if line else None)
