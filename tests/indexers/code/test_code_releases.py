"""Which commit was running where and when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.database import Database
from connectors.errors import BadInputError
from connectors.source_control.git import GitRepository
from indexers.code.releases import Release, ReleaseStore, commit_of
from tests.fakes.git_builder import GitBuilder

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = Release("orders", "production", NOON, "1.0.0", "a" * 40, "shop")
TWO = Release("orders", "production", NOON + timedelta(hours=1), "1.1.0", "b" * 40, "shop")
STAGING = Release("orders", "staging", NOON - timedelta(days=1), "1.1.0", "b" * 40, "shop")


@pytest.fixture
def store(database: Database) -> ReleaseStore:
    store = ReleaseStore(database)
    for release in (TWO, ONE, STAGING):
        assert store.record(release)
    return store


@pytest.mark.parametrize(("minutes", "expected"), [(-1, None), (0, ONE), (59, ONE), (60, TWO), (60 * 24 * 365, TWO)])
def test_what_was_running_at_a_time(store: ReleaseStore, minutes: int, expected: Release | None) -> None:
    """A release runs from its start until the next one starts."""
    assert store.at("orders", "production", NOON + timedelta(minutes=minutes)) == expected


def test_times_in_other_zones(store: ReleaseStore) -> None:
    """The same moment in another zone gives the same answer."""
    from zoneinfo import ZoneInfo

    assert store.at("orders", "production", NOON.astimezone(ZoneInfo("Asia/Tokyo"))) == ONE


def test_recording_twice_changes_nothing(store: ReleaseStore) -> None:
    """A repeated report is accepted and counted as known."""
    assert store.record(ONE) is False
    assert store.history("orders", "production") == [ONE, TWO]


def test_a_corrected_report_wins(store: ReleaseStore) -> None:
    """The same deployment with another commit replaces what was recorded."""
    fixed = Release("orders", "production", NOON, "1.0.0", "c" * 40, "shop")
    assert store.record(fixed) is True
    assert store.history("orders", "production") == [fixed, TWO]


def test_versions_environments_and_order(store: ReleaseStore) -> None:
    """The earliest release of a version, the one before another, and all of them newest first."""
    assert store.of_version("orders", "1.1.0") == STAGING
    assert store.of_version("orders", "9.9.9") is None
    assert store.before(TWO) == ONE
    assert store.before(ONE) is None
    assert store.all() == [TWO, ONE, STAGING]
    assert store.at("payments", "production", NOON) is None


def test_a_version_with_a_known_commit_is_preferred(store: ReleaseStore) -> None:
    """A report without a commit does not hide the one that has it."""
    store.record(Release("orders", "test", NOON - timedelta(days=9), "1.1.0"))
    assert store.of_version("orders", "1.1.0") == STAGING


@pytest.mark.parametrize(
    "values",
    [("", "production", NOON, "1.0"), ("orders", "production", NOON, ""), ("orders", "p", datetime(2026, 3, 1), "1.0")],
)
def test_a_release_needs_service_time_zone_and_version(values: tuple[str, str, datetime, str]) -> None:
    """What cannot be used later is refused at once."""
    with pytest.raises(BadInputError):
        Release(*values)


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2.3", "1.2.3"),
        ("1.2.3", "1.2.3"),
        ("1.2.3", "v1.2.3"),
        ("release-1.2.3", "1.2.3"),
        ("orders-v1.2.3", "1.2.3"),
        ("orders/1.2.3", "1.2.3"),
        ("@acme/orders@1.2.3", "1.2.3"),
    ],
)
def test_versions_are_found_among_tags(tmp_path: Path, tag: str, version: str) -> None:
    """The usual ways of naming a tag after a version."""
    builder = GitBuilder(tmp_path / "shop")
    commit = builder.commit({"a.py": "x\n"})
    builder.git("tag", tag)
    builder.git("tag", "v11.2.3")
    repository = GitRepository(builder.folder, name="shop")
    assert commit_of(repository, version) == commit
    assert commit_of(repository, commit[:9]) == commit
    assert commit_of(repository, "2.0.0") is None
    assert commit_of(repository, "deadbeef") is None


def test_tags_of_several_packages_that_disagree(tmp_path: Path) -> None:
    """Two packages' tags with one version and different commits name nothing."""
    builder = GitBuilder(tmp_path / "shop")
    for name in ("orders", "payments"):
        builder.commit({name: "x\n"})
        builder.git("tag", f"{name}-1.0.0")
    assert commit_of(GitRepository(builder.folder, name="shop"), "1.0.0") is None
