"""Undoes the ways a multi-line text is squeezed into one line: `\\n`, `\\t`, syslog's `#012`, quoted logfmt values.

Keeps out: JSON objects (structured.py) and container formats (envelopes.py).
"""

import re
from typing import NamedTuple

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")

# Backslash escapes as JSON, logfmt, Python's repr and most log shippers write them.
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "", '"': '"', "'": "'", "\\": "\\", "/": "/"}

# Lines that only traces have. A bare escaped line break counts as one only where such a line comes out below it, so a
# Windows path (C:\new) or a regular expression in a message is not torn apart.
_TRACE_LINE = re.compile(
    r"""^(?:[VDIWEF]/\S+\s\(\s*\d+\):|\[\s*\d+\.\d+\](?:\[\s*[TC]\d+\])?)?[^\S\n]*+(?:  # logcat's, the kernel's
        (?:\|\s+)?File\s" | at\s\S | Caused\sby: | Traceback\s\( | goroutine\s\d+\s\[ | from\s\S+:\d+:in | \#\d+\s
        | ---\s?> | thread\s' | \d+:\s+(?:0x|\S*::) | \.\.\.\s\d+\s(?:more|common) | .{1,400}\scalled\sat\s
        | \S.{0,400}:\d+:in\s[`'] | Trace\sbegun\sat\s | [Ss]tack\s(?:back)?trace: | panic: | \S+\.go:\d+
        | \S*@(?:https?|file|webpack|app):
        | [^\W\d]\S*\s[\w.+<>`$\[\],|]+(?:\[\[[^()\n]{0,300}\]\])?\.[\w<>`$|]+\(  # .NET's "at" in any language
        | (?:package|dart|file|org-dartlang-app):\S+\s\d | .{1,400}\sline\s\d+\.$ | note:\srun\swith\s`RUST
        | [Cc]all\s[Tt]race: | BUG:\s | terminate\scalled | ==\d+== | (?:Program|Thread)\s.*received\ssignal
        | Next\s[\w\\]+:
    )""",
    re.VERBOSE | re.MULTILINE,
)
# key="value" with a backslash escape inside the value.
_LOGFMT_VALUE = re.compile(r'(?:^|[\s,{])[\w.@/-]+="([^"\\]*(?:\\.[^"\\]*)+)"')


def _one(match: re.Match[str]) -> str:
    unicode, byte, char = match.groups()
    if unicode or byte:
        code = int(unicode or byte, 16)
        return chr(code) if not 0xD800 <= code <= 0xDFFF else "\N{REPLACEMENT CHARACTER}"
    return _SIMPLE.get(char, match.group())


def unescape(text: str) -> str:
    """`text` with one level of backslash escapes undone; unknown escapes stay as they are."""
    return _ESCAPE.sub(_one, text)


class Folded(NamedTuple):
    """`texts` were folded into one line; `is_all`: what else the line holds is only their envelope."""

    texts: list[str]
    is_all: bool


def unfold(text: str) -> Folded:
    """The multi-line texts folded into this one line.

    Handles syslog's octal escapes (RFC 5424 receivers such as rsyslog write #012 for a line feed), logfmt values
    and bare backslash escapes, each possibly escaped twice.
    """
    if "#012" in text:
        return Folded([text.replace("#012", "\n").replace("#011", "\t").replace("#015", "")], True)
    if "\\n" not in text:
        return NOTHING_FOLDED
    values = [_deeper(unescape(value)) for value in _LOGFMT_VALUE.findall(text) if "\\n" in value]
    if values:
        return Folded(values, any(_TRACE_LINE.search(value) for value in values))
    whole = _deeper(text)
    return NOTHING_FOLDED if whole is text else Folded([whole], True)


def _deeper(text: str) -> str:
    """`text` with as many levels of escapes undone as bring to light further lines of a trace."""
    for _ in range(3):
        if "\\n" not in text:
            break
        undone = unescape(text)
        if _trace_lines(undone) <= _trace_lines(text):
            break
        text = undone
    return text


def _trace_lines(text: str) -> int:
    """How many lines below the first are a trace's."""
    below = text.find("\n")
    return 0 if below < 0 else len(_TRACE_LINE.findall(text, below + 1))


NOTHING_FOLDED = Folded([], True)
