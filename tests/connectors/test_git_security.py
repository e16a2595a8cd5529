"""A repository is only read: nothing in it, in a ref or in a path starts a program, and git's own trouble is said."""

import os
import shutil
from pathlib import Path

import pytest

from connectors.errors import BadInputError, ConfigurationError, FirstcauseError, NotFoundError, UnavailableError
from connectors.source_control.git import GitRepository
from tests.fakes.git_builder import GitBuilder

TEN = "".join(f"line {number}\n" for number in range(1, 11))


def ask_everything(repository: GitRepository, old: str, new: str) -> None:
    """Every question that the product asks of history."""
    repository.changes(old, new)
    repository.diff(old, new)
    repository.introduced(new)
    repository.sizes([old, new])
    repository.log(new, old, paths=["a.py"])
    repository.between(old, new)
    repository.picked(old, new, ["a.py"])
    repository.touching(old, new, ["a.py"])
    repository.changing_text(old, new, "line", ["a.py"])
    repository.line_history(new, old, "a.py", 1, 3)
    repository.blame(new, "a.py", 1, 5)
    repository.show(new, "a.py")
    repository.tree(new).text("a.py")
    repository.tags()
    repository.is_ancestor(old, new)


@pytest.fixture
def scene(tmp_path: Path) -> tuple[GitBuilder, str, str]:
    """Two commits of a file whose attributes name a driver that the repository's settings may define."""
    builder = GitBuilder(tmp_path / "shop")
    old = builder.commit({"a.py": TEN, ".gitattributes": "*.py diff=evil filter=evil merge=evil\n"})
    return builder, old, builder.commit({"a.py": TEN.replace("line 2", "line II")})


@pytest.mark.parametrize(
    "key",
    [
        "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.smudge", "filter.evil.clean",
        "core.fsmonitor", "core.sshCommand", "core.pager", "pager.log", "pager.blame", "core.editor", "gpg.program",
        "core.alternateRefsCommand", "core.askPass", "credential.helper", "alias.blame", "merge.evil.driver",
        "uploadpack.packObjectsHook", "trailer.x.cmd",
    ],
)  # fmt: skip
def test_a_program_named_by_the_repository_is_not_run(
    scene: tuple[GitBuilder, str, str], tmp_path: Path, key: str
) -> None:
    """Whatever the repository's own settings name stays where it is."""
    builder, old, new = scene
    mark = tmp_path / "ran"
    builder.git("config", key, f"touch {mark};" if not key.startswith("alias") else f"!touch {mark}")
    builder.git("config", "log.showSignature", "true")
    builder.git("config", "diff.evil.cachetextconv", "true")
    ask_everything(GitRepository(builder.folder, name="shop"), old, new)
    assert not mark.exists()


def test_hooks_are_not_run(scene: tuple[GitBuilder, str, str], tmp_path: Path) -> None:
    """Not one of them, wherever the repository says they are."""
    builder, old, new = scene
    mark = tmp_path / "ran"
    hooks = builder.folder / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)
    builder.git("config", "core.hooksPath", str(hooks))
    ask_everything(GitRepository(builder.folder, name="shop"), old, new)
    assert not mark.exists()


@pytest.mark.parametrize("url", ["ext::sh -c touch% {mark}", "file://{folder}"])
def test_a_partial_clone_fetches_nothing(scene: tuple[GitBuilder, str, str], tmp_path: Path, url: str) -> None:
    """What is missing is said; the programs that would bring it are not run, even where the repository allows them."""
    builder, old, new = scene
    mark = tmp_path / "ran"
    builder.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    builder.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{builder.folder}", str(partial))
    inside = ["-C", str(partial), "config"]
    builder.git(*inside, "remote.origin.url", url.format(mark=mark, folder=builder.folder))
    builder.git(*inside, "remote.origin.uploadpack", f"touch {mark}; git-upload-pack")
    for protocol in ("ext", "file"):
        builder.git(*inside, f"protocol.{protocol}.allow", "always")
    repository = GitRepository(partial, name="shop")
    with pytest.raises(FirstcauseError, match="is a partial clone"):
        repository.blame(new, "a.py", 1, 2)
    with pytest.raises(FirstcauseError, match="is a partial clone"):
        repository.diff(old, new)
    assert [commit.commit for commit in repository.between(old, new)] == [new]
    assert not mark.exists()


