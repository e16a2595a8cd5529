"""How a native program says itself that it ends: uncaught C++ exceptions, failed assertions and checks, heap errors,
fatal signals; with the stack it prints below, where it prints one.

Formats: libstdc++'s vterminate.cc and libc++abi's cxa_default_handlers.cpp, glibc's assert.c and malloc.c, glog's and
Abseil's signal handlers and fatal logs, Chromium's and V8's logging, Android's debuggerd, Apple's crash reports.
"Aborted (core dumped)" alone names no failure and is not reported; a logged check counts only with its stack.
"""

import re
from collections.abc import Callable

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.native_frames import numbered, shaped

_SIGNALS = {"4": "SIGILL", "5": "SIGTRAP", "6": "SIGABRT", "7": "SIGBUS", "8": "SIGFPE", "11": "SIGSEGV"}
_HEAP = (
    r"double free or corruption \([!\w]+\)"
    r"|(?:free|malloc|realloc|malloc_consolidate|munmap_chunk|_int_\w+)\(\): [a-z].*"
    r"|corrupted (?:size vs\. prev_size|double-linked list)\b.*"
)
# (a string that the line holds, how it begins a report, whether it counts without a stack)
_HEADS: tuple[tuple[str, re.Pattern[str], bool], ...] = tuple(
    (mark, re.compile(pattern), alone)
    for mark, pattern, alone in (
        (
            "terminate called after",
            r".*?\bterminate called after throwing an instance of '(?P<type>.+)'\s*$",
            True,
        ),
        (
            "uncaught exception of type",
            r".*?\bterminat(?:ing|e called)(?: with| due to)? uncaught exception of type (?P<type>[^:]+(?:::[^:]+)*?)"
            r"(?:: (?P<message>.*))?$",
            True,
        ),
        (
            "Assertion `",
            r"(?:.{0,200}?: )?(?P<file>[^\s:]+):(?P<line>\d+): (?P<function>.{0,2000}?): "
            r"(?P<type>Assertion) `(?P<message>.*)' failed\.\s*$",
            True,
        ),
        (
            "Assertion failed: ",
            r"(?P<type>Assertion) failed: (?P<message>\(.*\)), function (?P<function>[^,]+), "
            r"file (?P<file>[^,]+), line (?P<line>\d+)\.\s*$",
            True,
        ),
        ("*** ", r"\*\*\* (?P<type>(?:stack smashing|buffer overflow) detected) \*\*\*: ?(?P<message>.*?)\s*$", True),
        ("*** Error in", rf"\*\*\* Error in [`'](?P<program>.*?)': (?P<type>(?:{_HEAP})).*\*\*\*\s*$", True),
        ("free", rf"(?P<type>{_HEAP})$", True),
        ("corrupt", rf"(?P<type>{_HEAP})$", True),
        ("alloc", rf"(?P<type>{_HEAP})$", True),
        # glog, Abseil
        ("*** SIG", r"\*\*\* (?P<type>SIG\w+) (?P<message>.*?)(?:; stack trace:)? \*\*\*\s*$", False),
        # glog: "F0301 09:15:02.113 7 cart.cc:12] Check failed: n"; Chromium: "[7:7:0301/091502:FATAL:cart.cc(12)] ..."
        ("] ", r".*?F\d{4,8} \d\d:\d\d:\d\d\S* +\d+ (?P<file>[^\s:]+):(?P<line>\d+)\] (?P<check>.*)$", False),
        ("FATAL:", r".*?\[[\d:/.]*FATAL:(?P<file>[^\s(]+)\((?P<line>\d+)\)\] (?P<check>.*)$", False),
        ("Received signal ", r"\s*Received signal (?P<signal>\d+) ?(?P<message>.*?)\s*$", False),
        ("fault addr", r".*?\bsignal \d+ \((?P<type>SIG\w+)\), (?P<message>code .*?)\s*$", False),
        ("Fatal error in ", r"#\s+(?P<type>Fatal error) in (?P<file>\S+), line (?P<line>\d+)\s*$", False),
        ("FATAL ERROR: ", r"(?:.*?\s)?(?P<type>FATAL ERROR): (?P<message>\S.*?)\s*$", False),
        ("Exception Type: ", r"Exception Type:\s+(?P<type>\w+)(?: \((?P<detail>\w+)\))?\s*$", False),
    )
)
_WHAT = re.compile(r"\s*what\(\):\s{1,2}(?P<message>.*)$")
_CHECK = re.compile(
    r"(?P<type>D?CHECK failed|D?[Cc]heck failed|Assertion failed|Debug check failed): ?(?P<message>.*)$"
)
_V8_MESSAGE = re.compile(r"#\s+(?P<message>\S.*?)\s*$")
_APPLE = re.compile(r"Exception (?:Subtype|Codes|Message):\s+(?P<message>\S.*?)\s*$")
_CRASHED = re.compile(r"Thread \d+.*\bCrashed\b")
_NEAR = 4  # lines between a fatal message and its stack
_FAR = {"apple": 400, "android": 60}  # where registers, threads or the build's fingerprint stand between
_REPORTS = {"apple": "Exception Type: ", "android": "fault addr"}
_TITLES = re.compile(
    r"""\s*(?:$|\#$|\#\#|PC:\s@|\*\*\*|={4,}|-{4,}|Backtrace|[Ss]tack\s[Tt]race|Stack\sdump|\[end|CFI:|https?:
        |<---|Aborted|what\(\)|Received\ssignal|\d+\.\s)""",
    re.VERBOSE,
)


