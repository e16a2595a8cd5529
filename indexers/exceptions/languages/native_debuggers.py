"""What gdb and lldb print when a program stops on a signal: the signal, then a backtrace.

Format: gdb's normal_stop and print_frame_info. After the signal gdb prints the frame it stopped in; `bt` repeats it as
`#0`, and `thread apply all bt` prints every thread, of which only the one that stopped belongs to the exception. Long
frames are wrapped at the terminal's width, with four spaces before each further line; eight stand before variables.
A backtrace without a signal (gstack, pstack) says nothing of a failure and is not reported.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.native_frames import shaped

_SIGNAL = re.compile(
    r"\s*(?:Thread [\d.]+ .*|(?:Thread .* )?[Pp]rogram )(?:received|terminated with) signal (?P<type>\w+), "
    r"(?P<message>[^.]*)\.?\s*$"
)
_HERE = re.compile(r"(?:#0\s+)?(?:0x[0-9a-f]+ in )?(?P<rest>\S.* \(.*)$")
_STOP = re.compile(r".*\bstop reason = (?P<type>EXC_\w+|signal (?P<signal>SIG\w+))(?: (?P<message>\(.*\)))?\s*$")
_NUMBERS = {"4": "SIGILL", "5": "SIGTRAP", "6": "SIGABRT", "7": "SIGBUS", "8": "SIGFPE", "11": "SIGSEGV"}
_START = re.compile(r"#(?P<number>\d+)\s+(?:0x[0-9a-f]+ in\s+)?(?P<rest>\S.*)$")
_ARGUMENTS = re.compile(r" \(\s?(?=\)|[\w@#.$<>~]+=|\.\.\.\))")
_PLACE = re.compile(r"(?:at (?P<file>.+?)(?::(?P<line>\d+))?|from (?P<module>\S+))\s*$")
_DONE = re.compile(r"\bat \S+:\d+$|\bfrom \S+$")
_WRAPPED = re.compile(r" {4}(?=\S)")
_WRAPPED_LINES = 40
_LINES_BETWEEN = 60  # variables of a frame in `bt full`
_BEFORE_STACK = 80  # "[New Thread 19947]" and the like
_SEARCH = 20_000  # how far the stopped thread may be among all threads


def read(texts: list[str], at: int) -> Draft | None:
    """The stop on a signal that line `at` reports, if it does."""
    text = texts[at]
    if " signal " in text and (signal := _SIGNAL.match(text)):
        name = _NUMBERS.get(signal["type"], signal["type"])
        return _with_gdb(texts, Draft(name, signal["message"] or None, at, at))
    if "stop reason = " in text and (stop := _STOP.match(text)):
        return _with_lldb(texts, Draft(stop["signal"] or stop["type"], stop["message"], at, at))
    return None


def _with_gdb(texts: list[str], draft: Draft) -> Draft:
    """Add the backtrace of the thread that stopped: where several are printed, the one that begins where it stopped."""
    stacks = _stacks(texts, draft.first + 1)
    stopped = _stopped(texts, draft.first + 1)
    here = [stack for stack in stacks if stopped is not None and stack[1][0].function == stopped]
    chosen = max(here or stacks[:1], key=lambda stack: len(stack[1]), default=None)
    if chosen:
        draft.frames, draft.last = chosen[1], chosen[2]
    return draft


def _stopped(texts: list[str], at: int) -> str | None:
    """The function that gdb names below the signal."""
    for text in texts[at : at + 4]:
        match = _HERE.match(text)
        if match and not text.startswith("["):
            return _frame(match["rest"]).function
    return None


def _stacks(texts: list[str], at: int) -> list[tuple[int, list[Frame], int]]:
    """The backtraces below line `at`, until the next stop."""
    found = []
    end = min(len(texts), at + _SEARCH)
    while at < end:
        first, frames, last = _stack(texts, at, _BEFORE_STACK)
        if first is None:
            break
        found.append((first, frames, last))
        at = last + 1
    return found


def _stack(texts: list[str], at: int, before: int) -> tuple[int | None, list[Frame], int]:
    """(first line, frames, last line) of the next backtrace."""
    first: int | None = None
    frames: list[Frame] = []
    last = at
    while at < len(texts) and at - last <= (_LINES_BETWEEN if frames else before):
        text = texts[at]
        if " signal " in text and _SIGNAL.match(text):
            break
        match = _START.match(text.lstrip()) if text.lstrip().startswith("#") else None
        if match and frames and int(match["number"]) != len(frames):
            break
        if match and (frames or match["number"] == "0"):
            whole, end = _whole(texts, at, match["rest"])
            frames.append(_frame(whole))
            first, last, at = at if first is None else first, end, end
        elif frames and not text.strip():
            break
        at += 1
    return first, frames, last


def _whole(texts: list[str], at: int, rest: str) -> tuple[str, int]:
    """A frame with the lines it was wrapped into, and the last of them."""
    parts = [rest.rstrip()]
    while len(parts) < _WRAPPED_LINES and at + 1 < len(texts):
        if _DONE.search(parts[-1]) or not _WRAPPED.match(texts[at + 1]):
            break
        at += 1
        parts.append(texts[at].strip())
    return " ".join(parts), at


def _frame(text: str) -> Frame:
    if text.startswith("<"):
        return Frame("", text)
    start = _ARGUMENTS.search(text)
    function = text[: start.start()] if start else text.removesuffix("()").rstrip()
    tail = max(text.rfind(" at "), text.rfind(" from "))
    place = _PLACE.match(text, tail + 1) if tail > 0 else None
    if place is None:
        return Frame("", function)
    return Frame(
        place["file"] or "", function, int(place["line"]) if place["line"] else None, module=place["module"] or ""
    )


def _with_lldb(texts: list[str], draft: Draft) -> Draft:
    for at in range(draft.first + 1, len(texts)):
        found = shaped(texts[at]) if "frame #" in texts[at] else None
        if found is None:
            break
        draft.frames.append(found[1])
        draft.last = at
    return draft
