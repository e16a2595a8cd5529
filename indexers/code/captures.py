"""Reads the captures of one match: a call, a declared type, an import, a definition.

Owns: what each capture name means (they are listed in chunker.py). Keeps out: how blocks nest.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexers.code.blocks import Call
from indexers.code.languages import Language
from indexers.code.outline import Import

if TYPE_CHECKING:
    from tree_sitter import Node

Captures = dict[str, "list[Node]"]
Mark = tuple[int, str, object]  # byte, what it is, its value

RECEIVER_LENGTH = 80
NAME_LENGTH = 120

_SPACE = re.compile(r"\s+")
_TYPE_NAME = re.compile(r"[A-Za-z_$][\w$.]*")
_QUOTES = "\"'`"
_SPREAD = ("list_splat", "dictionary_splat", "spread_element", "variadic_argument")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What every step needs of the file at hand."""

    content: bytes
    language: Language

    def text(self, node: "Node", longest: int | None = None) -> str:
        """The node's text, at most `longest` bytes of it; cheaper than asking the node, which calls back for each."""
        end = node.end_byte if longest is None else min(node.end_byte, node.start_byte + longest)
        return self.content[node.start_byte : end].decode("utf-8", "replace")


@dataclass(slots=True)
class Found:
    """A block or scope as captured, before it is known what lies around it."""

    start: int
    end: int
    kind: str
    name: str
    node: "Node"  # the outermost node that belongs to it
    inner: "Node"  # the definition itself
    owner: str = ""
    body: int = 0
    symbol: str = ""
    marks: list[Mark] = field(default_factory=list)
    inside: "list[Found]" = field(default_factory=list)


def read_call(captures: Captures, file: SourceFile) -> Mark:
    """A call: its name, its receiver and how many arguments it has."""
    arguments = captures.get("arguments")
    count = -1
    if arguments:
        count = 0
        for child in arguments[0].named_children:
            if child.type in _SPREAD:
                count = -1
                break
            count += not child.type.endswith("comment")
    if "created" in captures:
        node = captures["created"][0]
        name, receiver = file.text(node).split("<", 1)[0].rsplit(".", 1)[-1], "new"
    else:
        node = captures["callee"][0]
        holder = captures.get("receiver")
        name, receiver = file.text(node), _receiver(holder[0], file.content) if holder else ""
    return node.start_byte, "call", Call(name, receiver, count, node.start_point[0] + 1)


def _receiver(node: "Node", content: bytes) -> str:
    """The end of a receiver; in a chain of calls each receiver holds all before it, so it is never copied whole."""
    start = max(node.start_byte, node.end_byte - 4 * RECEIVER_LENGTH)
    return squeeze(content[start : node.end_byte].decode("utf-8", "replace"))[-RECEIVER_LENGTH:]


def read_types(captures: Captures, file: SourceFile) -> Iterable[Mark]:
    """The class that a name is declared with or made from, where the code says so."""
    node = captures["typed.name"][0]
    if "typed.type" in captures:
        kind = read_type_name(file.text(captures["typed.type"][0]), file.language)
    else:
        kind = file.text(captures["typed.made"][0]).rsplit(".", 1)[-1]
        if file.language.lower_case_types:  # Go: NewService() makes a Service
            kind = kind.removeprefix("New") if kind.startswith("New") else ""
        elif not kind[:1].isupper():
            kind = ""
    name = file.text(node)
    if kind and len(name) <= RECEIVER_LENGTH:
        yield node.start_byte, "type", (name, kind)


def read_type_name(text: str, language: Language) -> str:
    """The simple name of the class that a type annotation speaks of, "" for primitives: `Optional[a.Cart]` -> Cart."""
    for word in _TYPE_NAME.findall(text):
        name = word.rsplit(".", 1)[-1]
        if name not in language.type_noise and (language.lower_case_types or name[:1].isupper()):
            return str(name)
    return ""


def read_imports(captures: Captures, file: SourceFile) -> Iterable[Import]:
    """What an import statement brings in."""
    module = file.text(captures["import.module"][0]).strip(_QUOTES)
    alias = file.text(captures["import.alias"][0]) if "import.alias" in captures else ""
    names = [file.text(node) for node in captures.get("import.name", ())] or [""]
    for name in names:
        known = "*" if name.endswith("*") else name
        yield Import(module, known, alias or known or module.rsplit("/", 1)[-1])


def read_definition(captures: Captures, fixed_name: str | None, file: SourceFile) -> Found | None:
    """A block or scope, with everything that belongs to it (decorators, exports) in its range."""
    capture = next((key for key in captures if key.startswith("block.") or key == "scope"), None)
    if capture is None:
        return None
    inner = captures[capture][0]
    name = (
        fixed_name or file.language.clean_name(squeeze(file.text(captures["name"][0], 4 * NAME_LENGTH)))[:NAME_LENGTH]
    )
    kind = capture.removeprefix("block.")
    if kind == "anonymous" and "first" in captures:
        name = f"{name}({file.text(captures['first'][0]).strip(_QUOTES)[:80]})"
    if kind == "scope":
        return Found(inner.start_byte, inner.end_byte, kind, name.split("<", 1)[0], inner, inner)
    outer = _outermost(inner, file.language)
    owner = read_type_name(file.text(captures["owner"][0]), file.language) if "owner" in captures else ""
    body = _body(inner)
    start = outer.start_byte
    leading = outer.prev_named_sibling
    while leading is not None and leading.type == "decorator":  # TypeScript methods stand beside their decorators
        start, leading = leading.start_byte, leading.prev_named_sibling
    return Found(
        start, outer.end_byte, kind, name, outer, inner, owner, body.start_byte if body is not None else inner.end_byte
    )


def _outermost(node: "Node", language: Language) -> "Node":
    parent = node.parent
    while parent is not None and parent.type in language.wrappers:
        others = [child for child in parent.named_children if child.type not in ("decorator", "comment")]
        if len(others) != 1:
            break
        node, parent = parent, parent.parent
    return node


def _body(node: "Node") -> "Node | None":
    for name in ("body", "value", "right", "type"):
        child = node.child_by_field_name(name)
        if child is not None:
            return child if name == "body" else _body(child)
    for child in node.named_children:
        if child.type in ("expression_list", "class_body", "block", "field_declaration_list", "func_literal"):
            return _body(child) if child.type in ("expression_list", "func_literal") else child
    return None


def squeeze(text: str) -> str:
    """The text on one line, with single spaces."""
    return _SPACE.sub(" ", text).strip() if "\n" in text or "  " in text else text
