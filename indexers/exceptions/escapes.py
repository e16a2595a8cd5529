"""Undoes the ways a multi-line text is squeezed into one line: `\\n`, `\\t`, syslog's `#012`, quoted logfmt values.

Keeps out: JSON objects (structured.py) and container formats (envelopes.py).
"""

import re

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")

# Backslash escapes as JSON, logfmt, Python's repr and most log shippers write them.
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "", '"': '"', "'": "'", "\\": "\\", "/": "/"}

# An escaped line break that is followed by something only traces have. Escaped text without it is left alone, so a
# Windows path (C:\new) or a regular expression in a message is not torn apart.
_ESCAPED_TRACE = re.compile(
    r"""\\r?\\?n(?:\\[nt]|\s|\\\\[nt])*(?:
        File\s\\*" | (?:\\\\?t|\s)*at\s\S | Caused\sby: | Traceback\s\( | goroutine\s\d+\s\[
        | from\s\S+:\d+:in | \#\d+\s | ---\s?> | thread\s' | \d+:\s+0x | \.\.\.\s\d+\s(?:more|common)
        | \S+\scalled\sat\s | \|\s+File\s\\*" | \s*\S+:\d+:in\s[`'] | stack\sbacktrace: | panic: | \s*\S+\.go:\d+
    )""",
    re.VERBOSE,
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


def unfold(text: str) -> list[str]:
    """The multi-line texts folded into this one line; an empty list when there is none.

    Handles syslog's octal escapes (RFC 5424 receivers such as rsyslog write #012 for a line feed), logfmt values
    and bare backslash escapes, each possibly escaped twice.
    """
    if "#012" in text:
        return [text.replace("#012", "\n").replace("#011", "\t").replace("#015", "")]
    if "\\n" not in text or not _ESCAPED_TRACE.search(text):
        return []
    quoted = [value for value in _LOGFMT_VALUE.findall(text) if _ESCAPED_TRACE.search(value)]
    return [_fully(value) for value in quoted or [text]]


def _fully(text: str) -> str:
    for _ in range(3):
        text = unescape(text)
        if "\\n" not in text or not _ESCAPED_TRACE.search(text):
            break
    return text
