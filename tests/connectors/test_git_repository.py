"""What a git repository answers about commits, trees, differences and lines."""

from pathlib import Path

import pytest

from connectors.errors import BadInputError, NotFoundError
from connectors.source_control import Hunk
from connectors.source_control.git import GitRepository
from tests.fakes.git_builder import GitBuilder

TEN = "".join(f"line {number}\n" for number in range(1, 11))


@pytest.fixture
def builder(tmp_path: Path) -> GitBuilder:
    return GitBuilder(tmp_path / "shop")


def opened(builder: GitBuilder) -> GitRepository:
    return GitRepository(builder.folder, name="shop")


def test_resolves_branches_tags_and_short_ids(builder: GitBuilder) -> None:
    """A branch, an annotated tag and an abbreviated id name the same commit."""
    commit = builder.commit({"a.py": "x = 1\n"})
    builder.git("tag", "--annotate", "v1.0", "--message", "one")
    repository = opened(builder)
    assert {repository.resolve(ref) for ref in ("main", "v1.0", commit[:8], "HEAD")} == {commit}


def test_missing_commit_says_how_to_get_it(builder: GitBuilder) -> None:
    """An unknown commit is named together with the repository and the fetch that would bring it."""
    builder.commit({"a.py": "x = 1\n"})
    with pytest.raises(NotFoundError, match=r"'deadbeef' is not in repository 'shop'; fetch it with `git -C .* fetch"):
        opened(builder).resolve("deadbeef")


def test_shallow_history_is_said(builder: GitBuilder, tmp_path: Path) -> None:
    """A commit before the cut of a shallow clone is reported with the way to deepen it."""
    first = builder.commit({"a.py": "x = 1\n"})
    builder.commit({"a.py": "x = 2\n"})
    builder.git("clone", "--quiet", "--depth=1", f"file://{builder.folder}", str(tmp_path / "cut"))
    with pytest.raises(NotFoundError, match="history is shallow"):
        GitRepository(tmp_path / "cut", name="cut").resolve(first)


@pytest.mark.parametrize("ref", ["--output=/tmp/x", "-n", "", "a b", "main..dev", "HEAD:a.py", "^main", "a\nb", "x?"])
def test_refs_that_could_be_options_are_refused(builder: GitBuilder, ref: str) -> None:
    """A ref that is an option, a range, a path or a pattern never reaches git."""
    with pytest.raises(BadInputError, match="not a git ref"):
        opened(builder).resolve(ref)


def test_folder_that_is_no_repository(tmp_path: Path) -> None:
    """A plain folder is refused with what was given."""
    with pytest.raises(BadInputError, match="not a git repository"):
        GitRepository(tmp_path, name="shop")


def test_missing_folder(tmp_path: Path) -> None:
    """A path that is not there is refused with what was given."""
    with pytest.raises(BadInputError, match="absent"):
        GitRepository(tmp_path / "absent", name="shop")


def test_folder_inside_another_repository_is_not_that_repository(builder: GitBuilder) -> None:
    """A sub-folder of a repository does not silently stand for the whole repository."""
    builder.commit({"inner/a.py": "x = 1\n"})
    with pytest.raises(BadInputError, match="not a git repository"):
        GitRepository(builder.folder / "inner", name="inner")


def test_bare_repository(builder: GitBuilder, tmp_path: Path) -> None:
    """A bare clone is read like a working copy."""
    commit = builder.commit({"a.py": "x = 1\n"})
    builder.git("clone", "--quiet", "--bare", str(builder.folder), str(tmp_path / "bare.git"))
    assert GitRepository(tmp_path / "bare.git", name="bare").tree(commit).text("a.py") == "x = 1\n"


