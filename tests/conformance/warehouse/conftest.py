"""Every warehouse that the conformance suite runs against.

The lake and chdb always; a server when FIRSTCAUSE_TEST_CLICKHOUSE_URL is set (each test makes and drops a database).
"""

import itertools
import os
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def chdb_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one folder that this process may open with chdb."""
    pytest.importorskip("chdb")
    return tmp_path_factory.mktemp("chdb")


needs_server = pytest.mark.skipif(SERVER not in os.environ, reason=f"{SERVER} is not set")


@pytest.fixture(params=["lake", "chdb", pytest.param("server", marks=needs_server)])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty warehouse of each kind."""
    if request.param == "lake":
        yield f"lake://{tmp_path}/lake"
        return
    name = f"conformance_{os.getpid()}_{next(_databases)}"
    if request.param == "chdb":
        url = f"chdb://{request.getfixturevalue('chdb_folder')}?database={name}"
    else:
        url = urlunsplit(urlsplit(os.environ[SERVER])._replace(path=f"/{name}"))
    yield url
    connection = Connection(parse_url(url))
    connection.command(f"DROP DATABASE {quoted(name)} SYNC")
    connection.close()


@pytest.fixture
def open_warehouse(warehouse_url: str, tmp_path: Path) -> Iterator[Open]:
    """Opens the same warehouse, again and again if need be."""
    opened: list[Warehouse] = []

    def open_it() -> Warehouse:
        if warehouse_url.startswith("lake"):
            opened.append(open_lake(warehouse_url, database=lake_database(tmp_path)))
        else:
            opened.append(open_clickhouse(warehouse_url))
        return opened[-1]

    yield open_it
    for warehouse in opened:
        warehouse.close()


@pytest.fixture
def warehouse(open_warehouse: Open) -> Warehouse:
    """An empty warehouse."""
    return open_warehouse()
