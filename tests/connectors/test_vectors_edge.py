"""What is particular to the embedded vector store: its folder, its lock, damage."""

import fcntl
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from connectors.errors import ConfigurationError, UnavailableError
from connectors.vectors import Point
from connectors.vectors.edge import EdgeVectors, open_edge
from connectors.vectors.locking import file_lock


def point(number: int) -> Point:
    return Point(str(UUID(int=number)), np.ones(4, dtype=np.float32), {"symbol": "a"})


def test_points_survive_reopening(tmp_path: Path) -> None:
    """What one store wrote another finds."""
    EdgeVectors(tmp_path).upsert("code", [point(1)])
    assert EdgeVectors(tmp_path).existing("code", [str(UUID(int=1))]) == {str(UUID(int=1))}


@pytest.mark.parametrize("damage", ["configuration", "segment", "no configuration"])
def test_a_damaged_shard_is_put_aside_and_filled_again(tmp_path: Path, damage: str) -> None:
    """A shard that cannot be opened is kept for inspection, and the next write starts a new one."""
    store = EdgeVectors(tmp_path)
    store.upsert("code", [point(1)])
    if damage == "configuration":
        (tmp_path / "code" / "edge_config.json").write_text("{")
    elif damage == "segment":
        next((tmp_path / "code" / "segments").glob("*/segment.json")).write_text("{")
    else:
        (tmp_path / "code" / "edge_config.json").unlink()
    store.upsert("code", [point(2)])
    assert store.existing("code", [point(1).point_id, point(2).point_id]) == {point(2).point_id}
    assert len(list(tmp_path.glob("code.damaged-*"))) == 1


def test_a_folder_is_needed() -> None:
    """A URL without a folder is refused with the right form."""
    with pytest.raises(ConfigurationError, match="edge:///path"):
        open_edge("edge://")


def test_the_lock_gives_up_with_a_clear_word(tmp_path: Path) -> None:
    """A lock that is never freed ends in an error that may be tried again, not in a hang."""
    path = tmp_path / "x.lock"
    with path.open("a") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(UnavailableError, match=r"x\.lock has been locked"), file_lock(path, timeout=0.05):
            pass


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    """An error inside does not keep the lock."""
    path = tmp_path / "x.lock"
    with pytest.raises(ZeroDivisionError), file_lock(path):
        _ = 1 / 0
    with file_lock(path, timeout=0.05):
        pass
