"""Every warehouse that the conformance suite runs against.

The lake and chdb always; a server when FIRSTCAUSE_TEST_CLICKHOUSE_URL is set (each test makes and drops a database).
"""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from connectors.database import Database
from connectors.warehouse import Warehouse
from connectors.warehouse.clickhouse import open_clickhouse
from connectors.warehouse.clickhouse_client import Connection, parse_url, quoted
from connectors.warehouse.lake import open_lake
from connectors.warehouse.lake_segments import batches, segments

SERVER = "FIRSTCAUSE_TEST_CLICKHOUSE_URL"
_databases = itertools.count()

Open = Callable[[], Warehouse]


def lake_database(folder: Path) -> Database:
    """A metadata database with the lake's two tables."""
    database = Database(f"sqlite:///{folder}/metadata.db")
    with database.write() as connection:
        segments.create(connection, checkfirst=True)
        batches.create(connection, checkfirst=True)
    return database


needs_server = pytest.mark.skipif(SERVER not in os.environ, reason=f"{SERVER} is not set")
KINDS = ["lake", "chdb", pytest.param("server", marks=needs_server)]


@pytest.fixture(scope="session")
def chdb_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one folder that this process may open with chdb."""
    pytest.importorskip("chdb")
    return tmp_path_factory.mktemp("chdb")


@contextmanager
def opener(kind: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens one empty warehouse of this kind, again and again if need be, and clears up behind it."""
    folder = request.getfixturevalue("tmp_path_factory").mktemp("lake")
    name = f"conformance_{os.getpid()}_{next(_databases)}"
    if kind == "lake":
        url = f"lake://{folder}/lake"
    elif kind == "chdb":
        url = f"chdb://{request.getfixturevalue('chdb_folder')}?database={name}"
    else:
        url = urlunsplit(urlsplit(os.environ[SERVER])._replace(path=f"/{name}"))
    opened: list[Warehouse] = []

    def open_it() -> Warehouse:
        opened.append(open_lake(url, database=lake_database(folder)) if kind == "lake" else open_clickhouse(url))
        return opened[-1]

    yield open_it
    for warehouse in opened:
        warehouse.close()
    if kind != "lake":
        connection = Connection(parse_url(url))
        connection.command(f"DROP DATABASE {quoted(name)} SYNC")
        connection.close()


@pytest.fixture(params=KINDS)
def open_warehouse(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens one empty warehouse of each kind."""
    with opener(request.param, request) as open_it:
        yield open_it


@pytest.fixture
def warehouse(open_warehouse: Open) -> Warehouse:
    """An empty warehouse."""
    return open_warehouse()


@pytest.fixture(scope="module", params=KINDS)
def shared_warehouse(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """A warehouse of each kind for tests that only read what their module has put into it."""
    with opener(request.param, request) as open_it:
        yield open_it()
