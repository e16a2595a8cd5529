"""Reads what `git diff-tree --raw -p -U0 -z` prints into FileChange values.

Owns: the format. Keeps out: running git.
"""

import re
from collections.abc import Iterator

from connectors.source_control import FileChange, Hunk

_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SECTION = re.compile(rb"^diff --git ", re.MULTILINE)
_BLOBS = re.compile(rb"^index ([0-9a-f]+)\.\.([0-9a-f]+)", re.MULTILINE)
_STATUS = {"A": "added", "M": "modified", "D": "deleted", "R": "renamed", "C": "copied", "T": "retyped"}


def parse_changes(output: bytes) -> list[FileChange]:
    """The changed files in git's order, each with the hunks of its section of the patch.

    Format: https://git-scm.com/docs/git-diff-tree#_raw_output_format followed by one "diff --git" section a file
    (two where a file changed its type: it is deleted and made again).
    """
    raw, position = _raw_records(output)
    hunks = dict(_sections(output[position:].lstrip(b"\0")))
    return [
        FileChange(
            path,
            old_path,
            tuple(hunks.get(("", blobs[1]) if status == "T" else blobs, ())),
            _STATUS.get(status, "modified"),
            *blobs,
        )
        for status, blobs, old_path, path in raw
    ]


def _raw_records(output: bytes) -> tuple[list[tuple[str, tuple[str, str], str | None, str]], int]:
    records: list[tuple[str, tuple[str, str], str | None, str]] = []
    position = 0
    while output[position : position + 1] == b":":
        header_end = output.index(b"\0", position)
        _, _, old_blob, blob, status = output[position:header_end].decode().split(" ")
        path, position = _field(output, header_end + 1)
        old_path = None
        if status[0] in ("R", "C"):
            old_path = path
            path, position = _field(output, position)
        records.append((status[0], (_blob(old_blob), _blob(blob)), old_path, path))
    return records, position


def _field(output: bytes, start: int) -> tuple[str, int]:
    end = output.index(b"\0", start)
    return output[start:end].decode("utf-8", "replace"), end + 1


def _sections(patch: bytes) -> Iterator[tuple[tuple[str, str], list[Hunk]]]:
    """((old blob, new blob), hunks) of each section: git leaves out those of files without a line to show."""
    starts = [match.start() for match in _SECTION.finditer(patch)]
    for start, end in zip(starts, [*starts[1:], len(patch)], strict=False):
        blobs = _BLOBS.search(patch, start, end)
        if blobs is not None:
            old, new = (_blob(raw.decode()) for raw in blobs.groups())
            yield (old, new), [_hunk(match) for match in _HUNK.finditer(patch, start, end)]


def _blob(blob: str) -> str:
    return "" if not blob.strip("0") else blob


def _hunk(match: "re.Match[bytes]") -> Hunk:
    old_start, old_lines, new_start, new_lines = match.groups()
    return Hunk(int(old_start), int(old_lines or 1), int(new_start), int(new_lines or 1))
