"""Strips log prefixes that stand before *every* line of a trace, by learning their shape from the frame lines.

A frame line has only one place where the frame can begin, so what stands before it is the prefix; its tokens give a
pattern that also fits the message lines around it. The tokens that are not times name the stream (thread, container,
process), so interleaved traces come apart. Keeps out: container formats with a fixed syntax (envelopes.py).
"""

import re
from collections.abc import Sequence

from indexers.exceptions.lines import Block, Line
from indexers.exceptions.prefixes_tags import by_tags

# Where a frame begins, in any of the languages. The first group is the prefix with its following white space.
_FRAME = re.compile(
    r"""^(?!.*\[object\]\s\()(?P<prefix>.{2,240}?[^\s(](?:\s|(?=\t)))\s*(?:
          (?:(?<=\t)|(?<=[ ][ ]))at\s(?:native|\S.*(?:\)|:(?:line\s)?\d+|:0x[0-9a-f]+|\]))\s?\{?$  # Java, JavaScript
        | (?<=[ ][ ])[^\W\d]{1,12}\s[\w.+<>`$|\[\],]+(?:\[\[[^()]{0,300}\]\])?[.:][\w<>`$|\[\],]+\s?\(.*$  # .NET
        | [^\s@]*@(?:https?|file|webpack|app)\S*:\d+:\d+$       # Firefox, Safari
        | (?:package|dart|file|org-dartlang-app):\S+\s\d+(?::\d+)?\s{1,4}\S           # Dart, terse
        | \#\d+\s+\S.*\s\(\S+:\d+(?::\d+)?\)$                  # Dart
        | \#\d+\s\s(?:0x[0-9a-f]+\sin\s)?\S[^(]*\(.*\)(?:\s(?:at|from)\s\S+)?$  # gdb
        | (?:\|\s+)?File\s"[^"]+",\sline\s\d+                  # Python, in a group
        | (?:[\w:]+\(.{0,400}?\)|eval\s(?:\{\.\.\.\}|'.{0,300}?')|require\s\S+)\scalled\sat\s\S.{0,300}?\sline\s\d+
        | [\w:]+\(.{0,400}?\)\sat\s\S.{0,300}?\sline\s\d+$|Trace\sbegun\sat\s    # Perl, Devel::StackTrace
        | \d+:\s+(?:0x[0-9a-f]+\s-\s)?\S*\w::\S+$              # Rust
        | (?:\d+:\s)?\S+\.rb:\d+:in\s[`']                        # Ruby
        | (?:\d+:\s)?from\s\S+:\d+:in\s[`']                  # Ruby
        | \.\.\.\s\d+\s(?:more|common\sframes)               # Java
        | \#\d+\s+0x[0-9a-f]+\sin\s                          # sanitizers
        | \#\d+\s+(?:\S.*\(\d+\):\s|\[internal\sfunction\]:\s|\{main\}) # PHP
        | (?:(?:(?<=\t)\S.*|\S+)\.go:\d+(?:\s\+0x[0-9a-f]+)?|\S+:\d+\s\+0x[0-9a-f]+)$  # Go
    )""",
    re.VERBOSE,
)
# Every frame above holds one of these, or two spaces and a bracket.
_FRAME_MARKS = (
    "\tat", "  at", 'File "', "::", ":in ", "... ", "#", ".go:", "+0x", "@http", "@file", "@webpack", "@app",
    "package:", "dart:", "file:", "org-dartlang-app:", " line ", "Trace begun",
)  # fmt: skip
# A panic without a backtrace has no frame; its header tells where the text begins, if the next line begins there too.
_HEAD = re.compile(r"(?P<prefix>.{2,240}?[^\s(]\s)thread '[^']*'(?:\s\(\d+\))?\spanicked\sat\s")
# A prefix must look like one: it holds a time, a level, or begins with a bracket, or ends with a bar.
_TIME = r"\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|\b\d{10,13}\b"
_LEVEL = r"\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE|stderr|stdout)\b"
_LOGLIKE = re.compile(rf"{_TIME}|{_LEVEL}|^\[[^\]]+\]\s|\|\s?$", re.IGNORECASE)
_NAMED = re.compile(r"\w")  # unlike the margin of a Python exception group
_TIME_TOKEN = re.compile(rf"\W*(?:{_TIME})")
_LEVEL_TOKEN = re.compile(rf"\W*{_LEVEL}", re.IGNORECASE)
_MAX_SHAPES = 16
_NOTHING = {"prefix": ""}


def _shape_of(prefix: str) -> str:
    """A pattern for prefixes like this one: as many tokens, times for times, levels for levels."""
    parts = []
    for token in prefix.split():
        if _TIME_TOKEN.match(token):
            parts.append(r"\W*\d\S*")
        elif _LEVEL_TOKEN.match(token):
            parts.append(rf"\W*{_LEVEL}\S*")
        else:
            parts.append(r"\S+" if any(char.isalnum() for char in token) else re.escape(token))
    return r"\s+".join(parts) + (r"\s?" if prefix[-1:].isspace() else "")


def _may_hold_frame(text: str) -> bool:
    for mark in _FRAME_MARKS:
        if mark in text:
            return True
    return "  " in text and "(" in text


def _key(prefix: str) -> str:
    tokens = prefix.split()
    return " ".join(token for token in tokens if not _TIME_TOKEN.match(token) and not _LEVEL_TOKEN.match(token))


def split_prefixes(lines: Sequence[Line], *, records: bool = False) -> list[Block]:
    """`lines` as they are, or one block a stream with the tags and the learned prefixes taken off.

    A prefix with a level makes every line a record; `records` says that the lines are that already.
    """
    return [block for stream in by_tags(lines) for block in _split(stream, records=records)]


def _split(lines: Sequence[Line], *, records: bool) -> list[Block]:
    shapes: dict[str, re.Pattern[str]] = {}
    for line, following in zip(lines, [*lines[1:], Line("", 0, 0)], strict=True):
        if len(shapes) >= _MAX_SHAPES:
            break
        found = _FRAME.match(line.text) if _may_hold_frame(line.text) else None
        head = _HEAD.match(line.text) if found is None and " panicked at " in line.text else None
        prefix = (found or head or _NOTHING)["prefix"]
        if prefix and _LOGLIKE.search(prefix) and _NAMED.search(prefix):
            shape = _shape_of(prefix)
            pattern = re.compile(shape, re.IGNORECASE)
            if found or pattern.match(following.text):
                shapes.setdefault(shape, pattern)
    if not shapes:
        return [Block(list(lines), records=records)]
    streams: dict[str, list[Line]] = {}
    key = ""
    for line in lines:
        text = line.text
        for pattern in shapes.values():
            match = pattern.match(text)
            if match:
                key, text = _key(match.group()), text[match.end() :]
                break
        streams.setdefault(key, []).append(Line(text, line.first, line.last))
    levels = records or any(_LEVEL in shape for shape in shapes)
    return [Block(stream, records=levels) for stream in streams.values()]
