"""History in the shapes in which repositories really come: cut, bare, rewritten, merged, oddly named."""

import subprocess
from pathlib import Path

import pytest

from connectors.errors import NotFoundError
from connectors.source_control.git import GitRepository
from tests.fakes.git_builder import GitBuilder

TEN = "".join(f"line {number}\n" for number in range(1, 11))


@pytest.fixture
def builder(tmp_path: Path) -> GitBuilder:
    return GitBuilder(tmp_path / "shop")


def opened(builder: GitBuilder) -> GitRepository:
    return GitRepository(builder.folder, name="shop")


def shallow(builder: GitBuilder, folder: Path, depth: int) -> GitRepository:
    builder.git("clone", "--quiet", "--bare", f"--depth={depth}", f"file://{builder.folder}", str(folder))
    return GitRepository(folder, name="shop")


def test_blame_of_a_shallow_clone_stops_at_the_cut(builder: GitBuilder, tmp_path: Path) -> None:
    """The commit at the edge is not said to have written what came before it."""
    for number in range(6):
        builder.commit({"a.txt": TEN.replace("line 9", f"line nine {number}")}, f"c{number}")
    repository = shallow(builder, tmp_path / "cut", 2)
    lines = repository.blame("main", "a.txt", 1, 10)
    assert {line.line for line in lines if not line.boundary} == {9}
    assert {line.commit for line in lines if line.boundary} == repository.cut_commits


def test_a_clone_of_depth_one_accuses_nobody(builder: GitBuilder, tmp_path: Path) -> None:
    """Everything is older than what is here, and the only commit's difference is not known."""
    builder.commit({"a.txt": "x\n"})
    commit = builder.commit({"a.txt": TEN})
    repository = shallow(builder, tmp_path / "cut", 1)
    assert all(line.boundary for line in repository.blame("main", "a.txt", 1, 10))
    assert (repository.introduced(commit), repository.sizes([commit])) == ("", {})


def test_the_first_commit_of_a_whole_history_did_write_its_lines(builder: GitBuilder) -> None:
    """Only a cut makes a boundary."""
    commit = builder.commit({"a.txt": TEN})
    assert [line.boundary for line in opened(builder).blame(commit, "a.txt", 1, 2)] == [False, False]
    assert opened(builder).introduced(commit).count("\n+line") == 10


def test_blame_since_a_commit_leaves_older_lines_alone(builder: GitBuilder) -> None:
    """They come back as boundaries."""
    builder.commit({"a.txt": TEN}, "made")
    good = builder.commit({"a.txt": TEN.replace("line 2", "line II")}, "old")
    new = builder.commit({"a.txt": TEN.replace("line 2", "line II").replace("line 5", "line V")}, "new")
    lines = opened(builder).blame(new, "a.txt", 1, 10, since=good)
    assert [(line.line, line.commit) for line in lines if not line.boundary] == [(5, new)]


def test_commits_that_the_tree_says_to_ignore_are_looked_through(builder: GitBuilder) -> None:
    """A formatter's commit named in .git-blame-ignore-revs wrote nothing; an unknown id there does no harm."""
    first = builder.commit({"a.txt": "call(one)\ncall(two)\n"}, "made")
    tidy = builder.commit({"a.txt": "call( one )\ncall(two, )\n"}, "tidy")
    last = builder.commit({".git-blame-ignore-revs": f"# black\n{tidy} # 2024\n{'d' * 40}\nnonsense\n"})
    assert {line.commit for line in opened(builder).blame(last, "a.txt", 1, 2)} == {first}


def test_white_space_counts_only_where_it_is_asked_for(builder: GitBuilder) -> None:
    """Indentation is looked through by default, and is a change in a language that is made of it."""
    first = builder.commit({"a.py": "if a:\n  b()\n"})
    second = builder.commit({"a.py": "if a:\n    b()\n"})
    repository = opened(builder)
    assert repository.blame(second, "a.py", 2, 2)[0].commit == first
    assert repository.blame(second, "a.py", 2, 2, spaces=True)[0].commit == second


def test_changed_line_ends_are_no_change_of_a_line(builder: GitBuilder) -> None:
    """A file that moves from CRLF to LF keeps its authors, and a difference without spaces has no stretches."""
    first = builder.commit({"a.txt": TEN.replace("\n", "\r\n")})
    second = builder.commit({"a.txt": TEN})
    repository = opened(builder)
    assert {line.commit for line in repository.blame(second, "a.txt", 1, 10)} == {first}
    assert [change.hunks for change in repository.changes(first, second, spaces=False)] == [()]


