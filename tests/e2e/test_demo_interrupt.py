"""However the demo ends, nothing that it started goes on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.demo.driver.history import DEMO
from deploy.demo.driver.workplace import WorkplaceError, workplace

PATIENCE = 40.0


def running_in(work: Path) -> list[int]:
    """Processes whose command line names `work`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(work).encode() in command:
                found.append(int(entry.name))
    return found


def started_demo(work: Path) -> "subprocess.Popen[str]":
    """A demo whose services run."""
    command = [sys.executable, str(DEMO / "demo.py"), "--once", "--work", str(work), "--seconds", "20"]
    demo = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    end = time.monotonic() + PATIENCE
    while len(running_in(work)) < 5 and time.monotonic() < end:
        time.sleep(0.05)
    return demo


def all_ended(work: Path) -> bool:
    end = time.monotonic() + PATIENCE
    while running_in(work) and time.monotonic() < end:
        time.sleep(0.05)
    return not running_in(work)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_stopping_the_demo_stops_everything(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and termination end the services first, and the demo says so."""
    demo = started_demo(tmp_path / "demo")
    demo.send_signal(number)
    output, _ = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 130
    assert "Stopped everything." in output
    assert "Traceback" not in output
    assert running_in(tmp_path / "demo") == []


@pytest.mark.slow
def test_services_end_when_the_demo_is_killed(tmp_path: Path) -> None:
    """A demo that cannot clean up leaves services that notice it is gone; the folder can be used again."""
    demo = started_demo(tmp_path / "demo")
    demo.kill()
    demo.communicate(timeout=PATIENCE)
    assert all_ended(tmp_path / "demo")
    with workplace(tmp_path / "demo") as work:
        assert [entry.name for entry in work.iterdir()] == [".made-by-demo"]


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second one says who is in its way instead of deleting the first one's data."""
    with (
        workplace(tmp_path / "demo"),
        pytest.raises(WorkplaceError, match="another demo"),
        workplace(tmp_path / "demo"),
    ):
        pass


def test_a_folder_with_other_files_is_not_emptied(tmp_path: Path) -> None:
    """--work with the wrong folder must not cost anybody's files."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(WorkplaceError, match="no demo made"), workplace(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").exists()


def test_a_second_demo_starts_afresh(tmp_path: Path) -> None:
    """What the first one left is gone when the second one begins."""
    with workplace(tmp_path / "demo") as work:
        (work / "logs").mkdir()
        (work / "logs" / "old.log").write_text("old")
        (work / "firstcause.toml").write_text("")
    with workplace(tmp_path / "demo") as work:
        assert [entry.name for entry in work.iterdir()] == [".made-by-demo"]
