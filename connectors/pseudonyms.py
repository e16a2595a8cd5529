"""Reversible stand-ins for personal data: a model reads EMAIL_K3TQ7A, the engineer reads the address.

Owns giving out stand-ins and putting the values back. A stand-in derives from the value and the installation's key, so
it is the same in logs, code, report and call, and says nothing to whom does not have the value. Keeps out: what is
personal data (personal_data.py), secrets, which have no way back (redaction.py).
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from connectors.errors import ConfigurationError
from connectors.personal_data import NAME_FIELDS, Find, find

Mode = Literal["personal", "allow_list", "off"]
KEY_BYTES = 32
_SHORTEST = 6  # characters of a stand-in's code
_STAND_IN = re.compile(r"\b(?:EMAIL|IBAN|CARD|IP|PHONE|NAME|VALUE)_[A-Z2-7]{6,52}\b")
# What a value can be in allow-list mode: quoted words, long numbers, identifiers with digits, values of key=value.
_VALUES = re.compile(
    r"""
      "(?P<double>[^"\n]{1,400})" | '(?P<single>[^'\n]{1,400})'
    | (?<=[=])(?P<given>[^\s"'(),;&\[\]{}<>=]{1,200})
    | \b(?P<number>\d{5,})\b
    | \b(?P<mixed>(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{7,})\b
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Policy:
    """What is given a stand-in. `personal`: personal data; `allow_list`: every value but those that match `allow`
    whole; `off`: nothing, for models that run at home. `fields` are those that hold people's names."""

    key: bytes = field(repr=False)
    mode: Mode = "personal"
    fields: tuple[str, ...] = NAME_FIELDS
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for pattern in self.allow:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ConfigurationError(f"redaction: {pattern!r} is not a regular expression ({error}).") from error


def load_key(path: Path) -> bytes:
    """The key in `path`, made when it is missing, readable by its owner alone. Raises ConfigurationError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        aside.write_bytes(b"")
        aside.chmod(0o600)
        aside.write_bytes(secrets.token_bytes(KEY_BYTES))
        try:
            os.link(aside, path)  # the first of several processes wins
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{path} does not hold a key of {KEY_BYTES} bytes; remove it and one is made anew.")
    return key


class Pseudonyms:
    """The stand-ins of one conversation with a model: what was hidden in it can be shown again."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._allowed = re.compile("|".join(f"(?:{pattern})" for pattern in policy.allow) or r"(?!)")
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._taken: set[str] = set()  # what looks like a stand-in and came from outside
        self.counts: Counter[str] = Counter()

    def hide(self, text: str, *, everything: bool = True) -> str:
        """`text` with a stand-in for each value that must not leave; `show` is the inverse.

        `everything` False keeps to personal data also in allow-list mode: for the product's own words.
        """
        if self._policy.mode == "off":
            return text
        self._taken |= {name for name in _STAND_IN.findall(text) if name not in self._values}
        pieces, at = [], 0
        for item in self._finds(text, everything=everything):
            pieces += [text[at : item.start], self._stand_in(item.kind, text[item.start : item.end])]
            at = item.end
        return "".join([*pieces, text[at:]])

    def show(self, text: str) -> str:
        """`text` with the values in place of the stand-ins that this conversation gave out."""
        return _STAND_IN.sub(lambda match: self._values.get(match.group(), match.group()), text)

    def show_all(self, value: Any) -> Any:
        """A JSON value with every string in it shown, keys too."""
        if isinstance(value, str):
            return self.show(value)
        if isinstance(value, dict):
            return {self.show_all(key): self.show_all(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.show_all(item) for item in value]
        return value

    def _finds(self, text: str, *, everything: bool) -> Iterable[Find]:
        found = find(text, self._policy.fields)
        if self._policy.mode == "allow_list" and everything:
            found = _together(found, self._other_values(text))
        held = [match.span() for match in _STAND_IN.finditer(text)]  # hidden before: said again in a later question
        found = [item for item in found if not any(item.start < end and start < item.end for start, end in held)]
        return (item for item in found if not self._allowed.fullmatch(text[item.start : item.end]))

    def _other_values(self, text: str) -> list[Find]:
        return [
            Find(*match.span(match.lastgroup or 0), "VALUE")
            for match in _VALUES.finditer(text)
            if not match.group(match.lastgroup or 0).startswith("[masked ")
        ]

    def _stand_in(self, kind: str, value: str) -> str:
        self.counts[kind] += 1
        if (kind, value) in self._stand_ins:
            return self._stand_ins[kind, value]
        digest = hmac.new(self._policy.key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        code = base64.b32encode(digest.digest()).decode().rstrip("=")
        for length in range(_SHORTEST, len(code) + 1):
            name = f"{kind}_{code[:length]}"
            if name not in self._values and name not in self._taken:
                break
        self._stand_ins[kind, value] = name
        self._values[name] = value
        return name


def _together(first: list[Find], second: list[Find]) -> list[Find]:
    """Both, in order; where two overlap, the one of `first` stays."""
    free = [item for item in second if not any(item.start < other.end and other.start < item.end for other in first)]
    return sorted([*first, *free], key=lambda item: item.start)
