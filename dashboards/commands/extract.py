"""`firstcause extract FILE`: the exceptions in a log, for people and as JSON.

Owns the output's shape, which other programs rely on. Keeps out: finding exceptions (indexers.exceptions).
"""

import sys
from pathlib import Path
from typing import Any

import orjson

from connectors.errors import BadInputError
from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.extract import extract_exceptions


def extract(file: Path, as_json: bool, source_maps: Path | None = None) -> None:
    """Print the exceptions in `file` (`-` is standard input), frames mapped by the maps in the folder `source_maps`.

    Raises BadInputError when the file or the folder cannot be read.
    """
    records = extract_exceptions(read_text(file))
    if source_maps is not None:
        records = _mapped(records, source_maps)
    if as_json:
        sys.stdout.write(orjson.dumps({"exceptions": [_as_json(record) for record in records]}).decode() + "\n")
    else:
        sys.stdout.write(_readable(records))


def _mapped(records: list[ExceptionRecord], folder: Path) -> list[ExceptionRecord]:
    from indexers.exceptions.source_maps import SourceMaps

    maps = SourceMaps(folder)
    mapped = maps.mapped(records)
    for problem, count in sorted(maps.problems.items()):
        sys.stderr.write(f"source maps: {problem}{f' ({count} times)' if count > 1 else ''}\n")
    return mapped


def read_text(file: Path) -> str:
    """The text of `file` or of standard input (`-`); bytes that are not UTF-8 become replacement characters."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except IsADirectoryError as error:
        raise BadInputError(f"{str(file)!r} is a folder; give a log file, or - for standard input.") from error
    except OSError as error:
        raise BadInputError(
            f"{str(file)!r} cannot be read ({error.strerror}); give a log file, or - for standard input."
        ) from error
    return data.decode("utf-8", "replace")


def _as_json(record: ExceptionRecord) -> dict[str, Any]:
    return {
        "type": record.type,
        "message": record.message,
        "language": record.language,
        "relation": record.relation,
        "parent": record.parent,
        "lines": list(record.lines),
        "frames": [_frame_as_json(frame) for frame in record.frames],
    }


def _frame_as_json(frame: Frame) -> dict[str, Any]:
    return {
        "file": frame.file or None,
        "function": frame.function or None,
        "line": frame.line,
        "column": frame.column,
        "in_app": frame.in_app,
    }


def _readable(records: list[ExceptionRecord]) -> str:
    if not records:
        return "No exceptions found.\n"
    depths: list[int] = []
    lines = []
    for record in records:
        parent = record.parent
        depth = 0 if parent is None or parent >= len(depths) else depths[parent] + 1
        depths.append(depth)
        lines += _paragraph(record, "  " * depth)
    roots = sum(record.parent is None for record in records)
    lines.append(f"{roots} trace{'s' * (roots != 1)}, {len(records)} exception{'s' * (len(records) != 1)}")
    return "\n".join(lines) + "\n"


def _paragraph(record: ExceptionRecord, margin: str) -> list[str]:
    first, last = record.lines
    relation = "" if record.relation == "root" else f"{record.relation.replace('_', ' ')}: "
    message = f": {record.message}" if record.message else ""
    where = f"line {first}" if first == last else f"lines {first}-{last}"
    head = [part + "\n" if part.endswith("\\") else part for part in f"{relation}{record.type}{message}".splitlines()]
    lines = [margin + head[0], *[margin + "    " + part for part in head[1:]]]
    lines.append(f"{margin}  {record.language}, {where}")
    for frame in record.frames:
        place = ":".join(str(part) for part in (frame.file, frame.line) if part) or "unknown source"
        mark = ">" if frame.in_app else " "
        lines.append(f"{margin}  {mark} {frame.function or '(no name)'}  {place}")
    return [*lines, ""]
