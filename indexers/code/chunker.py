"""Cuts one file into blocks with tree-sitter, by the captures of the language's query file.

Captures: `@block.<kind>` with `@name` is a block (`#set! name` fixes a name, `@owner` qualifies it from outside);
`block.anonymous` and `block.wrapped` count only outside of any other function; `@scope` with `@name` qualifies names
without being a block. `@callee` with `@receiver` and `@arguments`, or `@created` with `@arguments`, is a call.
`@typed.name` goes with `@typed.type` or `@typed.made` (a call whose result it is). `@import.*`, `@package`, `@base`,
`@parameter` and `@parameter.rest` say what they are called. Everything else belongs to the innermost block around it.
Syntax errors are tolerated: what tree-sitter could still read is used. Keeps out: which files are worth cutting.
"""

import time
from typing import TYPE_CHECKING

from indexers.code.captures import (
    Found,
    Mark,
    SourceFile,
    read_call,
    read_definition,
    read_imports,
    read_type_name,
    read_types,
)
from indexers.code.languages import BY_NAME, grammar
from indexers.code.nesting import attach, block_outline, nest
from indexers.code.outline import Import, Outline

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

LONGEST_RUN = 2_000  # nameless tokens in a row; code that was ever run has a handful
LONGEST_PARSE = 3.0  # seconds of this thread's processor time; a megabyte of code takes about 0.1
READ_AT_ONCE = 2_048  # bytes
MATCHES_UNDER_WAY = 512  # bounds the time for absurdly long chains of calls; code needs a few dozen


def outline(content: bytes, language_name: str) -> Outline:
    """The blocks of one file. Linear in its length; never raises for what the file holds."""
    from tree_sitter import Parser, QueryCursor

    file = SourceFile(content, BY_NAME[language_name])
    loaded, query = grammar(language_name)
    tree = _parse(Parser(loaded), content)
    if tree is None or (tree.root_node.has_error and _is_noise(tree.root_node)):
        return Outline(language_name, skipped="not readable")
    found: dict[tuple[int, int], Found] = {}
    marks: list[Mark] = []
    imports: list[Import] = []
    package = ""
    for pattern, captures in QueryCursor(query, match_limit=MATCHES_UNDER_WAY).matches(tree.root_node):
        if "callee" in captures or "created" in captures:
            marks.append(read_call(captures, file))
        elif "typed.name" in captures:
            marks.extend(read_types(captures, file))
        elif "base" in captures:
            names = ((node.start_byte, file.text(node)) for node in captures["base"])
            marks.extend((byte, "base", read_type_name(name, file.language)) for byte, name in names)
        elif "parameter" in captures or "parameter.rest" in captures:
            marks.extend((node.start_byte, "parameter", file.text(node)) for node in captures.get("parameter", ()))
            marks.extend((n.start_byte, "parameter", f"*{file.text(n)}") for n in captures.get("parameter.rest", ()))
        elif "import.module" in captures:
            imports.extend(read_imports(captures, file))
        elif "package" in captures:
            package = file.text(captures["package"][0])
        else:
            item = read_definition(captures, query.pattern_settings(pattern).get("name"), file)
            if item is not None:
                found.setdefault((item.start, item.end), item)
    blocks = nest(sorted(found.values(), key=lambda item: (item.start, -item.end)), file.language)
    attach(blocks, sorted(marks, key=lambda mark: mark[0]))
    return Outline(language_name, package, tuple(imports), tuple(block_outline(b, file) for b in blocks))


def _parse(parser: "Parser", content: bytes) -> "Tree | None":
    """The syntax tree, or None when it takes absurdly long: some unreadable inputs cost a grammar quadratic time."""
    deadline = time.thread_time() + LONGEST_PARSE

    def is_late(_byte: int, _has_error: bool) -> bool:
        return time.thread_time() > deadline

    def read(byte: int, _point: object) -> bytes:
        return content[byte : byte + READ_AT_ONCE]

    try:
        return parser.parse(read, encoding="utf8", progress_callback=is_late)
    except ValueError:  # how the binding says that the callback stopped it
        return None


def _is_noise(root: "Node") -> bool:
    """Whether an unreadable stretch holds a long run of bare punctuation, over which a query takes quadratic time
    (tree-sitter looks for the next named sibling at each step): a megabyte of brackets would take minutes."""
    pending = [root]
    while pending:
        node = pending.pop()
        run = 0
        for child in node.children:
            run = 0 if child.is_named else run + 1
            if run > LONGEST_RUN:
                return True
            if child.has_error:
                pending.append(child)
    return False
