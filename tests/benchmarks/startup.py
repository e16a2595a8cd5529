"""How long short commands take from the shell, and how long the server takes to be ready and what it holds."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.dashboards.scenes import build

REPEATS = 5
COMMAND = [sys.executable, "-m", "dashboards.cli"]
READY_SECONDS = 120


def measure() -> dict[str, float]:
    """Seconds of `--help` and `clusters` (median of five), of `up` until ready and until ended, and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        return {
            "firstcause --help, seconds": _median("--help", at=Path(folder)),
            "firstcause clusters, seconds": _median("clusters", at=Path(folder)),
            "firstcause explain, seconds": _median("explain", _first_cluster(Path(folder)), at=Path(folder)),
            **{f"up with a new database: {name}": value for name, value in _up(Path(folder)).items()},
            **{f"up with an existing one: {name}": value for name, value in _up(Path(folder)).items()},
        }


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def _first_cluster(at: Path) -> str:
    listed = subprocess.run(
        [*COMMAND, "clusters"], cwd=at, env=_environment(), capture_output=True, text=True, check=True
    )
    return next(line.split()[0] for line in listed.stdout.splitlines() if "TypeError" in line)


def _median(*arguments: str, at: Path) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run([*COMMAND, *arguments], cwd=at, env=_environment(), capture_output=True, check=True)
        times.append(time.perf_counter() - started)
    return sorted(times)[REPEATS // 2]


def _up(at: Path) -> dict[str, float]:
    started = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "up", "--port", "0"], cwd=at, env=_environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[1].rstrip("/")
    _wait_for(f"{address}/api/v1/health")
    api = time.perf_counter() - started
    _wait_for(f"{address}/api/v1/ready")
    ready = time.perf_counter() - started
    time.sleep(5)
    status = Path(f"/proc/{process.pid}/status").read_text()
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    ending = time.perf_counter()
    process.terminate()
    process.wait(30)
    return {
        "API, seconds": api,
        "ready, seconds": ready,
        "memory, MB": memory / 1024,
        "SIGTERM to end, seconds": time.perf_counter() - ending,
    }


def _wait_for(url: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {READY_SECONDS} s")
