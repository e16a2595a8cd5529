"""Killing a process that indexes, at many moments, and running it again."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.database import Database
from indexers.code.index import CodeIndex
from tests.indexers.code.test_code_index import INDEXER

ROOT = Path(__file__).parents[3]


def run(database: Database, *, kill_after: float | None) -> int:
    """Exit code of a run over six versions, killed so long after it printed its first line."""
    program = INDEXER.replace("for version", "print('ready', flush=True)\nfor version", 1)
    process = subprocess.Popen(
        [sys.executable, "-c", program, database.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    return process.wait()


@pytest.mark.slow
def test_a_killed_run_is_finished_by_the_next(database: Database) -> None:
    """Whatever moment a run dies at, every commit that is there is whole, and the next run leaves all of them."""
    for kill_after in (0.01, 0.05, 0.12, 0.25, 0.5):
        run(database, kill_after=kill_after)
        for commit in CodeIndex(database).commits("shop"):
            assert len(list(CodeIndex(database).snapshot("shop", commit.commit).blocks())) == 400
    assert run(database, kill_after=None) == 0
    assert len(CodeIndex(database).commits("shop")) == 6
    for version in range(6):
        snapshot = CodeIndex(database).snapshot("shop", f"{version:040x}")
        assert snapshot.find("f3")[0].text == f"def f3():\n    return {version * 3}"
