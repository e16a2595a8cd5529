"""Strips log prefixes that stand before *every* line of a trace, by learning their shape from the frame lines.

A frame line has only one place where the frame can begin, so what stands before it is the prefix; its tokens give a
pattern that also fits the message lines around it. The tokens that are not times name the stream (thread, container,
process), so interleaved traces come apart. Keeps out: container formats with a fixed syntax (envelopes.py).
"""

import re
from collections.abc import Sequence

from indexers.exceptions.lines import Line

# Where a frame begins, in any of the languages. The first group is the prefix with its following white space.
_FRAME = re.compile(
    r"""^(?P<prefix>.{2,240}?[^\s(](?:\s|(?=\t)))\s*(?:
          at\s(?:async\s)?\S+.*[):]\d*\)?(?:\s~?\[.*\])?\s?\{?$  # Java, JavaScript, .NET
        | File\s"[^"]+",\sline\s\d+                          # Python
        | from\s\S+:\d+:in\s[`']                             # Ruby
        | \.\.\.\s\d+\s(?:more|common\sframes)               # Java
        | \#\d+\s+0x[0-9a-f]+\sin\s                          # sanitizers
        | \#\d+\s+\S+\(\d+\):\s                               # PHP
        | \S+\.go:\d+(?:\s\+0x[0-9a-f]+)?$                   # Go
    )""",
    re.VERBOSE,
)
# A prefix must look like one: it holds a time, a level, or begins with a bracket, or ends with a bar.
_TIME = r"\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|\b\d{10,13}\b"
_LEVEL = r"\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE|stderr|stdout)\b"
_LOGLIKE = re.compile(rf"{_TIME}|{_LEVEL}|^\[[^\]]+\]\s|\|\s?$", re.IGNORECASE)
_TIME_TOKEN = re.compile(rf"\W*(?:{_TIME})")
_LEVEL_TOKEN = re.compile(rf"\W*{_LEVEL}", re.IGNORECASE)
_MAX_SHAPES = 16


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


def _key(prefix: str) -> str:
    tokens = prefix.split()
    return " ".join(token for token in tokens if not _TIME_TOKEN.match(token) and not _LEVEL_TOKEN.match(token))


def split_prefixes(lines: Sequence[Line]) -> list[list[Line]]:
    """`lines` as they are (one stream), or one list a stream with the learned prefixes taken off."""
    shapes: dict[str, re.Pattern[str]] = {}
    for line in lines:
        if len(shapes) >= _MAX_SHAPES:
            break
        found = _FRAME.match(line.text)
        if found and _LOGLIKE.search(found["prefix"]):
            shape = _shape_of(found["prefix"])
            if shape not in shapes:
                shapes[shape] = re.compile(shape, re.IGNORECASE)
    if not shapes:
        return [list(lines)]
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
    return list(streams.values())
