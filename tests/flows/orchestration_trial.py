"""The hosted Prefect server with a runner beside it, tried out in a process of its own; prints what came of it as JSON.

A process of its own because Prefect reads its environment once, at import. Argument: a folder for state.
"""

import asyncio
import json
import os
import socket
import sys
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from flows.orchestration import hosted_app, prepare
from flows.settings import Settings

FLOWS = "tests.flows.orchestration_flows"


class Trial:
    """The server in a thread, and what a person would do through its API."""

    def __init__(self, folder: Path) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.server = prepare(Settings(state_dir=folder), address=address)
        self.client = httpx.Client(base_url=self.server.api_url, timeout=30)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()

    async def _serve(self) -> None:
        app, lifespan = hosted_app()
        async with lifespan():
            server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
            serving = asyncio.create_task(server._serve([self._listening]))
            await asyncio.to_thread(self._stop.wait)
            server.should_exit = True
            await serving

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """The answer; 503 is how the server says that its SQLite was busy, and every client of it tries again."""
        for _ in range(20):
            answer = self.client.request(method, path, json=body or None)
            if answer.status_code != 503:
                break
            time.sleep(0.2)
        return answer.raise_for_status().json() if answer.content else None

    def trigger(self, name: str, state: dict[str, Any] | None = None, **parameters: Any) -> str:
        deployment = self.ask("GET", f"/deployments/name/trial-{name}/firstcause")["id"]
        body: dict[str, Any] = {"parameters": parameters, **({"state": state} if state else {})}
        run: str = self.ask("POST", f"/deployments/{deployment}/create_flow_run", **body)["id"]
        return run

    def state(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/flow_runs/{run}")["state"]
        return found

    def until(self, run: str, *names: str, seconds: float = 40) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while (state := self.state(run))["name"] not in names and time.monotonic() < end:
            time.sleep(0.2)
        return state


def runner(trial: Trial) -> Any:
    """A started runner that has registered its deployments."""
    from flows.orchestration_deployments import Deployment
    from flows.orchestration_runner import WarmRunner

    ready = threading.Event()
    names = ("quick", "waiting", "blocking", "failing", "plain")
    made = WarmRunner(
        [Deployment(f"{FLOWS}:{name}", interval=timedelta(hours=1) if name == "quick" else None) for name in names],
        owns_server=True,
        poll_seconds=0.3,
        on_ready=ready.set,
    )
    made.start()
    assert ready.wait(60)
    return made


def scheduled(trial: Trial) -> int:
    """How many runs of the hourly deployment the server has laid out, given some time."""
    question = {
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "deployments": {"id": {"any_": [trial.ask("GET", "/deployments/name/trial-quick/firstcause")["id"]]}},
    }
    end = time.monotonic() + 20
    while not (found := trial.ask("POST", "/flow_runs/filter", **question)) and time.monotonic() < end:
        time.sleep(0.5)
    return sum(run["auto_scheduled"] for run in found)


def overdue(trial: Trial) -> tuple[str, str]:
    """Two scheduled runs of the same deployment whose time has passed, the earlier one first."""
    now = datetime.now(UTC)
    runs = []
    for minutes in (20, 10):
        when = (now - timedelta(minutes=minutes)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": when}}
        deployment = trial.ask("GET", "/deployments/name/trial-quick/firstcause")["id"]
        body = {"state": state, "parameters": {}, "tags": ["at start"]}
        runs.append(trial.ask("POST", f"/deployments/{deployment}/create_flow_run", **body)["id"])
    return runs[0], runs[1]


def main(folder: Path) -> dict[str, Any]:
    """Everything that is tried, by name."""
    trial = Trial(folder)
    first = runner(trial)
    seen: dict[str, Any] = {}
    done = {name: trial.trigger(name) for name in ("quick", "failing", "plain")}
    blocked, other = trial.trigger("blocking", seconds=3.0), trial.trigger("blocking", seconds=0.1)
    trial.until(blocked, "Running")
    time.sleep(1)
    seen["second run of one deployment meanwhile"] = trial.state(other)["name"]
    seen["ended"] = {name: trial.until(run, "Completed", "Failed", "Crashed")["name"] for name, run in done.items()}
    seen["both in the end"] = [trial.until(run, "Completed")["name"] for run in (blocked, other)]
    seen["scheduled ahead"] = scheduled(trial)
    cancelled = trial.trigger("waiting")
    trial.until(cancelled, "Running")
    trial.ask("POST", f"/flow_runs/{cancelled}/set_state", state={"type": "CANCELLING", "name": "Cancelling"})
    seen["cancelled"] = trial.until(cancelled, "Cancelled")
    cut = trial.trigger("waiting")
    trial.until(cut, "Running")
    started = time.monotonic()
    seen["stopped in time"] = first.stop(10) and time.monotonic() - started < 5
    seen["cut off"] = trial.state(cut)
    left = trial.trigger("waiting")
    trial.ask("POST", f"/flow_runs/{left}/set_state", state={"type": "RUNNING"}, force=True)
    earlier, later = overdue(trial)
    deployment = trial.ask("GET", "/deployments/name/trial-quick/firstcause")
    schedule = deployment["schedules"][0]
    trial.ask("PATCH", f"/deployments/{deployment['id']}/schedules/{schedule['id']}", active=False)
    second = runner(trial)
    seen["left behind"] = trial.until(left, "Crashed")
    seen["overdue"] = [trial.until(run, "Skipped", "Completed")["name"] for run in (earlier, later)]
    again = trial.ask("GET", "/deployments/name/trial-quick/firstcause")
    seen["paused schedule"] = [one["active"] for one in again["schedules"]]
    seen["same deployment"] = again["id"] == deployment["id"]
    second.stop(10)
    trial.close()
    return seen


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(main(Path(sys.argv[1]))) + "\n")
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
        code = 1
    os._exit(code)  # threads of a server that was not stopped would keep a failed trial alive
