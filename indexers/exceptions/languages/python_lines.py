"""The lines Python tracebacks are made of, as patterns, each with where it comes from.

Owns what one line looks like. Keeps out: how lines make a traceback (python.py) and a message (python_message.py).
"""

import re

from indexers.exceptions.chain import Frame, Relation

# Every rendering has this: CPython with a colon after it, rich in a box's title, IPython at the end of its first line.
MARK = "Traceback (most recent call last)"
HEADER = MARK + ":"

# CPython: `  File "x.py", line 3, in f`. Without `, in f` it is the place of a SyntaxError. Loguru writes `> ` before
# the frame that caught the exception. `line -1`, `line ?` and `line None` stand for unknown lines.
FRAME = re.compile(
    r'(?P<lead>\s*(?:>\s)?)File "(?P<file>[^"\n]*|.*)", line (?P<line>-?\d+|\?+|None)(?:, in (?P<function>.*\S))?\s*$'
)
# IPython's rendering of a SyntaxError has its own frames: `  File /x.py:3 in f`, `  Cell In[7], line 2`.
CELL_FRAME = re.compile(
    r"\s*(?:File\s(?P<file>[^\s\"].*?):(?P<line>\d+)(?:\sin\s(?P<function>\S+))?"
    r"|(?P<cell>(?:Cell\s)?In\s?\[\d+\]),\sline\s(?P<cell_line>\d+)(?:,?\sin\s(?P<cell_function>\S+))?)\s*$"
)
# Between frames: Twisted's border between raising and catching side, and frames that somebody left out.
BETWEEN_FRAMES = re.compile(
    r"\s*(?:--- <exception caught here> ---|\.\.\.|\[Previous line repeated \d+ more times?\])$"
)
# Type alone, or type and message. Words, dots, `<locals>` and Ray's RayTaskError(ValueError): prose does not match.
EXCEPTION = re.compile(
    r"(?P<type>[^\W\d]\w*(?:\.(?:<locals>\.)?\w+)*(?:\(\w+\))?)(?::(?:\s(?P<message>.*))?)?$", re.DOTALL
)
# Words before a colon that logs print and that are not exception types.
NOT_A_TYPE = re.compile(r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SUMMARY|NOTE|Note|During|The)$")
TYPE_SUFFIX = re.compile(r"(?:Error|Exception|Warning|Interrupt|Exit|Group|Iteration|Timeout|Failure|Fault)\)?$")
# SyntaxErrors are printed with the place in the source, and for the main script with nothing else.
SYNTAX = re.compile(r"(?:SyntaxError|IndentationError|TabError|_IncompleteInputError)(?::|$)")
# The sentences between two tracebacks of a chain.
LINKS: dict[str, Relation] = {
    "The above exception was the direct cause of the following exception:": "cause",
    "During handling of the above exception, another exception occurred:": "context",
}
QUOTE = '"""'  # concurrent.futures and multiprocessing quote the worker's traceback between two such lines
MARGINED_GROUP = re.compile(r"(?:\s*|.*\s)\+ Exception Group Traceback \(most recent call last\):")
# A JVM frame or its `... 3 more`: the traceback above was quoted in a Java exception's message (PySpark).
JVM_FRAME = re.compile(r"\s+(?:at [^\s()]+\([^()]*\)|\.\.\. \d+ more)")


def strip_margin(text: str) -> str:
    """`text` without white space and margins around it."""
    return text.strip(" |\t")


def frame_of(match: re.Match[str]) -> Frame:
    """The frame of a FRAME match; a line that is not a number is unknown."""
    line = match["line"]
    return Frame(match["file"], match["function"] or "", int(line) if line.isdigit() else None)


def cell_frame(text: str) -> Frame | None:
    """The frame of one of IPython's lines, or None."""
    match = CELL_FRAME.match(text)
    if match is None:
        return None
    file, function = match["file"] or match["cell"], match["function"] or match["cell_function"] or ""
    return Frame(file, function, int(match["line"] or match["cell_line"]))


def exception_line(text: str, *, sure: bool = False) -> re.Match[str] | None:
    """`text` as an exception's line; `sure` asks for a type that says what it is, or is qualified by a module."""
    match = EXCEPTION.match(text.strip())
    if match is None or NOT_A_TYPE.match(match["type"]):
        return None
    return match if not sure or TYPE_SUFFIX.search(match["type"]) else None
