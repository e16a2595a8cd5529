"""The table of languages: file extension -> grammar wheel -> query file -> naming rules.

A new language is one `.scm` file here, one line in LANGUAGES and one grammar wheel in pyproject. The captures that a
query may use are explained in chunker.py. Keeps out: how captures become blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Query

RESOURCE = "resource"  # configuration and other text that code reads: kept as text, never cut into blocks


def _plain(name: str) -> str:
    return name


def _javascript_name(name: str) -> str:
    """Names without what carries them: `exports.place` -> place, `Cart.prototype.add` -> Cart.add."""
    for carrier in ("module.exports.", "exports.", "this.", "globalThis.", "window."):
        name = name.removeprefix(carrier)
    return "" if name == "module.exports" else name.replace(".prototype.", ".").strip("'\"`[]")


@dataclass(frozen=True, slots=True)
class Language:
    """How one language is read. `wrappers` are nodes that belong to the definition they hold (decorators, exports)."""

    name: str
    extensions: tuple[str, ...]
    grammar: str  # module:function of the grammar wheel
    query: str
    constructors: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset({"comment"})
    self_names: frozenset[str] = frozenset({"this"})
    clean_name: Callable[[str], str] = _plain
    lower_case_types: bool = False  # whether the name of a class may start with a small letter
    type_noise: frozenset[str] = field(default_factory=frozenset)  # words around a type that are not its name


_GO_BUILT_IN = frozenset(
    {
        "string", "bool", "byte", "rune", "error", "any", "map", "chan", "func", "interface", "struct", "const", "int",
        "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "float32",
        "float64", "complex64", "complex128",
    }
)  # fmt: skip
_JS_WRAPPERS = frozenset({"export_statement", "lexical_declaration", "variable_declaration", "expression_statement"})

LANGUAGES: tuple[Language, ...] = (
    Language(
        "python",
        (".py", ".pyw"),
        "tree_sitter_python:language",
        "python.scm",
        constructors=frozenset({"__init__"}),
        wrappers=frozenset({"decorated_definition", "expression_statement"}),
        self_names=frozenset({"self", "cls", "super()"}),
        type_noise=frozenset({"Optional", "Union", "None", "Final", "ClassVar", "Annotated", "Type", "typing"}),
    ),
    Language(
        "java",
        (".java",),
        "tree_sitter_java:language",
        "java.scm",
        constructors=frozenset({"<init>"}),
        comments=frozenset({"block_comment", "line_comment"}),
        self_names=frozenset({"this", "super"}),
    ),
    Language(
        "javascript",
        (".js", ".mjs", ".cjs", ".jsx"),
        "tree_sitter_javascript:language",
        "javascript.scm",
        constructors=frozenset({"constructor"}),
        wrappers=_JS_WRAPPERS,
        self_names=frozenset({"this", "super"}),
        clean_name=_javascript_name,
    ),
    Language(
        "typescript",
        (".ts", ".mts", ".cts"),
        "tree_sitter_typescript:language_typescript",
        "typescript.scm",
        constructors=frozenset({"constructor"}),
        wrappers=_JS_WRAPPERS,
        self_names=frozenset({"this", "super"}),
        clean_name=_javascript_name,
    ),
    Language(
        "tsx",
        (".tsx",),
        "tree_sitter_typescript:language_tsx",
        "typescript.scm",
        constructors=frozenset({"constructor"}),
        wrappers=_JS_WRAPPERS,
        self_names=frozenset({"this", "super"}),
        clean_name=_javascript_name,
    ),
    Language(
        "go",
        (".go",),
        "tree_sitter_go:language",
        "go.scm",
        wrappers=frozenset({"type_declaration", "var_declaration"}),
        lower_case_types=True,
        type_noise=_GO_BUILT_IN,
    ),
)

BY_NAME = {language.name: language for language in LANGUAGES}
_BY_EXTENSION = {extension: language for language in LANGUAGES for extension in language.extensions}

_RESOURCE_EXTENSIONS = frozenset(
    {
        ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".json", ".sql", ".env", ".tf",
        ".gradle", ".graphql", ".proto", ".template",
    }
)  # fmt: skip
_RESOURCE_NAMES = frozenset({"Dockerfile", "Makefile", "Procfile", "go.mod", "requirements.txt"})


def language_of(path: str) -> str | None:
    """Name of the language of a file by its path, RESOURCE for text worth keeping, None for everything else."""
    name = PurePosixPath(path)
    language = _BY_EXTENSION.get(name.suffix.lower())
    if language is not None:
        return language.name
    if name.suffix.lower() in _RESOURCE_EXTENSIONS or name.name in _RESOURCE_NAMES:
        return RESOURCE
    return None


@cache
def grammar(name: str) -> "tuple[Grammar, Query]":
    """Grammar and compiled query of a language; loaded once a process and safe to share between threads."""
    from tree_sitter import Language as LoadedGrammar
    from tree_sitter import Query

    language = BY_NAME[name]
    module, function = language.grammar.split(":")
    loaded = LoadedGrammar(getattr(import_module(module), function)())
    source = (Path(__file__).parent / language.query).read_text(encoding="utf-8")
    return loaded, Query(loaded, source)
