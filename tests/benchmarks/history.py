"""Suspect commits on a long history: a repository of many commits over 2,000 files, made with `git fast-import`.

The last 300 commits lie between the good and the failing release; each commit changes one line of one file. Owns: what
is measured. Keeps out: sizes and the table (__main__.py).
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from connectors.source_control.git import GitRepository
from rca.history.places import suspects_at
from rca.history.span import span_between
from rca.history.symbols import compare_releases
from rca.later_changes import later_changes
from rca.suspect_changes import suspect_changes

FILES = 2_000
FUNCTIONS = 12  # a file
BETWEEN = 300  # commits between the two releases
REPEATED = 5


def _text(file: int, versions: list[int]) -> str:
    """A module of functions that call one another; `versions` are one number a function."""
    blocks = [
        f"def work_{file}_{number}(row):\n    value = row.get('key_{number}', {version})\n"
        f"    other = work_{(file + 1) % FILES}_{number}(row) if value else None\n    return [value, other]\n\n\n"
        for number, version in enumerate(versions)
    ]
    return "import os\n\n\n" + "".join(blocks)


def _suspected(commits: int) -> list[int]:
    """Files that changed between the releases, and once more after them."""
    return [(commits - 60 - n) * 7 % FILES for n in range(5)]


def _stream(commits: int) -> Iterator[bytes]:
    """The history as `git fast-import` reads it; tags good, failing and the branch main, 50 commits later."""
    versions = [[0] * FUNCTIONS for _ in range(FILES)]
    for number in range(commits):
        touched = range(FILES) if number == 0 else [number * 7 % FILES]
        if number == commits - 1:
            touched = _suspected(commits)
        message = f"Change {number}".encode()
        when = 1_600_000_000 + number * 3_600
        yield b"commit refs/heads/main\nmark :%d\ncommitter Ann <ann@example.com> %d +0000\n" % (number + 1, when)
        yield b"data %d\n%s\n" % (len(message), message)
        if number:
            yield b"from :%d\n" % number
        for file in touched:
            versions[file][number % FUNCTIONS] = number
            content = _text(file, versions[file]).encode()
            yield b"M 100644 inline src/package_%d/module_%d.py\ndata %d\n%s\n" % (
                file % 40, file, len(content), content,
            )  # fmt: skip
    for name, mark in ((b"good", commits - 50 - BETWEEN), (b"failing", commits - 50)):
        yield b"reset refs/tags/%s\nfrom :%d\n\n" % (name, mark)


def build(folder: Path, commits: int) -> GitRepository:
    """The repository, packed as a clone would be."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=b"".join(_stream(commits)), check=True)
    return GitRepository(folder, name="long")


def _timed(function: Callable[[], object]) -> float:
    took = []
    for _ in range(REPEATED):
        started = time.perf_counter()
        function()
        took.append((time.perf_counter() - started) * 1000)
    return float(np.median(took))


def measure(commits: int = 10_000) -> dict[str, float]:
    """Milliseconds (medians of five) of what one cluster asks of a history of `commits` commits."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        repository = build(Path(folder) / "long.git", commits)
        built = time.perf_counter() - started
        places = [
            f"src/package_{file % 40}/module_{file}.py:{5 + n % FUNCTIONS * 6}"
            for n, file in enumerate(_suspected(commits), commits - 1)
        ]
        suspects = suspects_at(repository, "failing", places)

        def fresh() -> GitRepository:
            return GitRepository(repository.path, name="long")

        found = suspect_changes(fresh(), suspects, failing="failing", good="good")
        return {
            "made in s": built,
            "suspect commits found": float(len(found)),
            "suspect commits ms": _timed(lambda: suspect_changes(fresh(), suspects, failing="failing", good="good")),
            "suspect commits, no good release ms": _timed(
                lambda: suspect_changes(fresh(), suspects, failing="failing", good=None)
            ),
            "later changes ms": _timed(lambda: later_changes(fresh(), suspects, deployed="failing")),
            "symbols of two releases ms": _timed(
                lambda: compare_releases(fresh(), span_between(fresh(), "good", "failing").changes)
            ),
        }
