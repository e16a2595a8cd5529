"""The shop of the demo, really running: every live fault is logged where and when it should be, and nothing stays."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.demo.driver import history, load
from deploy.demo.driver.fleet import PYTHON_SERVICES, Deployments, Fleet
from deploy.demo.driver.history import Repository
from deploy.demo.driver.partners import Partners
from deploy.demo.driver.rehearsal import PRODUCTION, STAGING, Stage, rehearse
from tests.deploy.demo_faults import FAULTS, Fault

SECONDS = 1.0
PATIENCE = 30.0  # seconds until a race has to have shown itself
RACE = "shelf-race"
LIVE_FAULTS = [
    fault for fault in FAULTS if fault.service in {s.name for s in PYTHON_SERVICES} and fault.fault_id != RACE
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return history.build(tmp_path / "shop")


@pytest.fixture
def production(tmp_path: Path, repository: Repository) -> Iterator[Fleet]:
    partners = Partners()
    deployments = Deployments(tmp_path / "deployments.jsonl")
    with Fleet(
        PRODUCTION, work=tmp_path, repository=repository, partners_url=partners.url, deployments=deployments
    ) as fleet:
        yield fleet
    partners.close()


def logged(logs: Path) -> str:
    """Everything under `logs`, with the quotes and line ends of JSON envelopes undone."""
    texts = (path.read_text("utf-8") for path in sorted(logs.rglob("*")) if path.is_file())
    return "\n".join(texts).replace("\\n", "\n").replace('\\"', '"')


def is_logged(fault: Fault, text: str) -> bool:
    """The exception, and the frame where it surfaces with the path that the image has."""
    function = fault.surfaces["symbol"].rpartition(".")[2]
    frame = rf'File "/app/{re.escape(fault.surfaces["file"])}", line \d+, in {function}\n'
    return fault.exception in text and re.search(frame, text) is not None


@pytest.mark.slow
def test_every_live_fault_is_logged_with_its_traceback(tmp_path: Path) -> None:
    """Each version's fault shows within its seconds under load (races need patience and have their own test)."""
    rehearsal = rehearse(tmp_path, lambda sentence: None, seconds=SECONDS)
    text = logged(rehearsal.logs)
    assert [fault.fault_id for fault in LIVE_FAULTS if not is_logged(fault, text)] == []


@pytest.mark.slow
def test_nothing_fails_in_the_first_version(tmp_path: Path, production: Fleet, repository: Repository) -> None:
    """The shop works before the faults are brought in."""
    production.deploy("v1.0.0")
    answers = load.run(production.url, SECONDS, seed=1)
    assert answers[200] > 10
    assert not [status for status in answers if status >= 500 or status == 0]
    assert "Traceback" not in logged(tmp_path / "logs")


@pytest.mark.slow
def test_the_race_shows_itself_under_load(tmp_path: Path, production: Fleet, repository: Repository) -> None:
    """Orders that overwrite each other's shelf are found by the audit, sooner or later."""
    (fault,) = [fault for fault in FAULTS if fault.fault_id == RACE]
    production.deploy(fault.introduced)
    end = time.monotonic() + PATIENCE
    seed = 0
    while fault.exception not in logged(tmp_path / "logs") and time.monotonic() < end:
        load.run(production.url, SECONDS, seed=seed)
        seed += 1
    text = logged(tmp_path / "logs")
    assert fault.exception in text
    assert f'File "/app/{fault.surfaces["file"]}"' in text


@pytest.mark.slow
def test_every_deployment_is_recorded_before_its_first_line(tmp_path: Path) -> None:
    """Service, environment, time, version and commit of each; no line precedes the deployment that it comes from."""
    stages = [Stage(PRODUCTION, "v1.0.0"), Stage(STAGING, "v1.1.0")]
    rehearsal = rehearse(tmp_path, lambda sentence: None, seconds=0.3, stages=stages)
    made = {(one.environment, one.version, one.service): one for one in rehearsal.deployments.made}
    for stage in stages:
        for service in PYTHON_SERVICES:
            one = made[(stage.environment, stage.version, service.name)]
            assert one.commit == rehearsal.repository.tags[stage.version]
        for line in (rehearsal.logs / stage.environment / "gateway" / "gateway.jsonl").read_text().splitlines():
            entry = json.loads(line)
            deployed = made[(entry["deployment.environment.name"], entry["service.version"], entry["service.name"])]
            assert entry["timestamp"][:23] >= deployed.started_at[:23]


@pytest.mark.slow
def test_stopping_the_fleet_leaves_no_process(production: Fleet) -> None:
    """Every service that was started is gone afterwards."""
    production.deploy("v1.0.0")
    pids = production.pids
    assert len(pids) == len(PYTHON_SERVICES)
    production.stop()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
