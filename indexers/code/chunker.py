"""Cuts one file into blocks with tree-sitter, by the captures of the language's query file.

Captures: `@block.<kind>` with `@name` is a block (`#set! name` fixes a name, `@owner` qualifies it from outside);
`block.anonymous` and `block.wrapped` count only outside of any other function; `@scope` with `@name` qualifies names
without being a block. `@callee` with `@receiver` and `@arguments`, or `@created` with `@arguments`, is a call.
`@typed.name` goes with `@typed.type` or `@typed.made` (a call whose result it is). `@import.*`, `@package`, `@base`,
`@parameter` and `@parameter.rest` say what they are called. Everything else belongs to the innermost block around it.
Syntax errors are tolerated: what tree-sitter could still read is used. Keeps out: which files are worth cutting.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexers.code.blocks import Call
from indexers.code.languages import BY_NAME, Language, grammar
from indexers.code.outline import CHUNKER_VERSION, BlockOutline, Import, Outline, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Captures = dict[str, "list[Node]"]
Mark = tuple[int, str, object]  # byte, what it is, its value

SIGNATURE_LENGTH = 300
DOC_LENGTH = 1000
RECEIVER_LENGTH = 80

_SPACE = re.compile(r"\s+")
_ANNOTATIONS = re.compile(r"^(?:@[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?\s*)+(?!interface\b)")
_SIGNATURE_END = re.compile(r"\s*(?:=>|->|[{=]|:(?:\s*#.*)?)\s*$")
_TYPE_NAME = re.compile(r"[A-Za-z_$][\w$.]*")
_COMMENT_EDGES = re.compile(r"^\s*(?:/\*+|\*+/|\*|//+!?|#+)? ?|\s*\*+/\s*$", re.MULTILINE)
_STRING_EDGES = re.compile(r"^[rRbBuUfF]*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$")


@dataclass(slots=True)
class _Found:
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
    inside: "list[_Found]" = field(default_factory=list)


def outline(content: bytes, language_name: str) -> Outline:
    """The blocks of one file. Linear in its length; never raises for what the file holds."""
    from tree_sitter import Parser, QueryCursor

    language = BY_NAME[language_name]
    loaded, query = grammar(language_name)
    tree = Parser(loaded).parse(content)
    found: dict[tuple[int, int], _Found] = {}
    marks: list[Mark] = []
    imports: list[Import] = []
    package = ""
    for pattern, captures in QueryCursor(query).matches(tree.root_node):
        if "callee" in captures or "created" in captures:
            marks.append(_call(captures))
        elif "typed.name" in captures:
            marks.extend(_typed(captures, language))
        elif "base" in captures:
            marks.extend((node.start_byte, "base", _type_name(_text(node), language)) for node in captures["base"])
        elif "parameter" in captures or "parameter.rest" in captures:
            marks.extend((node.start_byte, "parameter", _text(node)) for node in captures.get("parameter", ()))
            marks.extend((n.start_byte, "parameter", f"*{_text(n)}") for n in captures.get("parameter.rest", ()))
        elif "import.module" in captures:
            imports.extend(_imports(captures))
        elif "package" in captures:
            package = _text(captures["package"][0])
        else:
            item = _definition(captures, query.pattern_settings(pattern).get("name"), language)
            if item is not None:
                found.setdefault((item.start, item.end), item)
    blocks = _nest(sorted(found.values(), key=lambda item: (item.start, -item.end)), language)
    _attach(blocks, sorted(marks, key=lambda mark: mark[0]))
    return Outline(language_name, package, tuple(imports), tuple(_block(b, content, language) for b in blocks))


def _text(node: "Node") -> str:
    raw = node.text
    return "" if raw is None else raw.decode("utf-8", "replace")


def _call(captures: Captures) -> Mark:
    arguments = captures.get("arguments")
    count = -1
    if arguments:
        count = 0
        for child in arguments[0].named_children:
            if child.type in ("list_splat", "dictionary_splat", "spread_element", "variadic_argument"):
                count = -1
                break
            count += not child.type.endswith("comment")
    if "created" in captures:
        node = captures["created"][0]
        name, receiver = _text(node).split("<", 1)[0].rsplit(".", 1)[-1], "new"
    else:
        node = captures["callee"][0]
        holder = captures.get("receiver")
        name, receiver = _text(node), _squeeze(_text(holder[0]))[-RECEIVER_LENGTH:] if holder else ""
    return node.start_byte, "call", Call(name, receiver, count, node.start_point[0] + 1)


def _typed(captures: Captures, language: Language) -> Iterable[Mark]:
    node = captures["typed.name"][0]
    if "typed.type" in captures:
        kind = _type_name(_text(captures["typed.type"][0]), language)
    else:
        kind = _text(captures["typed.made"][0]).rsplit(".", 1)[-1]
        if language.lower_case_types:  # Go: NewService() makes a Service
            kind = kind.removeprefix("New") if kind.startswith("New") else ""
        elif not kind[:1].isupper():
            kind = ""
    name = _text(node)
    if kind and len(name) <= RECEIVER_LENGTH:
        yield node.start_byte, "type", (name, kind)


def _type_name(text: str, language: Language) -> str:
    """The simple name of the class that a type annotation speaks of, "" for primitives: `Optional[a.Cart]` -> Cart."""
    for word in _TYPE_NAME.findall(text):
        name = word.rsplit(".", 1)[-1]
        if name not in language.type_noise and (language.lower_case_types or name[:1].isupper()):
            return str(name)
    return ""


def _imports(captures: Captures) -> Iterable[Import]:
    module = _text(captures["import.module"][0]).strip("\"'`")
    alias = _text(captures["import.alias"][0]) if "import.alias" in captures else ""
    names = [_text(node) for node in captures.get("import.name", ())] or [""]
    for name in names:
        known = "*" if name.endswith("*") else name
        yield Import(module, known, alias or known or module.rsplit("/", 1)[-1])


def _definition(captures: Captures, fixed_name: str | None, language: Language) -> _Found | None:
    capture = next((key for key in captures if key.startswith("block.") or key == "scope"), None)
    if capture is None:
        return None
    inner = captures[capture][0]
    name = fixed_name or language.clean_name(_squeeze(_text(captures["name"][0])))[:120]
    kind = capture.removeprefix("block.")
    if kind == "anonymous" and "first" in captures:
        name = f"{name}({_text(captures['first'][0]).strip(chr(34) + chr(39) + '`')[:80]})"
    if kind == "scope":
        return _Found(inner.start_byte, inner.end_byte, kind, name.split("<", 1)[0], inner, inner)
    outer = _outermost(inner, language)
    owner = _type_name(_text(captures["owner"][0]), language) if "owner" in captures else ""
    body = _body(inner)
    start = outer.start_byte
    leading = outer.prev_named_sibling
    while leading is not None and leading.type == "decorator":  # TypeScript methods stand beside their decorators
        start, leading = leading.start_byte, leading.prev_named_sibling
    return _Found(
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


def _nest(found: Sequence[_Found], language: Language) -> list[_Found]:
    """Blocks in order with symbol and kind set by what lies around them; scopes and inner anonymous ones drop out."""
    blocks: list[_Found] = []
    around: list[_Found] = []
    for item in found:
        while around and around[-1].end <= item.start:
            around.pop()
        holders = [holder for holder in around if holder.kind != "scope"]
        in_function = any(holder.kind != "class" for holder in holders)
        if item.kind in ("anonymous", "wrapped"):
            if in_function:
                continue
            item.kind = "function"
        prefix = around[-1].symbol if around else ""
        item.symbol = ".".join(part for part in ((item.owner or prefix), item.name) if part)
        if item.kind in ("function", "method"):
            in_class = bool(item.owner) or bool(holders and holders[-1].kind == "class")
            item.kind = "method" if in_class or item.kind == "method" else "function"
            if item.kind == "method" and item.name in language.constructors:
                item.kind = "constructor"
        if item.kind != "scope":
            blocks.append(item)
            if holders:
                holders[-1].inside.append(item)
        around.append(item)
    return blocks


def _attach(blocks: Sequence[_Found], marks: Sequence[Mark]) -> None:
    """Give each mark to the innermost block around it."""
    around: list[_Found] = []
    position = 0
    for mark in marks:
        while position < len(blocks) and blocks[position].start <= mark[0]:
            around.append(blocks[position])
            position += 1
        while around and around[-1].end <= mark[0]:
            around.pop()
        holder = next((block for block in reversed(around) if block.end > mark[0]), None)
        if holder is not None:
            holder.marks.append(mark)


def _block(found: _Found, content: bytes, language: Language) -> BlockOutline:
    node = found.node
    start = found.start
    line_start = content.rfind(b"\n", 0, start) + 1
    if not content[line_start:start].strip():
        start = line_start  # keeps the indentation of the first line in step with the rest
    pieces = _pieces(start, found) if found.kind == "class" else ((start, found.end),)
    text = text_of(content, pieces)
    key = f"{language.name}\0{CHUNKER_VERSION}\0{text}"
    header = content[found.inner.start_byte : max(found.body, found.inner.start_byte)].decode("utf-8", "replace")
    values: dict[str, list[object]] = {"call": [], "type": [], "parameter": [], "base": []}
    for byte, what, value in found.marks:
        if what in ("call", "type") or byte < found.body or (what == "base" and found.kind == "class"):
            values[what].append(value)
    return BlockOutline(
        block_id=hashlib.blake2b(key.encode(), digest_size=16).hexdigest(),
        kind=found.kind,
        symbol=found.symbol,
        start_line=content.count(b"\n", 0, found.start) + 1 if found.start != node.start_byte else _row(node),
        end_line=node.end_point[0] + 1,
        pieces=pieces,
        signature=_signature(header),
        doc=_doc(found, language),
        calls=tuple(values["call"]),  # type: ignore[arg-type]  # marks of one kind carry one type, see Mark
        parameters=tuple(values["parameter"]),  # type: ignore[arg-type]
        bases=tuple(base for base in values["base"] if base),  # type: ignore[misc]
        types=tuple(dict.fromkeys(values["type"])),  # type: ignore[arg-type]
    )


def _row(node: "Node") -> int:
    return int(node.start_point[0]) + 1


def _pieces(start: int, found: _Found) -> tuple[tuple[int, int], ...]:
    pieces = []
    for inner in found.inside:
        if inner.start > start:
            pieces.append((start, inner.start))
        start = max(start, inner.end)
    pieces.append((start, found.end))
    return tuple(pieces)


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", text).strip() if "\n" in text or "  " in text else text


def _signature(header: str) -> str:
    plain = _ANNOTATIONS.sub("", _SPACE.sub(" ", header).strip())
    return _SIGNATURE_END.sub("", plain)[:SIGNATURE_LENGTH]


def _doc(found: _Found, language: Language) -> str:
    """The docstring, or the comments that stand directly above, without their marks."""
    body = found.inner.child_by_field_name("body")
    if body is not None and language.name == "python" and body.named_child_count:
        first = body.named_children[0]
        if first.type == "expression_statement" and first.named_child_count:
            first = first.named_children[0]
        if first.type == "string":
            return _STRING_EDGES.sub("", _text(first)[: DOC_LENGTH + 6]).strip()[:DOC_LENGTH]
    lines: list[str] = []
    below, above = found.node, found.node.prev_sibling
    while above is not None and above.type in language.comments and above.end_point[0] + 1 >= below.start_point[0]:
        lines.insert(0, _text(above))
        below, above = above, above.prev_sibling
    return _COMMENT_EDGES.sub("", "\n".join(lines)).strip()[:DOC_LENGTH]
