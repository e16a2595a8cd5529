"""Runs inside the warm process, against the real hosted server (one trial for all of these tests)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows import orchestration_runner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of the trial."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.orchestration_trial", str(tmp_path_factory.mktemp("state"))],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_triggered_runs_come_to_their_own_end(seen: dict[str, Any]) -> None:
    """Async and plain flows complete, a flow that raises fails."""
    assert seen["ended"] == {"quick": "Completed", "failing": "Failed", "plain": "Completed"}


def test_the_server_lays_out_scheduled_runs(seen: dict[str, Any]) -> None:
    """Guards against a SQLAlchemy that Prefect's scheduler cannot insert with (2.1): nothing would run by itself."""
    assert seen["scheduled ahead"] > 0


def test_one_deployment_runs_one_at_a_time(seen: dict[str, Any]) -> None:
    """A second run waits for the first, and is not lost."""
    assert seen["second run of one deployment meanwhile"] in ("Scheduled", "Late", "AwaitingConcurrencySlot")
    assert seen["both in the end"] == ["Completed", "Completed"]


def test_a_person_can_cancel_a_run(seen: dict[str, Any]) -> None:
    """Cancelling in Prefect's UI ends in Cancelled, not in a crash."""
    assert seen["cancelled"]["message"] == "cancelled by a person"


def test_stopping_cuts_runs_off_and_says_so(seen: dict[str, Any]) -> None:
    """Within seconds, and the run's state tells why it ended."""
    assert seen["stopped in time"] is True
    assert (seen["cut off"]["name"], seen["cut off"]["message"]) == ("Crashed", orchestration_runner.STOPPED)


def test_runs_of_a_killed_process_are_closed_at_the_next_start(seen: dict[str, Any]) -> None:
    """Otherwise they would hold the deployment's only slot for ever."""
    assert seen["left behind"]["message"] == orchestration_runner.LEFT_BEHIND


def test_of_several_overdue_runs_only_the_newest_runs(seen: dict[str, Any]) -> None:
    """A weekend of downtime is one run, not a thousand."""
    assert seen["overdue"] == ["Skipped", "Completed"]


def test_a_restart_keeps_a_paused_schedule_paused(seen: dict[str, Any]) -> None:
    """Registering again must not undo what a person did in the UI."""
    assert seen["same deployment"] is True
    assert seen["paused schedule"] == [False]
