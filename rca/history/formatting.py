"""Whether two texts are the same code in another layout.

Owns: that judgement. No change of meaning is called one of layout: where white space means something, it counts.
Keeps out: which texts are compared.
"""

import ast
import re
import textwrap
import warnings
from pathlib import PurePosixPath

LONGEST = 1_000_000  # bytes
_INDENTED = {".py", ".pyi", ".yaml", ".yml", ".coffee", ".haml", ".slim", ".pug", ".sass", ".nim", ".fs", ".mk"}
# A string, a word or number, or one mark; what lies between them is layout.
_TOKEN = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[^\W]+|[^\w\s]""", re.DOTALL)
_WORD = re.compile(r"\w+")
_TRAILING_COMMA = re.compile(r"[)\]}]")


def indentation_counts(path: str) -> bool:
    """Whether white space at the start of a line changes what the file at `path` means."""
    name = PurePosixPath(path)
    return name.suffix.lower() in _INDENTED or name.name in ("Makefile", "makefile")


def same_code(before: str, after: str, path: str) -> bool:
    """Whether `after` is `before` laid out anew: line ends, wrapping, quotes, and for Python comments too."""
    if before == after:
        return True
    if len(before) > LONGEST or len(after) > LONGEST:
        return False
    if path.endswith((".py", ".pyi")):
        if not (_said(before) <= _words(after) and _said(after) <= _words(before)):
            return False
        old = _tree(before)
        return old is not None and old == _tree(after)
    if indentation_counts(path):
        return _lines(before) == _lines(after)
    return _tokens(before) == _tokens(after)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))


def _said(text: str) -> set[str]:
    """Words that stand outside of comments for sure: a quick look before two whole files are parsed."""
    return _words("\n".join(line for line in text.splitlines() if "#" not in line))


def _tree(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(textwrap.dedent(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for found in _TOKEN.findall(text):
        token = f'"{found[1:-1]}"' if found[0] == "'" and len(found) > 1 and '"' not in found else found
        if tokens and tokens[-1] == "," and _TRAILING_COMMA.fullmatch(token):
            tokens.pop()
        tokens.append(token)
    return tokens
