"""A database with the product's own schema, and the shop indexed in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.database import Database
from indexers.code.index import CodeIndex
from indexers.code.snapshot import CodeSnapshot
from tests.indexers.code.shop_tree import FILES, MemoryTree


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeSnapshot]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('shop') / 'metadata.db'}")
    opened.migrate()
    index = CodeIndex(opened)
    index.index(MemoryTree(FILES))
    yield index.snapshot("shop", "c" * 40)
    opened.close()
