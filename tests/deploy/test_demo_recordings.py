"""The logs of the Java, Go and JavaScript services: really recorded, fit to be replayed, and about the code we have."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo.driver import history, markers, replay
from deploy.demo.driver.fleet import Deployments
from deploy.demo.driver.replay import Recording
from tests.deploy.demo_faults import FAULTS, Fault

RECORDINGS = replay.recordings()
LARGEST = 300_000
RECORDED_FAULTS = [fault for fault in FAULTS if fault.service in {"shipping", "catalog", "notifications"}]
APP_LINE = re.compile(r"/app/(?P<path>services/[\w./-]+\.(?:go|js)):(?P<line>\d+)")
JAVA_LINE = re.compile(r"at (?P<owner>shop(?:\.\w+)+)\.[\w$<>]+\((?P<file>\w+\.java):(?P<line>\d+)\)")
KNOWN_PATHS = re.compile(r"^/(?:app/services|usr/lib/go-[\d.]+)/")
each_recording = pytest.mark.parametrize(
    "recording", RECORDINGS, ids=lambda recording: f"{recording.service.name}-{recording.version}"
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> history.Repository:
    return history.build(tmp_path_factory.mktemp("recordings") / "shop")


@each_recording
def test_a_recording_is_modest_and_holds_no_time_of_its_own(recording: Recording) -> None:
    """Under 300 KB, every time a marker, so that nothing points to the day of the recording."""
    assert 1_000 < recording.path.stat().st_size < LARGEST
    for kind in markers.KINDS.values():
        assert not kind.pattern.search(recording.text)


@each_recording
def test_a_recording_names_no_place_but_the_images(recording: Recording) -> None:
    """Source files are under /app or belong to the runtime."""
    paths = re.findall(r"(?<![\w.:/])/[a-z][\w.-]*/[\w./-]+\.(?:go|js|java|mjs|ts)\b", recording.text)
    assert [path for path in paths if not KNOWN_PATHS.match(path)] == []


@each_recording
def test_every_recorded_line_of_code_exists_at_that_version(
    recording: Recording, repository: history.Repository
) -> None:
    """A change of the shop that moves code asks for a new recording."""
    tag = recording.version
    at = {(found["path"], int(found["line"])) for found in APP_LINE.finditer(recording.text)}
    java = "services/shipping/src/main/java/"
    for found in JAVA_LINE.finditer(recording.text):
        folder = found["owner"].rpartition(".")[0].replace(".", "/")
        at.add((f"{java}{folder}/{found['file']}", int(found["line"])))
    for path, line in at:
        source = history.git(repository.path, "show", f"{tag}:{path}").splitlines()
        assert source[line - 1].strip(), f"{path}:{line} is empty at {tag}"


@pytest.mark.parametrize("fault", RECORDED_FAULTS, ids=lambda fault: fault.fault_id)
def test_a_fault_shows_in_the_recording_of_its_version(fault: Fault) -> None:
    """The exception and the code where it surfaces are in the log; the version before knows nothing of it."""
    of_service = [recording for recording in RECORDINGS if recording.service.name == fault.service]
    texts = {recording.version: recording.text for recording in of_service}
    surfacing = Path(fault.surfaces["file"]).name
    assert fault.exception in texts[fault.introduced]
    assert surfacing in texts[fault.introduced]
    assert surfacing not in texts["v1.0.0"]


@each_recording
def test_a_replay_fits_its_window(recording: Recording, repository: history.Repository, tmp_path: Path) -> None:
    """Every time lies inside the window, the commit is the one that was deployed, and the deployment is recorded."""
    started = datetime(2030, 1, 1, tzinfo=UTC)
    ended = started + timedelta(seconds=2)
    deployments = Deployments(tmp_path / "deployments.jsonl")
    path = replay.replay(
        recording,
        environment="production",
        started=started,
        ended=ended,
        repository=repository,
        logs=tmp_path,
        deployments=deployments,
    )
    text = path.read_text("utf-8")
    assert "@{" not in text
    for kind in markers.KINDS.values():
        for found in kind.pattern.finditer(text):
            assert started - timedelta(milliseconds=1) <= kind.read(found.group()) <= ended
    commit = repository.tags[recording.version]
    assert commit in text
    assert [(made.service, made.commit) for made in deployments.made] == [(recording.service.name, commit)]
