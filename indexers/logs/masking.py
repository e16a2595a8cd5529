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

# `10.0.0.1:80`, `5/7`, `a1,b2`: neighbours without a word between them are one parameter of varying length.
_TOUCHING = re.compile(r"<\*>(?:[-+.:,#/@%*&]*<\*>)+")
_LISTED = re.compile(r"<\*>(?:[ ,;|]+<\*>)+")
# An empty pair of brackets that stands alone is a parameter without a value; `call()` is not.
_EMPTY_BRACKETS = re.compile(r"(?<!\S)\(\s*\)")


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
    return re.compile("|".join(f"(?P<{name}>{expression})" for name, expression in patterns().items()))


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
    masked = parameter_pattern().sub(WILDCARD, text[:MAX_CHARACTERS])
    masked = _TOUCHING.sub(WILDCARD, " ".join(masked.split()))
    return join_listed(_EMPTY_BRACKETS.sub(f"({WILDCARD})", masked))
