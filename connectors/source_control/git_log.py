"""Reads what `git log` and `git diff-tree --stdin` print about commits.

Owns: the formats that are asked for and their parsing. Fields end in NUL, which no commit can hold. Keeps out: running
git.
"""

import re
from datetime import UTC, datetime

from connectors.source_control import Commit, CommitSize

FORMAT = "--format=%H%x00%P%x00%aN%x00%at%x00%s%x00%b"  # with -z
_FIELDS = 6
LONGEST_BODY = 4_000  # characters
_COUNT = re.compile(rb"(\d+) (file|insertion|deletion)")


def parse_commits(output: bytes) -> list[Commit]:
    """The commits of a log in FORMAT, in the order printed."""
    fields = output.decode("utf-8", "replace").split("\0")
    commits = []
    for start in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        commit, parents, author, when, subject, body = fields[start : start + _FIELDS]
        commits.append(
            Commit(commit.strip(), author, moment(when), subject, tuple(parents.split()), body.strip()[:LONGEST_BODY])
        )
    return commits


def moment(seconds: str) -> datetime:
    """Seconds since 1970 as aware UTC; the epoch for what is no time on a calendar (a commit may claim any number)."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


TOUCHED = "--format=%x00%H"  # with -z and --name-only: an empty field, which no path can be, stands before each commit
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def parse_touched(output: bytes) -> dict[str, tuple[str, ...]]:
    """Commit -> the paths it touched, of a log in TOUCHED."""
    touched: dict[str, list[str]] = {}
    names: list[str] = []
    opening = False
    for field in output.decode("utf-8", "replace").split("\0"):
        if opening and _COMMIT_ID.fullmatch(field):
            names = touched.setdefault(field, [])
        elif field:
            names.append(field.removeprefix("\n"))
        opening = not field  # a merge has one more before its paths
    return {commit: tuple(dict.fromkeys(paths)) for commit, paths in touched.items()}


def parse_sizes(output: bytes) -> dict[str, CommitSize]:
    """Commit -> how much it changed, of `diff-tree --stdin --shortstat`: its id, then a line if anything changed."""
    sizes: dict[str, CommitSize] = {}
    commit = ""
    for line in output.splitlines():
        if line[:1] != b" ":
            commit = line.decode("ascii", "replace").strip()
            continue
        counts = {kind: int(number) for number, kind in _COUNT.findall(line)}
        sizes[commit] = CommitSize(counts.get(b"file", 0), counts.get(b"insertion", 0) + counts.get(b"deletion", 0))
    return sizes
