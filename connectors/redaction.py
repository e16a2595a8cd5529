"""Masks secrets that are plain to see in text, before the text leaves the process.

Owns: the table of what a secret looks like and the words that take its place. A mask never looks like a secret, so
masking twice changes nothing. Keeps out: who a text is for. Personal data is not covered by this table.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """Only the group named `secret` is replaced, by `[masked <name>]`."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` without the secrets, and how many of each kind were taken out."""

    text: str
    counts: dict[str, int] = field(default_factory=dict)


def _pattern(name: str, pattern: str) -> SecretPattern:
    return SecretPattern(name, re.compile(pattern, re.VERBOSE))


_NAMED = r"""
    (?i:["']?[a-z0-9_.-]{0,40}(?:passw(?:or)?d|passwd|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key
    |(?:auth|access|refresh|session)[_-]?token)["']?)\s{0,3}(?:=>|:=|[:=])\s{0,3}"""

# In order: whole blocks first, then tokens known by their shape, then values known by the name before them.
PATTERNS: tuple[SecretPattern, ...] = (
    _pattern(
        "private key",
        r"(?P<secret>-----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----(?s:.*?)(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z))",
    ),
    _pattern("jwt", r"(?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"),
    _pattern("aws access key", r"(?P<secret>\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b)"),
    _pattern("github token", r"(?P<secret>\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}))"),
    _pattern("gitlab token", r"(?P<secret>\bglpat-[A-Za-z0-9_-]{16,})"),
    _pattern("slack token", r"(?P<secret>\bxox[abprse]-[A-Za-z0-9-]{10,})"),
    _pattern("stripe key", r"(?P<secret>\b(?:(?:sk|rk|pk)_(?:live|test)|whsec)_[A-Za-z0-9]{16,})"),
    _pattern("google api key", r"(?P<secret>\bAIza[A-Za-z0-9_-]{30,})"),
    _pattern("api key", r"(?P<secret>\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,})"),
    _pattern("npm token", r"(?P<secret>\bnpm_[A-Za-z0-9]{30,})"),
    # scheme://user:password@host
    _pattern("url password", r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@'\"]{0,100}:(?P<secret>[^\s@/'\"\[]{1,200})@"),
    _pattern("authorization header", r"(?i:\b(?:bearer|basic))\s+(?P<secret>[A-Za-z0-9+/_.~-]{8,}=*)"),
    # password=..., "api_key": "...", client-secret: ... A bare value without a digit or a sign is a name or a call in
    # source code, and stays.
    _pattern("named secret", _NAMED + r"""\"(?P<secret>[^"\n\[]{3,400})\""""),
    _pattern("named secret", _NAMED + r"'(?P<secret>[^'\n\[]{3,400})'"),
    _pattern("named secret", _NAMED + r"""(?P<secret>(?=[^\s"'\[(]*[0-9!$%^*])[^\s"'\[(,;&]{6,400})"""),
)


def mask(text: str) -> Masked:
    """`text` with every secret of the table replaced by `[masked <kind>]`; masking the result again changes nothing."""
    counts: Counter[str] = Counter()
    for secret in PATTERNS:
        text = secret.pattern.sub(partial(_replace, name=secret.name, counts=counts), text)
    return Masked(text, dict(counts))


def _replace(match: re.Match[str], name: str, counts: Counter[str]) -> str:
    counts[name] += 1
    start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
    whole = match.group()
    return f"{whole[:start]}[masked {name}]{whole[end:]}"
