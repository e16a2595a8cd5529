"""Symbols of two versions side by side, on real repositories."""

from pathlib import Path

import pytest

from connectors.source_control.git import GitRepository
from rca.history.symbols import SymbolChange, compare_releases
from tests.fakes.git_builder import GitBuilder

BEFORE = """def load(row):
    return row["tier"]


def save(row, target):
    for key, value in row.items():
        target[key] = value
    return target


class Cart:
    def total(self, tax):
        return tax
"""


def compared(tmp_path: Path, *versions: dict[str, str | None]) -> list[SymbolChange]:
    builder = GitBuilder(tmp_path / "shop")
    old, *_, new = [builder.commit(files) for files in versions]
    repository = GitRepository(builder.folder, name="shop")
    return compare_releases(repository, repository.changes(old, new, hunks=False))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE + "\n\ndef fresh():\n    return 1\n", ("added", "fresh")),
        (BEFORE.replace('def load(row):\n    return row["tier"]\n', ""), ("removed", "load")),
        (BEFORE.replace("self, tax", "self, tax, country"), ("signature", "Cart.total")),
        (BEFORE.replace('row["tier"]', 'row.get("tier")'), ("body", "load")),
        (BEFORE.replace("def save", "def store"), ("renamed", "store")),
    ],
)
def test_each_kind(tmp_path: Path, after: str, expected: tuple[str, str]) -> None:
    """One thing changed is one change."""
    (found,) = compared(tmp_path, {"a.py": BEFORE}, {"a.py": after})
    assert (found.kind, found.symbol) == expected


def test_a_renamed_function_says_how_alike_it_is(tmp_path: Path) -> None:
    """Also when its body changed a little, and it moved to another file."""
    after = {"a.py": BEFORE.replace("def save(row, target):\n    for key, value in row.items():\n"
                                    "        target[key] = value\n    return target\n", ""),
             "b.py": "def store(row, target):\n    for key, value in row.items():\n"
                     "        target[key] = str(value)\n    return target\n"}  # fmt: skip
    (found,) = compared(tmp_path, {"a.py": BEFORE}, dict(after))
    assert (found.kind, found.old_symbol, found.old_path, found.path) == ("renamed", "save", "a.py", "b.py")
    assert 0.8 < found.similarity < 1
    assert "renamed from save (9" in found.sentence("1.0")


def test_a_function_that_moved_unchanged_is_only_moved(tmp_path: Path) -> None:
    """And is told apart from one that changed."""
    head, rest = BEFORE.split("\n\n\n", 1)
    (found,) = compared(tmp_path, {"a.py": BEFORE}, {"a.py": rest, "b.py": head + "\n"})
    assert (found.kind, found.symbol, found.old_path, found.similarity) == ("moved", "load", "a.py", 1.0)


def test_a_renamed_file_alone_changes_no_symbol(tmp_path: Path) -> None:
    """Its symbols are compared under the new path."""
    assert compared(tmp_path, {"a.py": BEFORE}, {"a.py": None, "b.py": BEFORE}) == []


def test_a_renamed_file_with_a_change_has_one(tmp_path: Path) -> None:
    """Which bears both paths."""
    after = BEFORE.replace("return tax", "return tax * 2")
    (found,) = compared(tmp_path, {"a.py": BEFORE}, {"a.py": None, "b.py": after})
    assert (found.kind, found.symbol, found.path, found.old_path) == ("body", "Cart.total", "b.py", "a.py")


def test_a_formatter_changes_no_symbol(tmp_path: Path) -> None:
    """Whatever it does to every line."""
    after = BEFORE.replace('row["tier"]', "row[\n        'tier'\n    ]").replace("\n", "\r\n")
    assert compared(tmp_path, {"a.py": BEFORE}, {"a.py": after}) == []


def test_other_languages_are_compared_too(tmp_path: Path) -> None:
    """By their own grammar; a file of none is passed over."""
    before = "class A {\n  int f(int a) {\n    return a;\n  }\n}\n"
    found = compared(
        tmp_path,
        {"A.java": before, "notes.txt": "f"},
        {"A.java": before.replace("int a)", "long a)"), "notes.txt": "g"},
    )
    assert [(one.kind, one.symbol.rsplit(".", 1)[-1]) for one in found] == [("signature", "f")]
