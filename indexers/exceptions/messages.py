"""Replaces what varies in an exception message (ids, numbers, addresses, times) by names of what it was.

A table of named patterns, tried in order on the whole text; and the classes of errors whose type says too little.
Keeps out: log lines (indexers.logs.templates).
"""

import re

# name, pattern. Order matters: what contains another kind comes first.
_TABLE: tuple[tuple[str, str], ...] = (
    ("url", r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s'\"<>)\]},]+"),
    ("email", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    ("uuid", r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"),
    # 2026-03-01T09:15:02.123Z, 2026/03/01 09:15, 01/Mar/2026:09:15:02 +0000, Sun Mar  1 09:15:02 UTC 2026
    ("time", r"\b\d{4}[-/.]\d\d?[-/.]\d\d?(?:[T ,]{1,2}\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?(?:Z|UTC|GMT)"
     r"|\s?[+-]\d\d:?\d\d)?)?"
     r"(?:\[[A-Za-z_/]+\])?(?![\w-])"),
    ("time", r"\b\d\d?[-/ .](?:\d\d?|[A-Z][a-z]{2})[-/ .]\d{4}"
        r"(?:[ :T]\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?: [+-]\d{4})?\b"),
    ("time", r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:[A-Z][a-z]{2} +\d\d?"
     r"|\d\d? [A-Z][a-z]{2} \d{4})(?: \d\d:\d\d:\d\d)?"
     r"(?: [A-Z]{2,5})?(?: \d{4})?"),
    ("time", r"\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b"),
    ("ip", r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?:/\d{1,2})?\b"),
    ("ip", r"(?<![\w:])\[?(?:[0-9a-fA-F]{1,4}:){2,7}(?::|[0-9a-fA-F]{1,4})"
        r"(?::?[0-9a-fA-F]{1,4}){0,5}\]?(?::\d{1,5})?(?![\w:])"
     r"|(?<![\w:])\[?::1\]?(?::\d{1,5})?(?![\w:])"),
    ("address", r"\b0[xX][0-9a-fA-F]+\b|@[0-9a-f]{5,16}\b"),
    ("token", r"\beyJ[\w-]{8,}(?:\.[\w-]+){1,2}\b"),
    # hexadecimal digits of some length that hold both kinds; ids of 24 or more letters and digits
    ("hash", r"\b(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,128}\b"),
    ("id", r"(?<![\w./-])(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9]{20,}(?![\w./-])"),
    ("id", r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b"),
    ("path", r"(?<![\w/.<])~?(?:/[\w.@+~%=#-]+){2,}/?|(?<!\w)(?:[A-Za-z]:|\\)(?:\\[\w.@+~$()-]+(?: \w+(?=\\))?)+"),
    ("host", r"\b[\w-]+(?:\.[\w-]+)+:\d{2,5}\b|\blocalhost:\d{2,5}\b"),
    ("duration", r"\b\d+(?:[.,]\d+)?\s?(?:ns|us|µs|ms|secs?|seconds?|s|mins?|minutes?|m|h|hours?"
     r"|days?)\b(?:\d+(?:\.\d+)?s\b)?"),
    ("size", r"\b\d+(?:[.,]\d+)?\s?(?:[KMGT]i?B|bytes?|[kKMGT]b?)\b"),
    ("number", r"(?<![A-Za-z_])[-+]?\d+(?:[.,_]\d+)*(?:[eE][-+]?\d+)?(?![A-Za-z_])"),
    ("number", r"(?<=[A-Za-z_-])\d+\b"),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<k{index}>{pattern})" for index, (_, pattern) in enumerate(_TABLE)))
_NAMES = {f"k{index}": f"<{name}>" for index, (name, _) in enumerate(_TABLE)}
# What is quoted is data where it holds a space, a digit or a replaced piece; a plain word is often a key or a name.
_QUOTED = re.compile(
    r"\"[^\"]*[\s\d<>][^\"]*\"|(?<!\w)'[^']*[\s\d<>][^']*'(?!\w)|`[^`]*[\d<>][^`]*`|[“«][^”»]*[”»]|\{.*\}"
    r"|\[.*<.*\]", re.DOTALL
)  # fmt: skip
_RUNS = re.compile(r"(<\w+>)(?:\s?[,;:|/-]?\s?\1)+")
_LONGEST = 1_000  # characters looked at: messages carry whole documents at times
_LINES = 3  # of a long message, what follows is detail: plans, dumps, server answers

# Errors whose type says little; the fixed part of their message is the error's class.
_CLASSES = re.compile(
    r"^(?:runtime error: [a-z][a-z .]*[a-z]|all goroutines are asleep|concurrent map [a-z ]+|send on closed channel"
    r"|close of (?:closed|nil) channel|interface conversion|index out of bounds|attempt to [a-z ]+"
    r"|called `\w+::\w+\(\)`|assertion [`\w=! ]*failed|already (?:mutably )?borrowed|explicit panic"
    r"|not (?:yet )?implemented|entered unreachable code|internal error: entered unreachable code|(?:range|slice"
    r"|byte) (?:start |end )?index"
    r"|assignment to entry in nil map|stack overflow|out of memory|attempting [\w-]+|sync: [a-z ]+|reflect: [\w.]+"
    r"|capacity overflow|division by zero|(?:slice|string) bounds out of range|negative shift amount"
    r"|makeslice: [a-z ]+)"
)  # fmt: skip
_GENERIC_TYPES = {"panic", "fatal error", "goroutine", "AddressSanitizer: attempting"}


def parameterise(message: str) -> str:
    """The constant part of `message`, each varying piece replaced by `<kind>`.

    At most 1,000 characters and three lines of it are looked at; linear in that.
    """
    text = "\n".join(line.rstrip() for line in message[:_LONGEST].strip().split("\n")[:_LINES])
    text = _PATTERN.sub(_named, text)
    return _RUNS.sub(r"\1", _QUOTED.sub("<text>", text))


def _named(match: re.Match[str]) -> str:
    return _NAMES[match.lastgroup or "k0"]


def error_class(kind: str, message: str) -> str:
    """What kind of `panic`, `fatal error` or the like it is, where the message says so in fixed words; else empty."""
    found = _CLASSES.match(message) if kind in _GENERIC_TYPES else None
    return found.group() if found else ""
