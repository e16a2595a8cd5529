"""kill -9 at any moment of a run, then the same run again: nothing lost, nothing doubled. The kills are real."""

import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.scene import make_scene, what_is_there

ROOT = Path(__file__).parents[2]
POINTS = 16


def run(config: Path, kill_at: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.e2e.deadly", str(config), str(kill_at)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Undisturbed:
    """A scene as it was before any run, what a run leaves that nobody disturbs, and how many calls it makes."""

    scene: Path
    pristine: Path
    left: dict[str, list[object]]
    calls: int

    def restored(self) -> Path:
        """The configuration of the scene as before any run, at the same place (event ids depend on it)."""
        shutil.rmtree(self.scene)
        shutil.copytree(self.pristine, self.scene)
        return self.scene / "firstcause.toml"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    scene = tmp_path_factory.mktemp("kill") / "scene"
    pristine = scene.with_name("pristine")
    config = make_scene(scene)
    shutil.copytree(scene, pristine)
    done = run(config)
    assert done.returncode == 0, done.stderr
    return Undisturbed(scene, pristine, what_is_there(config), int(done.stdout))


@pytest.mark.slow
def test_an_undisturbed_run_finds_the_fault(undisturbed: Undisturbed) -> None:
    """The comparison below is about something: rows, one cluster and its report."""
    kinds = ("logs", "exceptions", "clusters", "reports")
    assert [len(undisturbed.left[kind]) for kind in kinds] == [126, 6, 1, 1]  # 60 + 6 plain events, 60 of JSON
    assert undisturbed.calls > POINTS


@pytest.mark.slow
@pytest.mark.parametrize("point", range(POINTS))
def test_killed_and_run_again_is_as_if_undisturbed(undisturbed: Undisturbed, point: int) -> None:
    """Killed before or after one of its calls to the outside, a second run ends with the same rows and reports."""
    config = undisturbed.restored()
    killed = run(config, kill_at=1 + point * undisturbed.calls // POINTS)
    assert killed.returncode == -signal.SIGKILL
    again = run(config)
    assert again.returncode == 0, again.stderr
    assert what_is_there(config) == undisturbed.left
