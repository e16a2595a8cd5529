"""What every source tree must do, checked on a git commit and on a folder with the same files."""

from pathlib import Path

import pytest

from connectors.errors import NotFoundError
from connectors.source_control import SourceTree
from connectors.source_control.directory import DirectoryTree
from connectors.source_control.git import GitRepository
from tests.fakes.git_builder import GitBuilder

FILES = {
    "b.py": "def b(): ...\n",
    "a/one.py": "x = 1\n",
    "a/two.py": "x = 1\n",
    "a/latin.txt": b"caf\xe9\n",
    "empty.py": "",
    "a b/ü.py": "y = 2\r\n",
}


@pytest.fixture(params=["git", "directory"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> SourceTree:
    builder = GitBuilder(tmp_path / "shop")
    commit = builder.commit(FILES)
    if request.param == "git":
        return GitRepository(builder.folder, name="shop").tree(commit)
    return DirectoryTree(builder.folder, name="shop")


def test_entries_are_sorted_with_sizes(tree: SourceTree) -> None:
    """Every file is listed once, in order of path, with its size in bytes."""
    assert [(entry.path, entry.size) for entry in tree.entries()] == [
        ("a b/ü.py", 7),
        ("a/latin.txt", 5),
        ("a/one.py", 6),
        ("a/two.py", 6),
        ("b.py", 13),
        ("empty.py", 0),
    ]


def test_blob_ids_follow_content_alone(tree: SourceTree) -> None:
    """Equal contents share an id, which is the same in a folder and in git."""
    blobs = {entry.path: entry.blob for entry in tree.entries()}
    assert blobs["a/one.py"] == blobs["a/two.py"]
    assert blobs["empty.py"] == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_read_gives_each_asked_blob(tree: SourceTree) -> None:
    """Contents come back byte for byte under their ids."""
    blobs = {entry.path: entry.blob for entry in tree.entries()}
    contents = dict(tree.read(list(set(blobs.values()))))
    assert contents[blobs["a/latin.txt"]] == b"caf\xe9\n"
    assert contents[blobs["empty.py"]] == b""


def test_read_of_nothing(tree: SourceTree) -> None:
    """Asking for no blob gives none."""
    assert list(tree.read([])) == []


def test_unknown_blob_is_not_found(tree: SourceTree) -> None:
    """A blob that is not there is an error that names it."""
    with pytest.raises(NotFoundError, match="0123456789"):
        list(tree.read(["0123456789" * 4]))


def test_text_replaces_undecodable_bytes(tree: SourceTree) -> None:
    """Text that is not UTF-8 is shown as far as it goes."""
    assert tree.text("a/latin.txt") == "caf\N{REPLACEMENT CHARACTER}\n"


def test_missing_path_is_not_found(tree: SourceTree) -> None:
    """A path that is not in the tree is named together with the state that was asked."""
    with pytest.raises(NotFoundError, match=rf"'nope\.py'.*{tree.commit[:12]}"):
        tree.text("nope.py")


def test_name_and_commit(tree: SourceTree) -> None:
    """A tree says which repository it is of and in which state."""
    assert tree.name == "shop"
    assert len(tree.commit) == 40
