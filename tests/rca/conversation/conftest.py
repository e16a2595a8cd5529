"""The small shop, built once: conversations only read it, and each has an id of its own in its database."""

import pytest

from tests.fakes.rca_shop import Shop, build_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The repository with its index and database."""
    return build_shop(tmp_path_factory.mktemp("conversations"))
