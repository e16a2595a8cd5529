"""Puts captured blocks inside one another, gives each the calls and types within it, and makes their outlines.

Owns: qualified symbols, kinds, the pieces of a class, signatures and docs. Keeps out: queries (chunker.py).
"""

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from indexers.code.captures import Found, Mark, SourceFile
from indexers.code.languages import Language
from indexers.code.outline import CHUNKER_VERSION, BlockOutline, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

SIGNATURE_LENGTH = 300
DOC_LENGTH = 1000
DEEPEST = 40  # blocks inside blocks; what lies deeper belongs to the block around it

_SPACE = re.compile(r"\s+")
_ANNOTATIONS = re.compile(r"^(?:@[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?\s*)+(?!interface\b)")
_SIGNATURE_END = re.compile(r"\s*(?:=>|->|[{=]|:(?:\s*#.*)?)\s*$")
_COMMENT_EDGES = re.compile(r"^\s*(?:/\*+|\*+/|\*|//+!?|#+)? *|\s*\*+/\s*$", re.MULTILINE)
_STRING_EDGES = re.compile(r"^[rRbBuUfF]*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$")


def nest(found: Sequence[Found], language: Language) -> list[Found]:
    """Blocks in order with symbol and kind set by what lies around them; scopes and inner anonymous ones drop out."""
    blocks: list[Found] = []
    around: list[Found] = []
    for item in found:
        while around and around[-1].end <= item.start:
            around.pop()
        holders = [holder for holder in around if holder.kind != "scope"]
        in_function = any(holder.kind != "class" for holder in holders)
        if len(around) >= DEEPEST:
            continue
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


def attach(blocks: Sequence[Found], marks: Sequence[Mark]) -> None:
    """Give each mark to the innermost block around it."""
    around: list[Found] = []
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


def block_outline(found: Found, file: SourceFile) -> BlockOutline:
    """The block as it is kept, see BlockOutline."""
    content, language = file.content, file.language
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
        doc=_doc(found, file),
        calls=tuple(values["call"]),  # type: ignore[arg-type]  # marks of one kind carry one type, see Mark
        parameters=tuple(values["parameter"]),  # type: ignore[arg-type]
        bases=tuple(base for base in values["base"] if base),  # type: ignore[misc]
        types=tuple(dict.fromkeys(values["type"])),  # type: ignore[arg-type]
    )


def _row(node: "Node") -> int:
    return int(node.start_point[0]) + 1


def _pieces(start: int, found: Found) -> tuple[tuple[int, int], ...]:
    pieces = []
    for inner in found.inside:
        if inner.start > start:
            pieces.append((start, inner.start))
        start = max(start, inner.end)
    pieces.append((start, found.end))
    return tuple(pieces)


def _signature(header: str) -> str:
    plain = _ANNOTATIONS.sub("", _SPACE.sub(" ", header).strip())
    return _SIGNATURE_END.sub("", plain)[:SIGNATURE_LENGTH]


def _doc(found: Found, file: SourceFile) -> str:
    """The docstring, or the comments that stand directly above, without their marks."""
    body = found.inner.child_by_field_name("body")
    if body is not None and file.language.name == "python" and body.named_child_count:
        first = body.named_children[0]
        if first.type == "expression_statement" and first.named_child_count:
            first = first.named_children[0]
        if first.type == "string":
            return _STRING_EDGES.sub("", file.text(first)[: DOC_LENGTH + 6]).strip()[:DOC_LENGTH]
    lines: list[str] = []
    below, above = found.node, found.node.prev_sibling
    while above is not None and above.type in file.language.comments and above.end_point[0] + 1 >= below.start_point[0]:
        lines.insert(0, file.text(above))
        below, above = above, above.prev_sibling
    return _COMMENT_EDGES.sub("", "\n".join(lines)).strip()[:DOC_LENGTH]
