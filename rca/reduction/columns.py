"""The columns a caller may give, made plain: lists, numpy and Arrow alike.

Owns the conversion and its errors. Keeps out: what the columns mean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Columns:
    """A piece of the input; each column has one value per text, or is None."""

    texts: Any
    severities: Any
    times: Any
    sources: Any


def cut_columns(
    texts: Sequence[str] | Any, *, severities: Any, timestamps: Any, sources: Any, size: int
) -> Iterator[Columns]:
    """The input in pieces of at most `size` texts. Raises BadInputError when a column's length differs."""
    import pyarrow as pa

    from indexers.logs.templates_rough import as_array

    lines = as_array(texts)
    for name, column in (("severities", severities), ("timestamps", timestamps), ("sources", sources)):
        if column is not None and len(column) != len(lines):
            raise BadInputError(f"{name} has {len(column)} values for {len(lines)} lines; give one for each line.")
    numbers = None if severities is None else _numbers(severities)
    times = None if timestamps is None else _microseconds(timestamps)
    names = None if sources is None else pa.array(_plain(sources), pa.string())
    for start in range(0, len(lines), size):
        yield Columns(
            lines.slice(start, size),
            None if numbers is None else numbers[start : start + size],
            None if times is None else times[start : start + size],
            None if names is None else names.slice(start, size),
        )


def same_trace(trace_ids: Any, places: Sequence[int], count: int) -> list[int]:
    """Places of all texts that have the trace id of one at `places`. Raises BadInputError for another length."""
    if trace_ids is None:
        return []
    if len(trace_ids) != count:
        raise BadInputError(f"trace_ids has {len(trace_ids)} values for {count} lines; give one for each line.")
    plain = _plain(trace_ids)
    wanted = {plain[place] for place in places if 0 <= place < count} - {"", None}
    return [place for place, trace_id in enumerate(plain) if trace_id in wanted] if wanted else []


def _plain(column: Any) -> Any:
    return column.to_pylist() if hasattr(column, "to_pylist") else column


def _numbers(column: Any) -> Any:
    import numpy as np

    return np.array([int(value or 0) for value in _plain(column)], np.int16)


def _microseconds(column: Any) -> Any:
    import numpy as np

    values = _plain(column)
    return np.array(
        [round(value.timestamp() * 1e6) if isinstance(value, datetime) else int(value or 0) for value in values],
        np.int64,
    )
