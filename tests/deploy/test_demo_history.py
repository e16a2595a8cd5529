"""The demo's repository: built from sources and patches, the same every time."""

import compileall
from pathlib import Path

import pytest

from deploy.demo.driver import history


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> history.Repository:
    return history.build(tmp_path_factory.mktemp("history") / "shop")


def test_building_twice_gives_the_same_commits(repository: history.Repository, tmp_path: Path) -> None:
    """Commit ids do not depend on where or when the repository is built."""
    again = history.build(tmp_path / "elsewhere")
    assert again.tags == repository.tags
    assert history.git(again.path, "rev-parse", "HEAD") == history.git(repository.path, "rev-parse", "HEAD")


def test_a_persons_git_settings_do_not_matter(
    repository: history.Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks, line ends, ignored files, names and zones of the person who runs the demo change no commit id."""
    (tmp_path / ".gitconfig").write_text(
        "[user]\n\tname = Somebody Else\n[core]\n\tautocrlf = true\n[commit]\n\tgpgsign = true\n"
    )
    ignoring = tmp_path / ".config" / "git" / "ignore"
    ignoring.parent.mkdir(parents=True)
    ignoring.write_text("*.py\n")
    settings = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config"), "TZ": "Asia/Tokyo"}
    for name, value in {**settings, "GIT_AUTHOR_NAME": "Somebody", "GIT_DIR": str(tmp_path / "other")}.items():
        monkeypatch.setenv(name, value)
    assert history.build(tmp_path / "shop").tags == repository.tags


def test_building_replaces_what_was_there(tmp_path: Path) -> None:
    """A leftover of an earlier demo does not get into the repository."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "leftover.txt").write_text("old")
    built = history.build(tmp_path / "shop")
    assert not (tmp_path / "shop" / "leftover.txt").exists()
    assert history.git(built.path, "status", "--porcelain") == ""


def test_every_version_folder_is_a_release(repository: history.Repository) -> None:
    """Tags follow the folders, and main goes on after the last release."""
    folders = sorted(path.name for path in history.VERSIONS.iterdir() if path.is_dir())
    assert [f"{number:02d}-{tag}" for number, tag in enumerate([*repository.tags, "main"])] == folders
    assert history.git(repository.path, "rev-list", "--count", f"{list(repository.tags)[-1]}..main").strip() != "0"


def test_a_patch_that_does_not_apply_is_said(tmp_path: Path) -> None:
    """The error names git's reason instead of leaving half a history behind silently."""
    versions = tmp_path / "versions"
    (versions / "00-v1.0.0").mkdir(parents=True)
    steps = (history.VERSIONS / "00-v1.0.0" / "commits.toml").read_text()
    (versions / "00-v1.0.0" / "commits.toml").write_text(steps)
    (versions / "01-v1.1.0").mkdir()
    patch = next((history.VERSIONS / "01-v1.1.0").glob("0001-*.patch")).read_text()
    (versions / "01-v1.1.0" / "0001.patch").write_text(patch)
    (versions / "01-v1.1.0" / "0002.patch").write_text(patch)
    with pytest.raises(history.HistoryError, match="git am failed"):
        history.build(tmp_path / "shop", versions=versions)


def test_every_release_holds_python_that_compiles(repository: history.Repository, tmp_path: Path) -> None:
    """A patch that breaks the syntax of a service would only show as a service that does not start."""
    for tag in repository.tags:
        tree = history.export(repository.path, tag, tmp_path / tag)
        assert compileall.compile_dir(str(tree), quiet=2), tag


def test_exporting_an_unknown_release_is_an_error(repository: history.Repository, tmp_path: Path) -> None:
    """Nothing is deployed when the tag does not exist."""
    with pytest.raises(history.HistoryError, match=r"v9\.9\.9"):
        history.export(repository.path, "v9.9.9", tmp_path)