def test_environment_does_not_redirect_git(
    builder: GitBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIT_DIR in the environment (as inside a git hook) does not point us at another repository."""
    commit = builder.commit({"a.py": "x = 1\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert opened(builder).resolve("main") == commit


def test_repository_configuration_cannot_start_programs(builder: GitBuilder, tmp_path: Path) -> None:
    """External diff and text conversion programs named by the repository are not run."""
    old = builder.commit({"a.py": "x = 1\n", ".gitattributes": "*.py diff=evil\n"})
    new = builder.commit({"a.py": "x = 2\n"})
    mark = tmp_path / "ran"
    for key in ("diff.external", "diff.evil.command", "diff.evil.textconv", "core.fsmonitor"):
        builder.git("config", key, f"touch {mark};")
    repository = opened(builder)
    assert repository.changes(old, new)[0].path == "a.py"
    assert repository.diff(old, new).endswith("-x = 1\n+x = 2\n")
    repository.log(new)
    assert not mark.exists()


def test_tree_leaves_out_links_and_submodules(builder: GitBuilder) -> None:
    """Symbolic links are not files of the tree."""
    (builder.folder / "link.py").symlink_to("a.py")
    commit = builder.commit({"a.py": "x = 1\n", "b/ü b.py": "y = 2\n"})
    tree = opened(builder).tree(commit)
    assert [(entry.path, entry.size) for entry in tree.entries()] == [("a.py", 6), ("b/ü b.py", 6)]


def test_missing_blob(builder: GitBuilder) -> None:
    """Reading a blob that is not in the repository says so."""
    commit = builder.commit({"a.py": "x = 1\n"})
    with pytest.raises(NotFoundError, match="0000"):
        list(opened(builder).tree(commit).read(["0" * 40]))


def test_tree_is_read_whole_through_one_process(builder: GitBuilder) -> None:
    """Many and large files come back complete, in the asked order (more than a pipe holds in both directions)."""
    files = {f"f{number:04}.txt": f"{number}\n" * 2_000 for number in range(300)}
    tree = opened(builder).tree(builder.commit(files))
    entries = tree.entries()
    contents = list(tree.read([entry.blob for entry in entries] * 5))
    assert [content for _, content in contents] == [files[entry.path].encode() for entry in entries] * 5


def test_reading_may_stop_early(builder: GitBuilder) -> None:
    """A reader that takes one file and leaves does not hang."""
    tree = opened(builder).tree(builder.commit({f"f{n}": "x" * 100_000 + str(n) for n in range(20)}))
    assert len(next(tree.read([entry.blob for entry in tree.entries()]))[1]) == 100_001


def test_changes_give_line_ranges_of_the_new_side(builder: GitBuilder) -> None:
    """A modified file lists each changed stretch with its lines on both sides."""
    old = builder.commit({"a.txt": TEN})
    new = builder.commit({"a.txt": TEN.replace("line 3\n", "line three\nand more\n").replace("line 8\n", "")})
    (change,) = opened(builder).changes(old, new)
    assert change.hunks == (Hunk(3, 1, 3, 2), Hunk(8, 1, 8, 0))
    assert change.new_ranges == ((3, 4), (8, 8))


def test_changes_follow_renames(builder: GitBuilder) -> None:
    """A moved file is one change with both paths and only the lines that really differ."""
    old = builder.commit({"old name.txt": TEN, "gone.txt": "x\n", "binary.dat": b"\0\1"})
    new = builder.commit(
        {
            "old name.txt": None,
            "gone.txt": None,
            "new/näme.txt": TEN.replace("line 5", "line V"),
            "fresh.txt": "@@ -1 +1 @@\ndiff --git a/x b/x\n",
            "binary.dat": b"\0\2",
        }
    )
    changes = {change.path: change for change in opened(builder).changes(old, new)}
    assert changes["new/näme.txt"].old_path == "old name.txt"
    assert changes["new/näme.txt"].hunks == (Hunk(5, 1, 5, 1),)
    assert changes["fresh.txt"].hunks == (Hunk(0, 0, 1, 2),)
    assert {path: change.status for path, change in changes.items()} == {
        "binary.dat": "modified",
        "fresh.txt": "added",
        "gone.txt": "deleted",
        "new/näme.txt": "renamed",
    }


def test_changes_keep_step_when_a_file_becomes_a_link(builder: GitBuilder) -> None:
    """A file that turns into a link does not shift the ranges of the files after it."""
    old = builder.commit({"a.txt": TEN, "b.txt": "x\n", "c.txt": TEN})
    (builder.folder / "b.txt").unlink()
    (builder.folder / "b.txt").symlink_to("a.txt")
    new = builder.commit({"c.txt": TEN.replace("line 9", "line IX")})
    changes = {change.path: change for change in opened(builder).changes(old, new)}
    assert changes["b.txt"].status == "retyped"
    assert changes["c.txt"].hunks == (Hunk(9, 1, 9, 1),)


def test_log_between_two_commits(builder: GitBuilder) -> None:
    """Commits after the old one, newest first, with author and time."""
    old = builder.commit({"a.txt": "1\n"}, "first")
    builder.commit({"b.txt": "1\n"}, "second: ünïcode")
    new = builder.commit({"a.txt": "2\n"}, "third")
    commits = opened(builder).log(new, old)
    assert [commit.subject for commit in commits] == ["third", "second: ünïcode"]
    assert commits[0].author == "Ada"
    assert commits[0].authored_at > commits[1].authored_at


def test_log_of_one_path_follows_renames(builder: GitBuilder) -> None:
    """A file's history reaches back to before it was moved."""
    builder.commit({"old.txt": TEN}, "made")
    builder.commit({"other.txt": "x\n"}, "unrelated")
    new = builder.commit({"old.txt": None, "new.txt": TEN}, "moved")
    assert [commit.subject for commit in opened(builder).log(new, paths=["new.txt"])] == ["moved", "made"]


def test_path_that_looks_like_an_option(builder: GitBuilder) -> None:
    """A file called like an option is only ever a file."""
    commit = builder.commit({"--all": "x\n"}, "odd")
    repository = opened(builder)
    assert [found.subject for found in repository.log(commit, paths=["--all"])] == ["odd"]
    assert repository.blame(commit, "--all", 1, 1)[0].commit == commit


def test_blame_names_the_commit_of_each_line(builder: GitBuilder) -> None:
    """Each line has the commit that wrote it, its author, time and place then."""
    first = builder.commit({"a.txt": TEN}, "made")
    second = builder.commit({"a.txt": "new top\n" + TEN.replace("line 2", "line II")}, "changed")
    lines = opened(builder).blame(second, "a.txt", 2, 3)
    assert [(line.line, line.commit, line.original_line, line.text) for line in lines] == [
        (2, first, 1, "line 1"),
        (3, second, 3, "line II"),
    ]


def test_blame_is_cut_to_the_file(builder: GitBuilder) -> None:
    """A range past the end of the file gives the lines that are there."""
    commit = builder.commit({"a.txt": TEN})
    repository = opened(builder)
    assert len(repository.blame(commit, "a.txt", 9, 99)) == 2
    assert repository.blame(commit, "a.txt", 50, 99) == []


def test_blame_follows_a_rename(builder: GitBuilder) -> None:
    """Lines of a moved file keep their commit and say where they were."""
    first = builder.commit({"old.txt": TEN})
    second = builder.commit({"old.txt": None, "new.txt": TEN})
    line = opened(builder).blame(second, "new.txt", 4, 4)[0]
    assert (line.commit, line.original_path) == (first, "old.txt")


def test_show_and_missing_path(builder: GitBuilder) -> None:
    """A file's text at a commit; a path that is not there is named with the commit."""
    first = builder.commit({"a.txt": "one\n"})
    builder.commit({"a.txt": "two\n"})
    repository = opened(builder)
    assert repository.show(first, "a.txt") == "one\n"
    with pytest.raises(NotFoundError, match=rf"'b.txt' is not a file in repository 'shop' at commit {first[:12]}"):
        repository.show(first, "b.txt")


def test_default_branch_and_ancestry(builder: GitBuilder) -> None:
    """The branch a clone would check out, and which commit contains which."""
    first = builder.commit({"a.txt": "one\n"})
    second = builder.commit({"a.txt": "two\n"})
    repository = opened(builder)
    assert repository.default_branch() == "main"
    assert repository.is_ancestor(first, second)
    assert not repository.is_ancestor(second, first)


def test_tags_point_at_commits(builder: GitBuilder) -> None:
    """Annotated and plain tags give their commit."""
    commit = builder.commit({"a.txt": "one\n"})
    builder.git("tag", "1.0")
    builder.git("tag", "--annotate", "v2.0", "--message", "two")
    assert opened(builder).tags() == {"1.0": commit, "v2.0": commit}
