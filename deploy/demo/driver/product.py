"""Drives Firstcause the way a user does: its command, its settings file, its record of releases.

Owns: which commands run in which order. Keeps out: what they do; the shop.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from .fleet import Deployment

COMMAND = Path(sys.executable).parent / "firstcause"
START_TIMEOUT = 120.0
STOP_TIMEOUT = 15.0
FIRST_PORT = 8321


class ProductError(RuntimeError):
    """A command of the product failed; it has said why on standard error."""


def free_port(first: int = FIRST_PORT, tries: int = 100) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ProductError(f"no port from {first} to {first + tries - 1} is free.")


def record_releases(config: Path, deployments: Sequence[Deployment], repository: str) -> int:
    """Tell the product what was deployed where and when; how many of the deployments it did not know yet.

    The same store that `firstcause release` and POST /api/v1/releases write to, in one process instead of fifty.
    """
    from flows.settings import load_settings
    from flows.wiring import Workspace
    from indexers.code.releases import Release, ReleaseStore

    with Workspace(load_settings(config)) as workspace:
        store = ReleaseStore(workspace.database)
        releases = (
            Release(
                service=deployment.service,
                environment=deployment.environment,
                started_at=datetime.fromisoformat(deployment.started_at),
                version=deployment.version,
                commit=deployment.commit,
                repository=repository,
            )
            for deployment in deployments
        )
        return sum(store.record(release) for release in releases)


class Product:
    """The command with one settings file."""

    def __init__(self, config: Path) -> None:
        self._base = [str(COMMAND), "--config", str(config)]

    def run(self, *arguments: str) -> None:
        """Run a command with its output on our terminal; stopped with us. Raises ProductError when it fails."""
        with _Child([*self._base, *arguments]) as child:
            code = child.wait()
        if code:
            raise ProductError(f"`firstcause {' '.join(arguments)}` ended with {code}.")

    def read(self, *arguments: str) -> str:
        """What a command prints. Raises ProductError when it fails."""
        done = subprocess.run([*self._base, *arguments], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise ProductError(f"`firstcause {' '.join(arguments)}` ended with {done.returncode}.")
        return done.stdout

    def serve(self, port: int) -> "_Child":
        """Start serving; returns when the product answers. Use the result as a context manager. Raises ProductError."""
        child = _Child([*self._base, "up"])
        end = time.monotonic() + START_TIMEOUT
        try:
            while not _answers(f"http://127.0.0.1:{port}/api/v1/services"):
                if child.ended or time.monotonic() > end:
                    raise ProductError("`firstcause up` did not start; it has said why above.")
                time.sleep(0.2)
        except BaseException:
            child.stop()
            raise
        return child


class _Child:
    """A process in a group of its own: Ctrl-C reaches us, and we stop it and all that it started."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, start_new_session=True)

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def wait(self) -> int:
        """Its exit code, when it ends."""
        return self._process.wait()

    def stop(self) -> None:
        """Ask it to end, then make it; harmless when it has ended."""
        if not self.ended:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
