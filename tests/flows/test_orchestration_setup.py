"""The environment Prefect is given, and the table of deployments."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.orchestration import prepare
from flows.orchestration_deployments import deployments
from flows.settings import Settings

ADDRESS = "http://127.0.0.1:8321"


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_without_a_server_of_the_users_prefect_is_hosted_on_our_port(tmp_path: Path) -> None:
    """API and UI under one prefix, everything on disk below the state folder, telemetry off."""
    server = prepare(Settings(state_dir=tmp_path), address=ADDRESS)
    assert (server.hosted, server.api_url) == (True, f"{ADDRESS}/prefect/api")
    assert os.environ["PREFECT_API_URL"] == server.api_url
    assert Path(os.environ["PREFECT_HOME"]).is_relative_to(tmp_path)
    assert Path(os.environ["PREFECT_SERVER_UI_STATIC_DIRECTORY"]).is_relative_to(tmp_path)
    assert (os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"], os.environ["DO_NOT_TRACK"]) == ("false", "1")


def test_a_server_of_the_users_is_used_as_it_is(tmp_path: Path) -> None:
    """PREFECT_API_URL wins, and nothing is set that would point a server anywhere."""
    os.environ["PREFECT_API_URL"] = "http://prefect.example/api/"
    server = prepare(Settings(state_dir=tmp_path), address=ADDRESS)
    assert (server.hosted, server.api_url) == (False, "http://prefect.example/api")
    assert os.environ["PREFECT_API_URL"] == "http://prefect.example/api/"
    assert "PREFECT_SERVER_UI_SERVE_BASE" not in os.environ


def test_the_api_token_also_locks_prefect(tmp_path: Path) -> None:
    """Server and client are given the same sign-in."""
    settings = Settings.model_validate({"state_dir": tmp_path, "api_token": "secret-token"})
    prepare(settings, address=ADDRESS)
    assert os.environ["PREFECT_SERVER_API_AUTH_STRING"] == "firstcause:secret-token"
    assert os.environ["PREFECT_API_AUTH_STRING"] == "firstcause:secret-token"


def test_runs_read_the_same_settings_file(tmp_path: Path) -> None:
    """Flows open their own workspace from the environment."""
    prepare(Settings(state_dir=tmp_path), address=ADDRESS, config=Path("firstcause.toml"))
    assert os.environ["FIRSTCAUSE_CONFIG"] == str(Path("firstcause.toml").absolute())


def test_what_the_user_has_set_for_prefect_wins(tmp_path: Path) -> None:
    """Their home and log level are theirs."""
    os.environ["PREFECT_HOME"] = str(tmp_path / "theirs")
    prepare(Settings(state_dir=tmp_path), address=ADDRESS)
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "theirs")


def test_every_deployment_names_a_flow_by_module(tmp_path: Path) -> None:
    """The short path by interval and at start, everything at night, each stage on demand; no two share a name."""
    table = deployments(Settings(state_dir=tmp_path, poll_interval=timedelta(minutes=7)))
    by_entrypoint = {one.entrypoint: one for one in table}
    names = [one.flow().name for one in table]
    assert len(set(names)) == len(table)
    assert not [entrypoint for entrypoint in by_entrypoint if "/" in entrypoint or ".py" in entrypoint]
    assert (by_entrypoint["flows.watch:watch"].interval, by_entrypoint["flows.watch:watch"].at_start) == (
        timedelta(minutes=7),
        True,
    )
    assert by_entrypoint["flows.nightly:nightly"].cron == "0 2 * * *"
