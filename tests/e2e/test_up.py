"""`firstcause up` for real: one process, one port, a run triggered in Prefect, an end without anything left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

READY_SECONDS = 120.0
PREFECT_VARIABLE = "PREFECT_API_URL"

LOG = """2026-03-01 12:00:01,002 ERROR shop.http: order 2 failed
Traceback (most recent call last):
  File "/app/shop/cart.py", line 13, in total
    cost += price_of(sku, prices) * amount
TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
2026-03-01 12:00:02,003 INFO shop.http: GET /orders/3 200
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def start(folder: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """`firstcause up` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dashboards.cli", "up", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def until(check: Callable[[], Any], seconds: float = READY_SECONDS) -> Any:
    """The first truthy answer of `check`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answer := check():
                return answer
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(f"{check} was never true within {seconds} s")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("up")
    (place / "firstcause.toml").write_text('embeddings = "none"\npoll_interval = "PT1H"\n')
    return place


@pytest.fixture(scope="module")
def process(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    running = start(folder, "--port", "0")
    yield running
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@pytest.fixture(scope="module")
def client(process: "subprocess.Popen[str]") -> Iterator[httpx.Client]:
    assert process.stdout is not None
    address = process.stdout.readline().split()[1].rstrip("/")
    with httpx.Client(base_url=address, timeout=30) as opened:
        until(lambda: opened.get("/api/v1/ready").status_code == 200)
        yield opened


def prefect(client: httpx.Client, method: str, path: str, **options: Any) -> Any:
    """Prefect's answer; 503 is how it says that its SQLite was busy, and every client of it tries again."""
    answer = until(lambda: (got := client.request(method, f"/prefect/api{path}", **options)).status_code != 503 and got)
    return answer.raise_for_status().json()


def test_api_pages_and_prefect_answer_on_one_port(client: httpx.Client) -> None:
    """Our API, our pages, Prefect's API and Prefect's UI, which knows its API under the name that was asked for."""
    assert client.get("/api/v1/health").json()["status"] == "ok"
    assert "Firstcause" in client.get("/").text
    assert prefect(client, "GET", "/health") is True
    ui = client.get("/prefect/", headers={"Accept": "text/html"}, follow_redirects=True)
    assert ui.status_code == 200
    assert "<html" in ui.text.lower()
    assert "connect-src 'self'" in ui.headers["content-security-policy"]
    settings = client.get("/prefect/ui-settings", headers={"Host": "localhost:9"}).json()
    assert settings["api_url"] == "http://localhost:9/prefect/api"


def test_every_flow_is_deployed_by_module_with_its_schedule(client: httpx.Client) -> None:
    """What Prefect's UI lists: entrypoints by module, the short path by interval, the long one at night."""
    found = until(lambda: len(listed := prefect(client, "POST", "/deployments/filter", json={})) >= 8 and listed)
    by_entrypoint = {one["entrypoint"]: one for one in found}
    assert set(by_entrypoint) >= {
        "flows.watch:watch",
        "flows.nightly:nightly",
        "flows.ingest:ingest",
        "flows.exceptions:extract_and_cluster",
        "flows.code_index:index",
        "flows.analyse:analyse",
        "flows.maintenance:maintenance",
        "flows.evaluate:evaluate",
    }
    assert by_entrypoint["flows.watch:watch"]["schedules"][0]["schedule"]["interval"] == 3600
    assert by_entrypoint["flows.nightly:nightly"]["schedules"][0]["schedule"]["cron"] == "0 2 * * *"


def test_posted_lines_become_a_cluster_by_a_triggered_run(client: httpx.Client) -> None:
    """POST ingest, a run triggered as the UI does it, GET clusters."""
    assert client.post("/api/v1/ingest?service=shop", content=LOG).status_code == 202
    assert triggered(client, "watch") == "COMPLETED"
    clusters = client.get("/api/v1/clusters").json()["items"]
    assert [(one["type"], one["services"]) for one in clusters] == [("TypeError", {"shop": 1})]


def test_a_triggered_evaluation_is_stored_and_shown(client: httpx.Client) -> None:
    """What the nightly flow does: measured against the shipped baseline, kept, and on the page."""
    assert triggered(client, "evaluate") == "COMPLETED"
    [run] = client.get("/api/v1/evaluations").json()["items"]
    assert (run["analyst"], run["problems"]) == ("deterministic", [])
    assert run["gate"] == "passed", run["failures"]
    assert "true place first" in client.get("/evaluations").text


def triggered(client: httpx.Client, flow: str) -> str:
    """How a run of a deployment ended that was triggered as the UI does it."""
    deployment = until(lambda: client.get(f"/prefect/api/deployments/name/{flow}/firstcause").json().get("id"))
    until(lambda: not running(client, deployment))
    run = prefect(client, "POST", f"/deployments/{deployment}/create_flow_run", json={})["id"]
    until(lambda: prefect(client, "GET", f"/flow_runs/{run}")["state_type"] in ("COMPLETED", "FAILED", "CRASHED"))
    return str(prefect(client, "GET", f"/flow_runs/{run}")["state_type"])


def running(client: httpx.Client, deployment: str) -> list[Any]:
    """Runs of a deployment that have not come to an end, scheduled ones of the future aside."""
    types = {"type": {"any_": ["PENDING", "RUNNING"]}}
    question = {"flow_runs": {"state": types}, "deployments": {"id": {"any_": [deployment]}}}
    found: list[Any] = prefect(client, "POST", "/flow_runs/filter", json=question)
    return found


def test_the_same_port_again_is_refused_in_one_sentence(client: httpx.Client, folder: Path) -> None:
    """Exit code 2, and what to do."""
    second = start(folder, "--port", str(client.base_url.port))
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 2
    assert output.count("\n") == 1
    assert "--port" in output


def test_nothing_is_written_outside_the_state_folder(client: httpx.Client, folder: Path) -> None:
    """Prefect's database, UI files and logs live below it too."""
    assert {path.name for path in folder.iterdir()} == {"firstcause.toml", ".firstcause"}
    assert (folder / ".firstcause/prefect/prefect.db").exists()
    assert (folder / ".firstcause/prefect/ui").is_dir()


def test_sigterm_ends_it_within_seconds_and_leaves_no_process(
    client: httpx.Client, process: "subprocess.Popen[str]"
) -> None:
    """Exit code 0, the port free, nobody of its process group left. The last test of this file: it ends the server."""
    port = client.base_url.port or 0
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    assert process.wait(30) == 0
    assert time.monotonic() - started < 15
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))