def test_a_cherry_picked_commit_is_not_between_its_two_branches(builder: GitBuilder) -> None:
    """The same patch on the old release's branch counts as known there."""
    base = builder.commit({"a.txt": TEN, "b.txt": TEN}, "base")
    builder.git("checkout", "-q", "-b", "release", base)
    builder.commit({"b.txt": TEN + "release\n"}, "only on the release")
    builder.git("checkout", "-q", "main")
    fix = builder.commit({"a.txt": TEN.replace("line 3", "line III")}, "fix")
    builder.commit({"a.txt": TEN.replace("line 3", "line III") + "more\n"}, "feature")
    builder.git("checkout", "-q", "release")
    builder.git("cherry-pick", fix)
    repository = opened(builder)
    assert [commit.subject for commit in repository.between("release", "main")] == ["feature"]
    assert repository.picked("release", "main", ["a.txt"]) == {fix}


def test_a_merge_is_known_as_one_and_brings_nothing_of_its_own(builder: GitBuilder) -> None:
    """Its branch's commits carry the change; only what was decided in the merge itself is the merge's."""
    base = builder.commit({"a.txt": TEN})
    builder.git("checkout", "-q", "-b", "side")
    side = builder.commit({"a.txt": TEN.replace("line 2", "line II")}, "side")
    builder.git("checkout", "-q", "main")
    builder.commit({"b.txt": "x\n"}, "main")
    builder.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side")
    repository = opened(builder)
    merge = repository.between(base, "main")[0]
    assert (merge.subject, merge.is_merge) == ("Merge side", True)
    assert repository.introduced(merge.commit) == ""
    assert repository.touching(base, "main", ["a.txt"]) == {side: ("a.txt",)}


def test_a_merge_that_decides_a_conflict_wrote_that(builder: GitBuilder) -> None:
    """What neither side had is the merge's own."""
    base = builder.commit({"a.txt": TEN})
    builder.git("checkout", "-q", "-b", "side")
    builder.commit({"a.txt": TEN.replace("line 2", "line two")}, "side")
    builder.git("checkout", "-q", "main")
    builder.commit({"a.txt": TEN.replace("line 2", "line II")}, "main")
    with pytest.raises(subprocess.CalledProcessError):
        builder.git("merge", "side")
    merge = builder.commit({"a.txt": TEN.replace("line 2", "line 2 and II")}, "Merge side")
    assert "line 2 and II" in opened(builder).introduced(merge)
    assert merge in opened(builder).touching(base, "main", ["a.txt"])


def test_a_tag_of_a_tag_and_a_detached_one(builder: GitBuilder) -> None:
    """Both lead to their commit, though no branch holds it any more."""
    kept = builder.commit({"a.txt": "1\n"})
    gone = builder.commit({"a.txt": "2\n"})
    builder.git("tag", "--annotate", "v1", "--message", "one")
    builder.git("tag", "--annotate", "v1-signed", "--message", "again", "v1")
    builder.git("reset", "--quiet", "--hard", kept)
    repository = opened(builder)
    assert repository.tags() == {"v1": gone, "v1-signed": gone}
    assert [commit.commit for commit in repository.between(kept, "v1")] == [gone]


def test_names_that_are_not_utf8_are_found_as_they_are_shown(builder: GitBuilder) -> None:
    """A file and an author in Latin-1: the name in the list is the name that works."""
    (builder.folder / "caf\udce9.py").write_bytes(b"x = 1\n")
    builder.git("config", "i18n.commitEncoding", "ISO-8859-1")
    commit = builder.commit({"b.py": "y = 1\n"}, "Größe")
    repository = opened(builder)
    (path,) = [entry.path for entry in repository.tree(commit).entries() if entry.path.startswith("caf")]
    assert path == "caf\N{REPLACEMENT CHARACTER}.py"
    assert repository.show(commit, path) == "x = 1\n"
    assert repository.blame(commit, path, 1, 1)[0].commit == commit
    assert repository.log(commit, paths=[path])[0].commit == commit


