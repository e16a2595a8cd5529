"""Masking: what is a parameter by its form alone (numbers, ids, hosts, paths, dates, amounts) becomes `<*>`.

Owns the pattern table (`masking_patterns.txt`) and the normal form of a masked message. Everything here works on one
text and is linear in its length; calling it only for distinct shapes is the caller's duty (see `templates_rough.py`).
Keeps out: parameters that only show by comparison with other lines (`templates_merge.py`).
"""

import re
from functools import cache
from importlib.resources import files

WILDCARD = "<*>"

# A message is masked on its first characters only: what tells statements apart stands at the beginning.
MAX_CHARACTERS = 2_000

# No form begins inside a word but with a digit: most characters are passed over at once.
_START = r"(?=\d|[^\w\s]|\b\w)"
# `10.0.0.1:80`, `5/7`, `a1,b2`: neighbours without a word between them are one parameter of varying length.
_TOUCHING = re.compile(r"<\*>(?:[-+.:,#/@%*&]*<\*>)+")
_LISTED = re.compile(r"<\*>(?:[ ,;|]+<\*>)+")
# An empty pair of brackets that stands alone is a parameter without a value; `call()` is not.
_EMPTY_BRACKETS = re.compile(r"(?<!\S)\(\s*\)")
# What is printed between brackets as a list: none, or several with commas between.
_LIST = re.compile(r"(?<![\w\]])(?:\[\s*\]|\[[^\s,\[\]]{1,200}(?:, ?[^\s,\[\]]{1,200})+,?\])")
# Keys of JSON lines under which loggers put the message.
MESSAGE_KEYS = ("message", "msg", "event", "body", "Body", "log", "text", "@m", "@mt", "short_message")
# A key of an object and its value, when that is a string, a number or a word.
_MEMBER = re.compile(
    r"""(?P<key>[{,]\s*(?P<quote>["'])(?P<name>[\w.@$/ -]{1,80})(?P=quote)\s*:\s*)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,"'{}\[\]<]+)"""
)


@cache
def patterns() -> dict[str, str]:
    """Name -> regular expression of each parameter form, in the order they are tried."""
    fragments: dict[str, str] = {}
    found: dict[str, str] = {}
    table = files("indexers.logs").joinpath("masking_patterns.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(" ")
        expression = rest.strip()
        for fragment, value in fragments.items():
            expression = expression.replace(f"%{fragment}%", value)
        if expression.startswith(":= "):
            fragments[name] = expression[3:].strip()
        else:
            found[name] = expression
    return found


@cache
def parameter_pattern() -> re.Pattern[str]:
    """All forms as one pattern; `match.lastgroup` names the form that matched."""
    forms = "|".join(f"(?P<{name}>{expression})" for name, expression in patterns().items())
    return re.compile(rf"{_START}(?:{forms})")


def kind_of(value: str) -> str:
    """Name of the form that `value` has as a whole, or "text"."""
    match = parameter_pattern().fullmatch(value)
    return match.lastgroup or "text" if match else "text"


def join_listed(text: str) -> str:
    """Fold a list of wildcards into one: how many there are is not part of the statement."""
    return _LISTED.sub(WILDCARD, text)


def mask(text: str) -> str:
    """The message with every parameter that shows by its form replaced by `<*>` and white space made single.

    Only the first 2,000 characters are looked at. `mask(mask(x)) == mask(x)`.
    """
    masked = _masked_objects(text[:MAX_CHARACTERS])
    if "[" in masked:
        masked = _LIST.sub(f"[{WILDCARD}]", masked)
    masked = _TOUCHING.sub(WILDCARD, " ".join(masked.split()))
    return join_listed(_EMPTY_BRACKETS.sub(f"({WILDCARD})", masked))


def _by_form(text: str) -> str:
    return parameter_pattern().sub(WILDCARD, text)


def _masked_objects(text: str) -> str:
    """Values of JSON and of printed dictionaries are parameters, whatever they look like; the rest goes by form."""
    opening = text.find("{")
    if opening < 0:
        return _by_form(text)
    parts, place = [], 0
    for member in _MEMBER.finditer(text, opening):
        parts += [_by_form(text[place : member.start()]), member["key"], _masked_value(member)]
        place = member.end()
    return "".join((*parts, _by_form(text[place:])))


def _masked_value(member: "re.Match[str]") -> str:
    value = member["value"]
    if member["name"] in MESSAGE_KEYS and value[0] in "\"'":
        return f"{value[0]}{_by_form(value[1:-1])}{value[0]}"
    return WILDCARD
