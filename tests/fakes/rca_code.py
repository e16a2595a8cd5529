"""Small source trees from text, indexed for real, for tests that need a few blocks of some language."""

from collections.abc import Mapping
from pathlib import Path

from connectors.database import Database
from connectors.source_control.directory import DirectoryTree
from indexers.code.index import CodeIndex
from indexers.code.snapshot import CodeSnapshot


def code_of(folder: Path, files: Mapping[str, str]) -> CodeSnapshot:
    """A snapshot of `files` (path -> text) written below `folder`."""
    root = folder / "tree"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    database = Database(f"sqlite:///{folder / 'code.db'}")
    database.migrate()
    index = CodeIndex(database)
    tree = DirectoryTree(root, name="tree")
    index.index(tree)
    return index.snapshot("tree", tree.commit)
