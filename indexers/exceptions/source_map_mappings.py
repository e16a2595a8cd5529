"""Reads the mappings of one source map: from text to columns, and from a place in the bundle to one in the sources.

Owns Source Map version 3 as ECMA-426 describes it (https://tc39.es/ecma426/): base64 VLQ, segments of one, four or
five fields, sections. Decoding is done on whole columns, as a bundle has hundreds of thousands of segments. Keeps out:
finding maps, stack frames (source_maps.py).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from connectors.errors import BadInputError

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_COMMA, _SEMICOLON, _INVALID = -1, -2, -3
_MOST_DIGITS = 7  # of a number: 32 bits, as the specification allows
_TABLE = np.full(256, _INVALID, np.int8)
_TABLE[[ord(char) for char in _DIGITS]] = np.arange(64)
_TABLE[ord(",")], _TABLE[ord(";")] = _COMMA, _SEMICOLON


@dataclass(frozen=True, slots=True)
class Original:
    """A place in the sources: `source` and `name` index the map's lists (`name` -1: none); line and column from 0."""

    source: int
    line: int
    column: int
    name: int


@dataclass(frozen=True, slots=True)
class Mappings:
    """Segments sorted by generated line and column, one value a segment; `source` and `name` are -1 where absent."""

    line: Any
    column: Any
    source: Any
    source_line: Any
    source_column: Any
    name: Any

    def original(self, line: int, column: int) -> Original | None:
        """Where generated `line` and `column` (from 0) come from: the last segment of the line at or before it."""
        start, end = np.searchsorted(self.line, [line, line + 1])
        at = int(start) + int(np.searchsorted(self.column[start:end], column, side="right")) - 1
        if at < start or self.source[at] < 0:
            return None
        return Original(*(int(values[at]) for values in (self.source, self.source_line, self.source_column, self.name)))


@dataclass(frozen=True, slots=True)
class Section:
    """A map within an index map; it begins at `start` (generated line and column, from 0)."""

    start: tuple[int, int]
    value: Any


def section_at(sections: Sequence[Section], line: int, column: int) -> tuple[Section, int, int] | None:
    """The section that covers a generated place, and the place within it."""
    at = bisect_right([section.start for section in sections], (line, column)) - 1
    if at < 0:
        return None
    section = sections[at]
    first_line, first_column = section.start
    return section, line - first_line, column - (first_column if line == first_line else 0)


def decode(text: str) -> Mappings:
    """The segments of a map's `mappings`. Raises BadInputError for text that is not valid, saying what is wrong."""
    codes = _TABLE[np.frombuffer(text.encode("ascii", "replace"), np.uint8)]
    if (codes == _INVALID).any():
        raise BadInputError("its mappings hold a character that base64 VLQ does not have.")
    is_digit = codes >= 0
    if not is_digit.any():
        return Mappings(*(np.zeros(0, np.int64) for _ in range(6)))
    numbers, ends = _numbers(codes, is_digit)
    segment = np.cumsum(~is_digit)[is_digit][ends]
    generated_line = np.cumsum(codes == _SEMICOLON)[is_digit][ends]
    first = np.flatnonzero(np.diff(segment, prepend=-1))
    fields = np.diff(first, append=len(numbers))
    if not np.isin(fields, (1, 4, 5)).all():
        raise BadInputError("its mappings hold a segment that has not one, four or five fields.")
    return _absolute(numbers, first, fields, generated_line[first])


def _numbers(codes: Any, is_digit: Any) -> tuple[Any, Any]:
    """The VLQ numbers in order, and for each the place of its last digit among the digits."""
    digits = codes[is_digit].astype(np.int64)
    more = (digits & 32) != 0
    before_separator = np.append(~is_digit[1:], True)[is_digit]
    if (more & before_separator).any():
        raise BadInputError("its mappings are cut off within a number.")
    ends = np.flatnonzero(~more)
    starts = np.append(0, ends[:-1] + 1)
    lengths = ends - starts + 1
    if lengths.max() > _MOST_DIGITS:
        raise BadInputError("its mappings hold a number of more than 32 bits.")
    within = np.arange(len(digits)) - np.repeat(starts, lengths)
    values = np.add.reduceat((digits & 31) << (5 * within), starts)
    return np.where(values & 1, -(values >> 1), values >> 1), ends


def _absolute(numbers: Any, first: Any, fields: Any, line: Any) -> Mappings:
    """Segments from differences: the column begins anew on each line, everything else goes on through the file."""
    columns = np.cumsum(numbers[first])
    line_first = np.flatnonzero(np.diff(line, prepend=-1))
    base = np.append(0, columns)[line_first]
    column = columns - np.repeat(base, np.diff(line_first, append=len(line)))
    mapped, named = fields >= 4, fields == 5
    source, source_line, source_column, name = (np.full(len(first), -1, np.int64) for _ in range(4))
    for place, (values, has) in enumerate(
        ((source, mapped), (source_line, mapped), (source_column, mapped), (name, named)), start=1
    ):
        values[has] = np.cumsum(numbers[first[has] + place])
    if (column < 0).any() or any((values[has] < 0).any() for values, has in ((source, mapped), (name, named))):
        raise BadInputError("its mappings lead before the beginning of a file or list.")
    order = np.lexsort((np.arange(len(line)), column, line))
    return Mappings(*(values[order] for values in (line, column, source, source_line, source_column, name)))