def read(texts: list[str], at: int) -> Draft | None:
    """The end of a program that line `at` announces, if it does."""
    text = texts[at]
    for mark, pattern, alone in _HEADS:
        match = pattern.match(text) if mark in text else None
        if match:
            draft = _draft(match, texts, at)
            _stack(texts, draft)
            return draft if alone or draft.frames else None
    return None


def _draft(match: re.Match[str], texts: list[str], at: int) -> Draft:
    groups = match.groupdict()
    kind, message, last = groups.get("type") or "", groups.get("message") or None, at
    if kind == "Assertion":
        kind = "Assertion failed"
    if groups.get("signal"):
        kind = _SIGNALS.get(groups["signal"], f"signal {groups['signal']}")
    if groups.get("check") is not None:
        check = _CHECK.match(groups["check"])
        kind, message = (check["type"], check["message"] or None) if check else ("FATAL", groups["check"] or None)
    following = texts[at + 1] if at + 1 < len(texts) else ""
    more = _WHAT.match(following) if "terminate called" in texts[at] else None
    if kind == "Fatal error":
        more = _V8_MESSAGE.match(following)
    if more:
        message, last = more["message"].rstrip() or None, at + 1
    if groups.get("detail") is not None or texts[at].startswith("Exception Type:"):
        message = next((found["message"] for text in texts[at + 1 : at + 4] if (found := _APPLE.match(text))), None)
    draft = Draft(kind, message, at, last)
    if groups.get("file"):
        draft.location = Frame(groups["file"], groups.get("function") or "", int(groups["line"]))
    return draft


def _stack(texts: list[str], draft: Draft) -> None:
    """Add the stack that follows, whatever its shape, all of its lines of one shape."""
    found = _first_frame(texts, draft)
    if found is None:
        return
    at, shape, reads = found
    while at < len(texts):
        frame = reads(texts[at], shape)
        if frame is None or (shape == "numbered" and texts[at].lstrip().startswith("#0") and draft.frames[1:]):
            break
        draft.frames.append(frame)
        draft.last = at
        at += 1


def _first_frame(texts: list[str], draft: Draft) -> tuple[int, str, Callable[[str, str], Frame | None]] | None:
    head = texts[draft.first]
    wanted = "apple" if head.startswith("Exception Type") else "android" if "fault addr" in head else ""
    crashed = wanted != "apple"
    for at in range(draft.last + 1, min(len(texts), draft.last + 1 + _FAR.get(wanted, _NEAR * 4))):
        text = texts[at]
        crashed = crashed or _CRASHED.match(text) is not None
        frame = shaped(text) if crashed else None
        if frame and (not wanted or frame[0] == wanted):
            return at, frame[0], _shaped_as
        if wanted and _REPORTS[wanted] in text:
            return None  # the next report
        if "anitizer: " in text or "libFuzzer: " in text:
            return None  # the sanitizer's own report
        if not wanted and numbered(text):
            return at, "numbered", _numbered_as
        if not wanted and at - draft.last > _NEAR and not _TITLES.match(text):
            return None
    return None


def _shaped_as(text: str, shape: str) -> Frame | None:
    found = shaped(text)
    return found[1] if found and found[0] == shape else None


def _numbered_as(text: str, _shape: str) -> Frame | None:
    found = numbered(text)
    return found[1] if found else None