def test_an_older_git_fetches_nothing_either(
    scene: tuple[GitBuilder, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not know GIT_NO_LAZY_FETCH is kept from it by the protocols that are allowed: none."""
    builder, _, new = scene
    mark = tmp_path / "ran"
    builder.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    builder.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{builder.folder}", str(partial))
    builder.git("-C", str(partial), "config", "remote.origin.uploadpack", f"touch {mark}; git-upload-pack")
    builder.git("-C", str(partial), "config", "protocol.file.allow", "always")
    _fake_git(tmp_path / "old", f'unset GIT_NO_LAZY_FETCH; exec {shutil.which("git")} "$@"', monkeypatch)
    with pytest.raises(NotFoundError, match="is a partial clone"):
        GitRepository(partial, name="shop").blame(new, "a.py", 1, 2)
    assert not mark.exists()


@pytest.mark.parametrize("odd", ["--output=/tmp/x", "-n", ":(top)a.py", "*", "a\nb", "--", "-S", "etc/passwd"])
def test_a_path_is_only_ever_a_path(scene: tuple[GitBuilder, str, str], odd: str) -> None:
    """A name that looks like an option or a pattern finds the file of that name, or nothing."""
    builder, old, new = scene
    repository = GitRepository(builder.folder, name="shop")
    assert repository.log(new, paths=[odd]) == []
    assert repository.touching(old, new, [odd]) == {}
    assert repository.diff(old, new, [odd]) == ""
    for ask in (lambda: repository.blame(new, odd, 1, 1), lambda: repository.show(new, odd)):
        with pytest.raises(ConfigurationError):
            ask()


def test_a_path_outside_is_refused(scene: tuple[GitBuilder, str, str]) -> None:
    """Nothing beside the repository is looked at."""
    with pytest.raises(NotFoundError, match="no file of that commit"):
        GitRepository(scene[0].folder, name="shop").blame(scene[2], "../../etc/passwd", 1, 1)


@pytest.mark.parametrize("ref", ["--output=x", "-c", "@{-1} ", "a..b", "HEAD:a.py", "^HEAD"])
def test_a_ref_is_only_ever_a_ref(scene: tuple[GitBuilder, str, str], ref: str) -> None:
    """It is refused before git sees it."""
    repository = GitRepository(scene[0].folder, name="shop")
    for ask in (repository.tree, repository.introduced, lambda one: repository.between(one, "main")):
        with pytest.raises(BadInputError, match="not a git ref"):
            ask(ref)


def test_settings_of_the_user_do_not_change_answers(
    scene: tuple[GitBuilder, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefixes, colours and orders that somebody likes in the terminal leave the parsed output alone."""
    builder, old, new = scene
    plain = GitRepository(builder.folder, name="shop").diff(old, new)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[diff]\n noprefix = true\n algorithm = patience\n interHunkContext = 9\n"
        "[color]\n ui = always\n[log]\n date = raw\n"
    )
    monkeypatch.setenv("HOME", str(home))
    assert GitRepository(builder.folder, name="shop").diff(old, new) == plain


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder to another user")
def test_a_repository_of_another_user_is_read(scene: tuple[GitBuilder, str, str]) -> None:
    """Naming it is the consent that git asks for: a mirror mounted into a container belongs to somebody else."""
    builder, old, new = scene
    for path in [builder.folder, *builder.folder.rglob("*")]:
        os.chown(path, 12345, 12345)
    ask_everything(GitRepository(builder.folder, name="shop"), old, new)


def _fake_git(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_git_that_is_not_installed_is_one_sentence(
    scene: tuple[GitBuilder, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ConfigurationError, match=r"^the git program is not installed \(Debian: apt-get install git\)\.$"
    ):
        GitRepository(scene[0].folder, name="shop")


def test_git_that_is_too_old_is_one_sentence(
    scene: tuple[GitBuilder, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it is and what is needed."""
    _fake_git(tmp_path / "old", "echo git version 2.17.1", monkeypatch)
    with pytest.raises(
        ConfigurationError, match=r"^git version 2\.17\.1 is too old; firstcause needs 2\.30 or later\.$"
    ):
        GitRepository(scene[0].folder, name="shop")


def test_git_that_hangs_is_stopped(
    scene: tuple[GitBuilder, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time it was given, with the question that took so long."""
    script = 'if [ "$1" = --version ]; then echo git version 2.40.0; else exec sleep 60; fi'
    _fake_git(tmp_path / "slow", script, monkeypatch)
    with pytest.raises(UnavailableError, match=r"^git rev-parse in repository 'shop' took longer than 0\.2 s\.$"):
        GitRepository(scene[0].folder, name="shop", timeout=0.2)
