"""What faults.toml claims about the shop is true of its repository."""

from pathlib import Path

import pytest

from deploy.demo.driver import history
from tests.deploy.demo_faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.fault_id)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> history.Repository:
    return history.build(tmp_path_factory.mktemp("faults") / "shop")


def text_at(repository: history.Repository, ref: str, path: str) -> str:
    return history.git(repository.path, "show", f"{ref}:{path}")


@each_fault
def test_the_true_cause_is_there_when_it_was_introduced(repository: history.Repository, fault: Fault) -> None:
    """File and symbol exist at the version that brought the fault."""
    assert fault.symbol.rpartition(".")[2] in text_at(repository, fault.introduced, fault.file)


@each_fault
def test_the_named_commit_of_that_release_touched_the_cause(repository: history.Repository, fault: Fault) -> None:
    """The change that brought the fault lies between the release before and the one that has it."""
    tags = list(repository.tags)
    before = tags[tags.index(fault.introduced) - 1]
    subjects = history.git(
        repository.path, "log", "--format=%s", f"{before}..{fault.introduced}", "--", fault.file
    ).splitlines()
    # A migration that is missing is a change that did not touch the file it should have touched.
    everything = history.git(repository.path, "log", "--format=%s", f"{before}..{fault.introduced}").splitlines()
    assert fault.change in (everything if fault.fault_id == "missing-migration" else subjects)


@each_fault
def test_the_cause_is_not_where_it_surfaces(repository: history.Repository, fault: Fault) -> None:
    """Whoever blames the line that raises is wrong, and that line's symbol exists."""
    assert (fault.surfaces["file"], fault.surfaces["symbol"]) != (fault.file, fault.symbol)
    text = text_at(repository, fault.introduced, fault.surfaces["file"])
    assert fault.surfaces["symbol"].rpartition(".")[2] in text


@each_fault
def test_the_fix_is_where_it_is_said_to_be(repository: history.Repository, fault: Fault) -> None:
    """The commit that fixes it comes after the version that brought it, before the one without it or only on main."""
    since = history.git(repository.path, "log", "--format=%s", f"{fault.introduced}..{fault.fixed or 'main'}")
    assert not fault.fix or fault.fix in since.splitlines()
    assert fault.fix or not fault.fixed


def test_every_language_and_enough_kinds_of_faults_are_there() -> None:
    """Python, Java, Go and JavaScript each have at least one."""
    assert {Path(fault.file).suffix for fault in FAULTS} == {".py", ".java", ".go", ".js"}
    assert len({fault.fault_id for fault in FAULTS}) == len(FAULTS) >= 10


def test_the_product_does_not_know_the_answers() -> None:
    """No room of the product, and no part of the demo that runs, reads the list of faults."""
    rooms = [
        path
        for room in ("connectors", "indexers", "rca", "flows", "dashboards")
        for path in (ROOT / room).rglob("*.py")
    ]
    driver = [*(history.DEMO / "driver").glob("*.py"), history.DEMO / "demo.py"]
    assert not [path for path in [*rooms, *driver] if "faults.toml" in path.read_text("utf-8")]
