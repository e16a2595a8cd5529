"""The house rules that import-linter cannot see."""

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("connectors", "indexers", "rca", "flows", "dashboards")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LONGEST_FILE = 350


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_name_resolves_inside_this_repository(room: str) -> None:
    """Guards against another installed package called `flows` or `connectors` being imported instead."""
    assert Path(import_module(room).__file__ or "").parent == ROOT / room


def test_the_top_level_is_the_agreed_one() -> None:
    """Every folder at the top is a room, a place that was agreed on, or hidden."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    folders -= {"firstcause.egg-info", "build", "__pycache__"}
    assert folders == {*ROOMS, "deploy", "tests"}


def test_the_wheel_holds_the_five_rooms_and_nothing_else() -> None:
    """Packages are found by the rooms' names alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["packages"]["find"]["include"] == [f"{room}*" for room in ROOMS]


def test_every_data_file_goes_into_the_wheel() -> None:
    """Guards against prompts in a folder with a dot in its name, which setuptools takes for no package, and against
    suffixes that nobody listed: both work in a clone and are missing once installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    files = [path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    data = [path for path in files if path.suffix not in (".py", ".pyc", ".mako")]
    lost = [path for path in data if any("." in folder for folder in path.parts[:-1])]
    unlisted = [path for path in data if not any(path.match(pattern) for pattern in patterns)]
    assert (lost, unlisted) == ([], [])


def test_no_module_in_flows_has_a_standard_library_name() -> None:
    """Guards against a flow file shadowing the standard library when its folder comes first on sys.path."""
    assert not {path.stem for path in (ROOT / "flows").rglob("*.py")} & set(sys.stdlib_module_names) - {"__init__"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_owns(path: Path) -> None:
    """Every module opens with a docstring, except an empty package marker, and stays small enough to know."""
    text = path.read_text()
    assert not text.strip() or text.startswith('"""')
    assert text.count("\n") <= LONGEST_FILE
