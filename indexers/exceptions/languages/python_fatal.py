"""faulthandler's report of a dying interpreter: a fatal line, and threads with their frames, innermost first.

    Fatal Python error: Segmentation fault

    Thread 0x00007f02 [worker] (most recent call first):
      File "x.py", line 9 in wait
    Current thread 0x00007f01 (most recent call first):
      File "x.py", line 3 in f

Format: https://docs.python.org/3/library/faulthandler.html. The frames are those of the current thread. A dump of
threads without a fatal line (dump_traceback, a timeout) is no exception. Keeps out: tracebacks (python.py).
"""

import re
from collections.abc import Sequence

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft

_FATAL = re.compile(r"(?:.*\s)?(?P<type>Fatal Python error|Windows fatal exception): (?P<message>.*)$", re.DOTALL)
_THREAD = re.compile(r"\s*(?P<current>Current thread|Thread) 0x[0-9a-fA-F]+.*\(most recent call first\):")
_FRAME = re.compile(r'\s*File "(?P<file>[^"\n]*|.*)", line (?P<line>-?\d+|\?+) in (?P<function>.*\S)\s*$')
_FILLING = re.compile(r"\s*(?:<no Python frame>|<cannot get.*|\.\.\.|Python runtime state: .*)?$")
_HEAD_LINES = 8  # between the fatal line and the first thread


def is_fatal(text: str) -> bool:
    """Whether `text` is the first line of such a report."""
    return ("Fatal Python error: " in text or "Windows fatal exception: " in text) and _FATAL.match(text) is not None


def read_fatal(texts: Sequence[str], start: int) -> tuple[TraceDraft | None, int]:
    """(the trace whose fatal line is texts[start], index after it)."""
    match = _FATAL.match(texts[start])
    if match is None:
        return None, start + 1
    frames: list[Frame] = []
    seen = 0  # threads
    last = at = start
    is_current = taken = False
    for at in range(start + 1, len(texts)):
        thread, frame = _THREAD.match(texts[at]), _FRAME.match(texts[at])
        if thread:
            seen += 1
            is_current = thread["current"].startswith("Current") or (seen == 1 and not taken)
            if thread["current"].startswith("Current"):
                frames, taken = [], True
        elif frame:
            if is_current:
                line = frame["line"]
                frames.append(Frame(frame["file"], frame["function"], int(line) if line.isdigit() else None))
                last = at
        elif not _FILLING.match(texts[at]) and (seen or at > start + _HEAD_LINES):
            break
    if not seen and not texts[start].lstrip().startswith(match["type"]):
        return None, start + 1  # somebody speaks of such an error
    draft = Draft(match["type"], match["message"].strip() or None, start, last, frames=frames)
    return TraceDraft("python", [draft]), last + 1
