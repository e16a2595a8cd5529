"""Settings, repositories and releases decide how traces are read; what is missing leaves it to patterns."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.errors import BadInputError
from flows.settings import load_settings
from flows.steps.reading import trace_reader
from flows.wiring import Workspace
from indexers.code.releases import Release, ReleaseStore

FRAME = '  File "/usr/lib/python3/site-packages/{name}/a.py", line 1, in f\n    x()\n'
TEXT = (
    "Traceback (most recent call last):\n"
    + FRAME.format(name="old_name")
    + FRAME.format(name="new_name")
    + "ValueError: x"
)


def commit(folder: Path, package: str) -> str:
    """A commit whose only package is `package`."""
    for old in folder.glob("*/__init__.py"):
        old.unlink()
    (folder / package).mkdir(exist_ok=True)
    (folder / package / "__init__.py").write_text(f"# {package}\n")
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", package], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def workspace(folder: Path, text: str) -> Workspace:
    path = folder / "firstcause.toml"
    path.write_text(text)
    return Workspace(load_settings(path))


def own(opened: Workspace, service: str, version: str) -> list[bool | None]:
    (trace,) = trace_reader(opened).read(TEXT, service=service, version=version)
    return [frame.in_app for frame in trace.chain[0].frames]


def test_the_release_s_commit_says_what_is_own(tmp_path: Path) -> None:
    """An old release is read by its own tree, an unknown one by the default branch, another service by patterns."""
    repository = tmp_path / "shop"
    repository.mkdir()
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    first = commit(repository, "old_name")
    commit(repository, "new_name")
    settings = '[[repositories]]\nname = "shop"\npath = "shop"\nservices = ["web"]\n'
    with workspace(tmp_path, settings) as opened:
        ReleaseStore(opened.database).record(Release("web", "prod", datetime(2026, 3, 1, tzinfo=UTC), "1.0", first))
        assert own(opened, "web", "1.0") == [True, False]
        assert own(opened, "web", "2.0") == [False, True]
        assert own(opened, "mail", "1.0") == [False, False]


def test_a_repository_that_is_not_there_leaves_it_to_patterns(tmp_path: Path) -> None:
    """Nothing is raised while pages are clustered."""
    with workspace(tmp_path, '[[repositories]]\nname = "shop"\npath = "nowhere"\n') as opened:
        assert own(opened, "web", "1.0") == [False, False]


def test_rules_stand_above_the_tree_and_are_found_beside_the_settings(tmp_path: Path) -> None:
    """A relative path in the settings is relative to them."""
    (tmp_path / "my.rules").write_text("in python file /old_name/\n")
    with workspace(tmp_path, '[grouping]\nrules = ["my.rules"]\n') as opened:
        assert own(opened, "web", "") == [True, False]
        assert "+" in trace_reader(opened).read(TEXT)[0].fingerprint.strategy


def test_source_maps_of_a_version_are_preferred(tmp_path: Path) -> None:
    """A folder named after the version is taken for it, else the folder itself."""
    (tmp_path / "maps" / "1.0").mkdir(parents=True)
    settings = '[[sources]]\nname = "a"\nurl = "x.log"\nservice = "web"\nsource_maps = "maps"\n'
    with workspace(tmp_path, settings) as opened:
        known = trace_reader(opened).known
        one, two, again, other = (known(*place) for place in (("web", "1.0"), ("web", "2.0"), ("web", ""), ("x", "")))
    assert one is not None
    assert two is not None
    assert one.source_maps is not None
    assert one != two == again
    assert other is None


def test_source_maps_need_a_service(tmp_path: Path) -> None:
    """Nobody knows otherwise whose they are."""
    with pytest.raises(BadInputError, match="name the service"):
        workspace(tmp_path, '[[sources]]\nname = "a"\nurl = "x.log"\nsource_maps = "maps"\n')


def test_an_unknown_strategy_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    """The message names the valid ones."""
    with workspace(tmp_path, '[grouping]\nstrategy = "1999-01-01"\n') as opened, pytest.raises(BadInputError):
        trace_reader(opened)