def test_control_characters_in_names_do_not_shift_the_fields(builder: GitBuilder) -> None:
    """A hostile author, subject and file name are only text."""
    base = builder.commit({"a.txt": "1\n"})
    builder.git("config", "user.name", "x")
    odd = f"\x01{'a' * 40}\x1f"
    new = builder.commit({f"{odd}.txt": "1\n"}, f"s\x1f{odd}\x1e")
    (commit,) = opened(builder).between(base, new)
    assert (commit.commit, commit.subject.startswith("s\x1f")) == (new, True)
    assert opened(builder).touching(base, new, [f"{odd}.txt"]) == {new: (f"{odd}.txt",)}


def test_impossible_times_do_no_harm(builder: GitBuilder) -> None:
    """A commit may claim any time; one that no calendar has becomes the epoch."""
    builder.commit({"a.txt": "1\n"})
    raw = builder.git("cat-file", "commit", "HEAD").replace("+0000", "+0000").split("\n")
    raw = [f"author A <a@b> {10**17} +0000" if line.startswith("author") else line for line in raw]
    made = subprocess.run(
        ["git", "-C", str(builder.folder), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input="\n".join(raw).encode(), check=True, capture_output=True,
    ).stdout.decode().strip()  # fmt: skip
    assert opened(builder).log(made)[0].authored_at.year == 1970


def test_a_linked_worktree_is_read(builder: GitBuilder, tmp_path: Path) -> None:
    """Its history is that of the repository it belongs to."""
    commit = builder.commit({"a.txt": TEN})
    builder.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    repository = GitRepository(tmp_path / "tree", name="shop")
    assert repository.blame("HEAD", "a.txt", 1, 1)[0].commit == commit
    assert repository.cut_commits == frozenset()


def test_a_submodule_is_no_change_and_no_file(builder: GitBuilder) -> None:
    """What it points at lies in another repository."""
    old = builder.commit({"a.txt": "1\n"})
    builder.git("update-index", "--add", "--cacheinfo", f"160000,{old},vendor/lib")
    builder.git("commit", "--quiet", "--message", "with a submodule")
    repository = opened(builder)
    assert repository.changes(old, "main") == []
    assert [entry.path for entry in repository.tree("main").entries()] == ["a.txt"]
    with pytest.raises(NotFoundError):
        repository.show("main", "vendor/lib")


def test_an_empty_commit_and_an_empty_repository(builder: GitBuilder) -> None:
    """Nothing changed, or nothing is there; both are said."""
    with pytest.raises(NotFoundError, match="'HEAD' is not in repository"):
        opened(builder).resolve("HEAD")
    old = builder.commit({"a.txt": "1\n"})
    new = builder.commit({}, "nothing")
    repository = opened(builder)
    assert (repository.changes(old, new), repository.introduced(new)) == ([], "")
    assert [commit.subject for commit in repository.between(old, new)] == ["nothing"]


def test_a_huge_file_is_compared_as_a_whole(builder: GitBuilder) -> None:
    """Its change is named without lines, and the files beside it keep theirs."""
    big = "x" * 99 + "\n"
    old = builder.commit({"big.csv": big * 90_000, "a.txt": TEN})
    new = builder.commit({"big.csv": big * 90_001, "a.txt": TEN.replace("line 4", "line IV")})
    changes = {change.path: len(change.hunks) for change in opened(builder).changes(old, new)}
    assert changes == {"a.txt": 1, "big.csv": 0}


def test_a_missing_object_is_said(builder: GitBuilder) -> None:
    """A damaged repository is not taken for one in which nothing was written."""
    commit = builder.commit({"a.txt": TEN})
    blob = builder.git("rev-parse", "HEAD:a.txt")
    (builder.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    (builder.folder / "a.txt").unlink()
    with pytest.raises(NotFoundError, match="its content is missing"):
        opened(builder).blame(commit, "a.txt", 1, 1)
    with pytest.raises(NotFoundError, match="fsck"):
        opened(builder).introduced(commit)


def test_contents_come_in_one_go(builder: GitBuilder) -> None:
    """By blob id, without those that are not here."""
    old = builder.commit({"a.txt": "1\n"})
    new = builder.commit({"a.txt": "2\n"})
    (change,) = opened(builder).changes(old, new, hunks=False)
    found = opened(builder).contents([change.old_blob, change.blob, "0" * 40, "nonsense"])
    assert found == {change.old_blob: b"1\n", change.blob: b"2\n"}
