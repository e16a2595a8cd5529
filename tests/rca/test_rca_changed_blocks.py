"""Which blocks differ between two releases, on real repositories cut into real blocks."""

from pathlib import Path

import pytest

from connectors.database import Database
from connectors.errors import NotFoundError
from connectors.source_control.git import GitRepository
from indexers.code.index import CodeIndex
from rca.changed_blocks import changed_blocks
from tests.fakes.git_builder import GitBuilder

BEFORE = """def load(row):
    return row["tier"]


def save(row):
    return load(row)


class Cart:
    def total(self, tax):
        return tax
"""


def _compared(tmp_path: Path, *versions: dict[str, str | None]) -> dict[tuple[str, str], str]:
    builder = GitBuilder(tmp_path / "shop")
    good, *_, failing = [builder.commit(files) for files in versions]
    repository = GitRepository(builder.folder, name="shop")
    database = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    database.migrate()
    index = CodeIndex(database)
    index.index(repository.tree(failing))
    return changed_blocks(index.snapshot("shop", failing), repository, good=good, failing=failing, since="1.0")


def test_a_changed_body_is_named(tmp_path: Path) -> None:
    """Exactly the function whose text differs, whatever lines moved."""
    after = "import os\n\n\n" + BEFORE.replace('row["tier"]', 'row.get("tier")')
    assert _compared(tmp_path, {"a.py": BEFORE}, {"a.py": after}) == {("a.py", "load"): "changed since 1.0"}


def test_shifted_lines_are_no_change(tmp_path: Path) -> None:
    """An import above everything changes no function."""
    assert _compared(tmp_path, {"a.py": BEFORE}, {"a.py": "import os\n" + BEFORE}) == {}


def test_a_changed_signature_is_told_with_the_old_one(tmp_path: Path) -> None:
    """That is what breaks callers."""
    found = _compared(tmp_path, {"a.py": BEFORE}, {"a.py": BEFORE.replace("self, tax", "self, tax, country")})
    assert found == {("a.py", "Cart.total"): "its signature changed from `def total(self, tax)` since 1.0"}


def test_a_new_function_is_called_new(tmp_path: Path) -> None:
    """It did not change, it came."""
    found = _compared(tmp_path, {"a.py": BEFORE}, {"a.py": BEFORE + "\n\ndef fresh():\n    return 1\n"})
    assert found == {("a.py", "fresh"): "new since 1.0"}


def test_a_renamed_file_changes_no_function(tmp_path: Path) -> None:
    """The same text under another path is the same code."""
    assert _compared(tmp_path, {"a.py": BEFORE}, {"a.py": None, "b.py": BEFORE}) == {}


def test_a_function_moved_to_another_file_is_no_change(tmp_path: Path) -> None:
    """Blocks are compared by text over all files of the release."""
    moved = BEFORE.split("\n\n\n", 1)
    assert _compared(tmp_path, {"a.py": BEFORE}, {"a.py": moved[1], "b.py": moved[0] + "\n"}) == {}


def test_who_calls_a_removed_function_is_named(tmp_path: Path) -> None:
    """Its own text is unchanged, and yet the release broke it."""
    after = BEFORE.split("\n\n\n", 1)[1]
    found = _compared(tmp_path, {"a.py": BEFORE}, {"a.py": after})
    assert found == {("a.py", "save"): "calls load, which the tree no longer defines since 1.0"}


def test_a_missing_commit_is_said(tmp_path: Path) -> None:
    """Nothing is guessed."""
    builder = GitBuilder(tmp_path / "shop")
    failing = builder.commit({"a.py": BEFORE})
    repository = GitRepository(builder.folder, name="shop")
    database = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    database.migrate()
    index = CodeIndex(database)
    index.index(repository.tree(failing))
    with pytest.raises(NotFoundError):
        changed_blocks(index.snapshot("shop", failing), repository, good="e" * 40, failing=failing, since="1.0")
