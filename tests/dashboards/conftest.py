"""Scenes: one built once and only read, and fresh copies for tests that change something; ways to ask both."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboards.cli import main
from dashboards.server.site import site
from flows.settings import load_settings
from flows.wiring import Workspace
from tests.dashboards import scenes


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a scene that nobody changes; its settings are in firstcause.toml."""
    folder = tmp_path_factory.mktemp("scene")
    scenes.build(folder)
    return folder


@pytest.fixture
def scene(built: Path, tmp_path: Path) -> Path:
    """A copy of the scene to change."""
    folder = tmp_path / "scene"
    shutil.copytree(built, folder)
    return folder


@pytest.fixture
def workspace(scene: Path) -> Iterator[Workspace]:
    """The workspace of a scene to change."""
    with Workspace(load_settings(scene / "firstcause.toml")) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared(built: Path) -> Iterator[Workspace]:
    """The workspace of the scene that nobody changes."""
    with Workspace(load_settings(built / "firstcause.toml")) as opened:
        yield opened


class Client:
    """Asks everything behind the port, without a port; one event loop a request."""

    def __init__(self, workspace: Workspace) -> None:
        self._app = site(workspace)

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self("POST", path, **options)


@pytest.fixture
def api(shared: Workspace) -> Client:
    """A client over the scene that nobody changes."""
    return Client(shared)


@pytest.fixture
def own_api(workspace: Workspace) -> Client:
    """A client over a scene to change."""
    return Client(workspace)


@dataclass(frozen=True)
class Outcome:
    """What a command left: exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Outcome]]:
    """Runs `firstcause ARGUMENTS` in this process, with the settings of a scene's folder."""
    before = dict(os.environ)
    os.environ["COLUMNS"] = "100"

    def command(*arguments: str, at: Path | None = None) -> Outcome:
        given = [] if at is None else ["--config", str(at / "firstcause.toml")]
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*given, *arguments])
        written = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), written.out, written.err)

    yield command
    os.environ.clear()
    os.environ.update(before)
