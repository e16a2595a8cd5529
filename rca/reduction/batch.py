"""A batch of lines with its columns. Keeps out: what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines (`pa.LargeStringArray`) and, where known, per line: OpenTelemetry severity numbers, microseconds since
    1970, and sources (a dictionary array). `numbers` are the 0-based places of the lines in the whole input; they may
    leave out some, where an endless event was cut, and `end` is the place after the last."""

    texts: Any
    severities: Any = None
    times: Any = None
    sources: Any = None
    numbers: Any = None
    end: int = 0

    @classmethod
    def of(cls, texts: Any, severities: Any, times: Any, sources: Any) -> "Batch":
        """A batch from plain columns."""
        return cls(
            texts,
            None if severities is None else np.asarray(severities, np.int16),
            None if times is None else np.asarray(times, np.int64),
            None if sources is None else _encoded(sources),
        )

    def numbered(self, first: int, texts: Any) -> "Batch":
        """The same with the places `first` and following, and `texts` for its own."""
        end = first + len(texts)
        return Batch(texts, self.severities, self.times, self.sources, np.arange(first, end), end)

    def cut(self, start: int, end: int) -> "Batch":
        """The lines from `start` to before `end`."""

        def part(column: Any) -> Any:
            return None if column is None else column[start:end]

        after = int(self.numbers[end]) if end < len(self.texts) else self.end
        texts = self.texts.slice(start, end - start)
        return Batch(texts, part(self.severities), part(self.times), part(self.sources), part(self.numbers), after)

    @classmethod
    def joined(cls, parts: Sequence["Batch"]) -> "Batch":
        """Batches that follow one another as one; a column that one of them lacks is dropped."""

        def all_of(columns: list[Any]) -> Any:
            return None if any(column is None for column in columns) else np.concatenate(columns)

        sources = None
        if all(part.sources is not None for part in parts):
            plain = [part.sources.dictionary_decode() for part in parts]
            sources = pa.concat_arrays(plain).dictionary_encode()
        return cls(
            pa.concat_arrays([part.texts for part in parts]),
            all_of([part.severities for part in parts]),
            all_of([part.times for part in parts]),
            sources,
            all_of([part.numbers for part in parts]),
            parts[-1].end,
        )

    def lines_between(self, starts: Any, ends: Any) -> Any:
        """How many lines of the input stand from each place in `starts` to before that in `ends`."""
        numbers = np.append(self.numbers, self.end)
        return numbers[ends] - numbers[starts]

    def source_at(self, place: int) -> str:
        """Name of the source of a line, "" when unknown."""
        return "" if self.sources is None else (self.sources[place].as_py() or "")

    def source_codes(self, places: Any) -> Any:
        """Small number of the source of each of `places`; null counts as a source of its own."""
        if self.sources is None:
            return np.zeros(len(places), np.int64)
        codes = self.sources.indices.fill_null(len(self.sources.dictionary)).to_numpy(zero_copy_only=False)
        return codes[places].astype(np.int64)

    def borders(self) -> Any:
        """Boolean column: where another source begins than that of the line before; None without sources."""
        if self.sources is None:
            return None
        codes = self.source_codes(np.arange(len(self.texts)))
        return np.concatenate(([True], codes[1:] != codes[:-1]))

    def text(self, start: int, end: int, limit: int) -> str:
        """Lines joined, without line ends and without trailing white space, at most `limit` characters."""
        lines = [line.rstrip("\r\n") for line in self.texts.slice(start, end - start).to_pylist()]
        return "\n".join(lines)[:limit].rstrip()


def _encoded(sources: Any) -> Any:
    if isinstance(sources, pa.DictionaryArray):
        return sources
    return pa.array(sources, pa.string()).dictionary_encode()
