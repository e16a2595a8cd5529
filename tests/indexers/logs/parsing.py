"""Raw lines in, rows out: what the tests of log parsing share."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from connectors.records import SOURCE_SCHEMA
from indexers.logs.page import ParsedPage, parse_page

OBSERVED = datetime(2026, 3, 2, tzinfo=UTC)


def raw(lines: list[str], stream: str = "app.log", start: int = 0) -> pa.Table:
    """Lines of one stream with byte positions."""
    rows, position = [], start
    for line in lines:
        rows.append({"stream": stream, "position": position, "timestamp": None, "line": line})
        position += len(line.encode()) + 1
    return pa.Table.from_pylist(rows, SOURCE_SCHEMA)


def page(lines: pa.Table, *, carry: pa.Table | None = None, final: bool = True, **resource: str) -> ParsedPage:
    """One parsed page; `resource` holds for every stream, with `_` for `.`."""
    streams = {
        stream: {key.replace("_", "."): value for key, value in resource.items()}
        for stream in set(lines["stream"].to_pylist())
    }
    return parse_page(
        lines, source="test", page_id="page", streams=streams, observed_at=OBSERVED, carry=carry, final=final
    )


def rows(*lines: str, **resource: str) -> list[dict[str, Any]]:
    """The rows of some lines of one stream."""
    found: list[dict[str, Any]] = page(raw(list(lines)), **resource).rows.to_pylist()
    return found
