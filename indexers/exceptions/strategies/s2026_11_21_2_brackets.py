"""C++ and Rust names without arguments and instances: `std::vector<int>::at(unsigned long) const` -> `std::vector::at`.

Owns the reading of brackets, linear in the name. Frozen with the strategy 2026-11-21.2. Keeps out: everything that a
table of patterns can say (s2026_11_21_2_names.py).
"""

import re

_ANONYMOUS = re.compile(r"\(anonymous(?: namespace| class)?\)|\{anonymous\}|`anonymous[ -]namespace'|<unnamed>")
_LAMBDA = re.compile(
    r"\{lambda\([^{}]*\)#\d+\}|'lambda\d*'(?=\(|::|$)|\$_\d+|<lambda_?[0-9a-f]*>|<lambda\([^()]*\)>"
    r"|\{unnamed type#\d+\}"
)
_OPERATOR = re.compile(
    r"\boperator ?(?:(\(\)|\[\]|<=>|<<=?|>>=?|->\*?|[<>]=?)(?=[(<]|$)|(new|delete)(?: ?\[\])?(?=\(|$)"
    r"|([\w:]+)(?=[ (*&]))"
)
_TAIL = re.compile(r"(?: (?:const|volatile|noexcept|&&?|\(\.[\w.]+\)))+$")
_WITHIN = re.compile(r"\)(?: (?:const|volatile|noexcept|&&?))+(?=::)")  # of a function that the rest is within
_CALLS = {"()": "call", "[]": "at"}
_DEEPEST = 20
_OPEN, _CLOSE = {"<": ">", "(": ")", "[": "]"}, ">)]"


def native(name: str) -> str:
    """A demangled C or C++ name without parameters, template arguments and return type."""
    if not any(mark in name for mark in "<( `{'$["):
        return name
    name = _LAMBDA.sub("{lambda}", _ANONYMOUS.sub("{anonymous}", _WITHIN.sub(")", name)))
    name = _OPERATOR.sub(_operator, name)
    name = _TAIL.sub("", _outside(name).strip())
    return name.rpartition(" ")[2].lstrip("*&")


def _operator(match: re.Match[str]) -> str:
    sign, memory, kind = match.groups()
    return "operator{" + (_CALLS.get(sign, f"{len(sign)}{sign.translate(_WORDS)}") if sign else memory or kind) + "}"


_WORDS = str.maketrans({"<": "l", ">": "g", "=": "e", "-": "m", "*": "s"})


def rust(name: str, depth: int = 0) -> str:
    """A demangled Rust name without instances; `<T as Trait>::call` keeps both. `depth`: of types within types."""
    if "<" not in name:
        return name
    if not name.startswith("<") or depth > _DEEPEST:
        return _outside(name.replace("::<impl ", "::{impl}<")).replace("::::", "::").removesuffix("::")
    end = _closing(name)
    kind, trait = _split(name[1:end])
    rest = _outside(name[end + 1 :]).replace("::::", "::").removesuffix("::")
    inner = rust(kind, depth + 1)
    return f"<{inner} as {rust(trait, depth + 1)}>{rest}" if trait else f"{inner}{rest}"


def _closing(name: str) -> int:
    depth = 0
    for at, sign in enumerate(name):
        if sign == "<":
            depth += 1
        elif sign == ">" and name[at - 1] != "-":
            depth -= 1
            if not depth:
                return at
    return len(name)


def _split(inner: str) -> tuple[str, str]:
    depth = 0
    for at, sign in enumerate(inner):
        depth += (sign == "<") - (sign == ">" and inner[at - 1] != "-")
        if not depth and inner.startswith(" as ", at):
            return inner[:at], inner[at + 4 :]
    return inner, ""


def _outside(name: str) -> str:
    """What stands outside all brackets; a bracket that is not closed hides the rest."""
    kept: list[str] = []
    depth = 0
    for at, sign in enumerate(name):
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            if sign != ">" or name[at - 1] != "-":
                depth = max(depth - 1, 0)
        elif not depth:
            kept.append(sign)
    return "".join(kept)
