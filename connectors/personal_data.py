"""Finds personal data and network addresses in text: what they look like, and the fields that hold names.

Owns the table of kinds and the checks that tell a card number from any sixteen digits. Keeps out: what is done about a
find (pseudonyms.py), secrets that nobody may ever see again (redaction.py).
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

NAME_FIELDS = (
    "first_name", "last_name", "full_name", "given_name", "family_name", "middle_name", "surname", "display_name",
    "username", "user_name", "customer_name", "contact_name", "recipient_name", "recipient", "cardholder",
    "cardholder_name", "patient_name", "employee_name", "owner_name", "login", "birth_date", "date_of_birth",
    "street", "street_address", "postal_address",
)  # fmt: skip
_MOST_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Find:
    """Personal data at `text[start:end]`; `kind` is one word in capitals."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]


def _any(_: str) -> bool:
    return True


def _is_card(text: str) -> bool:
    """The check digit of ISO/IEC 7812 (Luhn), for numbers that an issuer could have given out."""
    digits = [int(char) for char in text if char.isdigit()]
    doubled = [digit if index % 2 == 0 else sum(divmod(2 * digit, 10)) for index, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """The check digits of ISO 13616: the number moved round, letters as numbers, is 1 modulo 97."""
    plain = text.replace(" ", "").upper()
    return 15 <= len(plain) <= 34 and int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _is_address(text: str) -> bool:
    """An address that says something about somebody: not loopback, unspecified or a mask."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or text.startswith("255."))


def _is_phone(text: str) -> bool:
    return 8 <= sum(map(str.isdigit, text)) <= 15  # E.164


# First come, first served where two overlap.
_KINDS: tuple[_Kind, ...] = tuple(
    _Kind(name, re.compile(pattern, re.VERBOSE), holds)
    for name, pattern, holds in (
        ("EMAIL", r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z]{2,24}\b", _any),
        ("IBAN", r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b", _is_iban),
        ("CARD", r"(?<![\w-])(?<!\w\.)\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)", _is_card),
        ("IP", r"(?<![\w:-])(?<!\w\.)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)", _is_address),
        ("IP", r"(?<![\w:])(?<!\w\.)[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])", _is_address),
        ("PHONE", r"(?<![\w+])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,5}(?!\w)", _is_phone),
        ("PHONE", r"(?<![\w-])(?<!\w\.)(?:\(\d{3}\)\s?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-])", _is_phone),
    )
)  # fmt: skip
# Words that stand where a name could: types in source code, and nothing.
_NO_NAME = frozenset(
    {
        "str", "string", "String", "int", "float", "bool", "boolean", "bytes", "object", "Any", "Optional", "None",
        "null", "nil", "undefined", "true", "false", "True", "False", "text", "varchar", "number", "char", "self",
        "this",
    }
)  # fmt: skip


def find(text: str, fields: Iterable[str] = NAME_FIELDS) -> list[Find]:
    """Every find in `text`, in order, none overlapping another. `fields` are the names of fields that hold names."""
    found: list[Find] = []
    for kind in _KINDS:
        found += [Find(*match.span(), kind.name) for match in kind.pattern.finditer(text) if kind.holds(match.group())]
    for match in _field_pattern(tuple(sorted(set(fields)))[:_MOST_FIELDS]).finditer(text):
        group = match.lastgroup or "bare"
        if match.group(group).strip() and match.group(group) not in _NO_NAME:
            found.append(Find(*match.span(group), "NAME"))
    return _apart(found)


@cache
def _field_pattern(fields: tuple[str, ...]) -> re.Pattern[str]:
    """field=value, "field": "value", field='value', field: value. A bare value goes on over capitalised words."""
    names = "|".join(re.escape(name).replace("_", "[_-]?") for name in fields) or r"(?!)"
    return re.compile(
        rf"""(?<![A-Za-z0-9])(?i:{names})["']?(?:
              \s{{0,3}}(?:=>|[:=])\s{{0,3}}(?:"(?P<double>[^"\n]{{1,200}})"|'(?P<single>[^'\n]{{1,200}})')
            | (?:=|:[ ]?)(?P<bare>[^\s"'(),;&\[\]{{}}<>=:|]{{1,100}}(?:[ ][A-Z][\w'-]{{1,40}}){{0,3}})(?![\w(\[.=])
        )""",
        re.VERBOSE,
    )


def _apart(found: list[Find]) -> list[Find]:
    kept: list[Find] = []
    for index, item in sorted(enumerate(found), key=lambda pair: (pair[1].start, pair[0])):
        del index
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept
