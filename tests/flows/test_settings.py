"""Settings: where they come from, what wins, and how mistakes are explained."""

from pathlib import Path

import pytest

from connectors.errors import BadInputError
from flows.settings import load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "firstcause.toml"
    path.write_text(text)
    return path


def test_defaults_need_no_account_and_no_server(tmp_path: Path) -> None:
    """An empty file gives embedded stores inside the state folder beside it."""
    settings = load_settings(write(tmp_path, ""))
    assert settings.database_url == f"sqlite:///{tmp_path}/.firstcause/metadata.db"
    assert settings.warehouse_url == f"lake://{tmp_path}/.firstcause/lake"
    assert settings.analyst.kind == "deterministic"


def test_variables_win_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FIRSTCAUSE_* overrides what the file says."""
    monkeypatch.setenv("FIRSTCAUSE_PORT", "9001")
    assert load_settings(write(tmp_path, "port = 9000")).port == 9001


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """The current folder does not matter."""
    settings = load_settings(write(tmp_path, '[[repositories]]\nname = "shop"\npath = "src/shop"\n'))
    assert settings.repositories[0].path == tmp_path / "src/shop"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 9000", "prot"),
        ("port = 'many'", "port"),
        ('[[sources]]\nname = "a"\nurl = "x"\nservise = "s"\n', "servise"),
        ("port = ", "not valid TOML"),
        ('[[sources]]\nname = "http"\nurl = "x"\n', "kept for lines posted"),
        ('[[sources]]\nname = "a"\nurl = "x"\n[[sources]]\nname = "a"\nurl = "y"\n', "called a"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    """The error names the wrong key or value instead of ignoring it."""
    with pytest.raises(BadInputError, match=named):
        load_settings(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A configuration file that was asked for must be there."""
    with pytest.raises(BadInputError, match=r"nowhere.toml"):
        load_settings(tmp_path / "nowhere.toml")
