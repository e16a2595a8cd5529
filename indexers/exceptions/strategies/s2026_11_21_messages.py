"""What the strategy of 2026-11-21 replaces in messages. Frozen with it; `../messages.py` is the live one."""

import re

# name, pattern. Order matters: what contains another kind comes first.
_TABLE: tuple[tuple[str, str], ...] = (
    ("email", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    ("url", r"\b[a-z][a-z0-9+]{1,12}://[^\s'\"<>)\]]+"),
    ("uuid", r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"),
    ("time", r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|\s?[+-]\d\d:?\d\d)?)?\b"),
    ("time", r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
    ("ip", r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b"),
    ("ip", r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"),
    ("address", r"\b0x[0-9a-fA-F]+\b|@[0-9a-f]{5,16}\b"),
    ("hash", r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b"),
    ("path", r"(?<![\w/.])(?:/[\w.@+~-]+){2,}/?|\b[A-Z]:(?:\\[\w.@+~ -]+)+"),
    ("duration", r"\b\d+(?:\.\d+)?\s?(?:ns|us|µs|ms|sec|s|min|h)\b"),
    ("number", r"(?<![A-Za-z_])[-+]?\d+(?:[.,]\d+)*(?![A-Za-z_])"),
    ("number", r"(?<=[A-Za-z_-])\d+\b"),
    ("text", r"\"[^\"]*[\s\d<>][^\"]*\"|(?<!\w)'[^']*[\s\d<>][^']*'(?!\w)"),
)
_PATTERN = re.compile("|".join(f"(?P<k{index}>{pattern})" for index, (_, pattern) in enumerate(_TABLE[:-1])))
_QUOTED = re.compile(_TABLE[-1][1])
_LONGEST = 2_000  # characters looked at: messages carry whole documents at times


def parameterise(message: str) -> str:
    """The constant part of `message`, each varying piece replaced by `<kind>`; at most 2,000 characters of it."""
    text = _PATTERN.sub(_named, message[:_LONGEST])
    return _QUOTED.sub("<text>", text)


def _named(match: re.Match[str]) -> str:
    index = int((match.lastgroup or "k0")[1:])
    return f"<{_TABLE[index][0]}>"
