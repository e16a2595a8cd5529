"""Source text of one block without its comments and strings, and the few questions a ranking asks of it.

Owns: language-independent reading of statements by regular expressions, which also works on code that does not parse.
Keeps out: syntax trees (indexers/code), what an answer means for blame (rca/signals).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from indexers.code.blocks import CodeBlock

# Comments are blanked and strings emptied, line ends kept, so that line numbers never move.
_PYTHON_NOISE = re.compile(r'"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*')
_BRACE_NOISE = re.compile(r'/\*(?s:.*?)\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?s:(?:\\.|[^`\\])*)`')
_INDENTED = {"python"}
_NAME_BEFORE_TYPE = {"python", "go", "javascript", "typescript"}

IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
THROW = re.compile(r"^\s*(?:raise\b|throw\b|panic\()")
# Words of the four language families that name no value of the program.
_KEYWORDS = frozenset(
    """if else elif for while do return raise new throw try except catch finally with as in is not and or None null nil
    True False true false undefined this self super cls def func function class from import package public private
    protected static final void int long double float boolean char byte short var let const await async yield lambda
    switch case break continue instanceof typeof range len str list dict set tuple String Object""".split()  # noqa: SIM905  # a word list reads best as words
)


@dataclass(frozen=True, slots=True)
class BlockText:
    """`lines[i]` is line `first_line + i` of the file, without comments and string contents; `body_from` is the index
    of the body's first line; `header` is everything before it."""

    first_line: int
    lines: tuple[str, ...]
    header: str
    body: tuple[str, ...]
    parameters: tuple[str, ...]
    indented: bool

    def line(self, number: int | None) -> str:
        """A line by its number in the file; "" outside the block."""
        index = (number or 0) - self.first_line
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def statement(self, number: int | None) -> str:
        """The statement that begins on or goes on over a line: following lines are joined until brackets close."""
        index = (number or 0) - self.first_line
        if not 0 <= index < len(self.lines):
            return ""
        text = self.lines[index]
        for following in self.lines[index + 1 : index + 8]:
            if sum(text.count(mark) for mark in "([") <= sum(text.count(mark) for mark in ")]"):
                break
            text += " " + following.strip()
        return text.strip()

    def before(self, number: int | None) -> tuple[str, ...]:
        """The body's lines before a line of the file, nearest last."""
        start = len(self.lines) - len(self.body)
        return self.lines[start : max((number or 0) - self.first_line, start)]

    def guard(self, number: int | None) -> str:
        """The condition that leads to a line: the nearest less indented `if` line above it, or on the line itself."""
        own = self.line(number)
        if re.match(r"\s*(?:if|elif|\}?\s*else if)\b", own):
            return own.strip()
        indent = _indent(own)
        for line in reversed(self.before(number)):
            if line.strip() and _indent(line) < indent:
                return line.strip() if re.match(r"\s*(?:\}\s*)?(?:if|elif|else if|case|while)\b", line) else ""
        return ""


@lru_cache(maxsize=4096)
def read_block(block: CodeBlock) -> BlockText:
    """`block` without noise; cached because candidates share blocks."""
    indented = block.language in _INDENTED
    clean = (_PYTHON_NOISE if indented else _BRACE_NOISE).sub(_blank, block.text)
    end = _header_end(clean, ":" if indented else "{")
    header = clean[:end]
    lines = tuple(clean.split("\n"))
    body_text = clean[end:]
    if not indented:
        body_text = body_text.rpartition("}")[0] or body_text
    return BlockText(
        first_line=block.start_line,
        lines=lines,
        header=header,
        body=tuple(body_text.split("\n")),
        parameters=_parameters(header, block.name, block.language in _NAME_BEFORE_TYPE),
        indented=indented,
    )


def _blank(match: re.Match[str]) -> str:
    text = match.group()
    kept = "" if text[0] in "#/" else '""'
    return kept + "\n" * text.count("\n")


def _header_end(text: str, mark: str) -> int:
    """Index just after the first `mark` outside brackets."""
    depth = 0
    for index, character in enumerate(text):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == mark and depth <= 0:
            return index + 1
    return len(text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parameters(header: str, name: str, name_first: bool) -> tuple[str, ...]:
    start = header.find(name)
    opening = header.find("(", start if start >= 0 else 0)
    if opening < 0:
        return ()
    inside, depth, parts = "", 0, []
    for character in header[opening + 1 :]:
        depth += (character in "([<{") - (character in ")]>}")
        if depth < 0:
            break
        if character == "," and depth == 0:
            parts.append(inside)
            inside = ""
        else:
            inside += character
    parts.append(inside)
    named = [_parameter_name(part, name_first) for part in parts]
    return tuple(name for name in named if name and name not in ("self", "cls", "this"))


def _parameter_name(part: str, name_first: bool) -> str:
    """The name in `name: type = default`, `final Type name`, `name Type` (Go) or `name?: type`."""
    part = part.partition("=")[0]
    if ":" in part:
        part = part.partition(":")[0]
    found: list[str] = [
        word for word in IDENTIFIER.findall(re.sub(r"<[^>]*>|@\w+(\([^)]*\))?", " ", part)) if word != "final"
    ]
    if not found:
        return ""
    return found[0] if name_first else found[-1]


def identifiers(code: str) -> list[str]:
    """Names in a piece of code, keywords left out, in order, once each."""
    return list(dict.fromkeys(word for word in IDENTIFIER.findall(code) if word not in _KEYWORDS))


def statements(text: BlockText) -> list[str]:
    """The body's non-empty lines as rough statements, closing brackets left out."""
    return [line.strip() for line in text.body if line.strip(" \t{}();,")]
