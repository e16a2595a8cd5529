"""What a plain folder looks like as a source tree."""

import os
import time
from pathlib import Path

import pytest

from connectors.errors import BadInputError, ConflictError
from connectors.source_control.directory import DirectoryTree, git_blob_id


def put(root: Path, path: str, text: str = "x = 1\n", *, age: float = 10.0) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - age, time.time() - age))
    return file


def test_blob_ids_are_gits() -> None:
    """The id of a known content is the one git prints for it."""
    assert git_blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_version_control_builds_and_environments_are_left_out(tmp_path: Path) -> None:
    """Hidden folders, caches, build output beside a build file and virtual environments are not source."""
    put(tmp_path, "src/shop/build/plan.py")
    for path in (".git/config", "node_modules/a/i.js", "src/__pycache__/a.py", "target/A.java", "env/pyvenv.cfg"):
        put(tmp_path, path)
    put(tmp_path, "env/lib/a.py")
    put(tmp_path, "pom.xml", "<project/>")
    assert [entry.path for entry in DirectoryTree(tmp_path, name="shop").entries()] == [
        "pom.xml",
        "src/shop/build/plan.py",
    ]


def test_commit_id_follows_content_not_times(tmp_path: Path) -> None:
    """Touching a file keeps the folder's id, changing or renaming one gives another."""
    file = put(tmp_path, "a.py")
    first = DirectoryTree(tmp_path, name="shop").commit
    os.utime(file)
    assert DirectoryTree(tmp_path, name="shop").commit == first
    file.rename(tmp_path / "b.py")
    renamed = DirectoryTree(tmp_path, name="shop").commit
    put(tmp_path, "b.py", "x = 2\n")
    assert len({first, renamed, DirectoryTree(tmp_path, name="shop").commit}) == 3


def test_stat_cache_saves_reading(tmp_path: Path) -> None:
    """A second look does not read a file whose times, size and inode are as remembered."""
    source, cache = tmp_path / "src", tmp_path / "cache.json"
    file = put(source, "a.py", "x = 1\n")
    first = DirectoryTree(source, name="shop", stat_cache=cache).commit
    kept = file.stat()
    with file.open("r+") as handle:  # the same inode, size and, below, times: only reading could tell
        handle.write("x = 9\n")
    os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert DirectoryTree(source, name="shop", stat_cache=cache).commit == first


def test_file_changed_just_now_is_not_remembered(tmp_path: Path) -> None:
    """A file written within the clock's grain is read again, because it may change without a new time."""
    source, cache = tmp_path / "src", tmp_path / "cache.json"
    file = put(source, "a.py", "x = 1\n", age=0)
    first = DirectoryTree(source, name="shop", stat_cache=cache).commit
    kept = file.stat()
    with file.open("r+") as handle:
        handle.write("x = 9\n")
    os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert DirectoryTree(source, name="shop", stat_cache=cache).commit != first


@pytest.mark.parametrize("content", [b"", b"\0\xff", b"[1]", b'{"a.py": [1]}', b'{"a.py": 3}'])
def test_damaged_cache_only_costs_time(tmp_path: Path, content: bytes) -> None:
    """Anything in the cache file that is not a cache is ignored."""
    source, cache = tmp_path / "src", tmp_path / "cache.json"
    put(source, "a.py")
    cache.write_bytes(content)
    assert len(DirectoryTree(source, name="shop", stat_cache=cache).entries()) == 1


def test_file_changed_after_listing_is_a_conflict(tmp_path: Path) -> None:
    """Content that no longer has the listed id is never handed out under it."""
    put(tmp_path, "a.py", "x = 1\n")
    tree = DirectoryTree(tmp_path, name="shop")
    blob = tree.entries()[0].blob
    put(tmp_path, "a.py", "x = 2\n")
    with pytest.raises(ConflictError, match=r"a\.py changed"):
        list(tree.read([blob]))


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link to a folder above does not make the walk endless or leave the folder."""
    put(tmp_path, "src/a.py")
    (tmp_path / "src" / "loop").symlink_to(tmp_path)
    assert len(DirectoryTree(tmp_path / "src", name="shop").entries()) == 1


def test_file_names_that_are_not_text(tmp_path: Path) -> None:
    """A file name that is not UTF-8 neither stops the walk nor loses its content."""
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text("x = 1\n")
    tree = DirectoryTree(tmp_path, name="shop")
    (entry,) = tree.entries()
    assert entry.path == "caf\N{REPLACEMENT CHARACTER}.py"
    assert tree.text(entry.path) == "x = 1\n"


def test_missing_folder(tmp_path: Path) -> None:
    """A path that is no folder is refused with what was given."""
    with pytest.raises(BadInputError, match="absent"):
        DirectoryTree(tmp_path / "absent", name="shop")
