"""A batch of lines with its columns. Keeps out: what they mean."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines (`pa.LargeStringArray`) and, where known, per line: OpenTelemetry severity numbers, microseconds since
    1970, and sources (a dictionary array)."""

    texts: Any
    severities: Any = None
    times: Any = None
    sources: Any = None

    @classmethod
    def of(cls, texts: Any, severities: Any, times: Any, sources: Any) -> "Batch":
        """A batch from plain columns."""
        return cls(
            texts,
            None if severities is None else np.asarray(severities, np.int16),
            None if times is None else np.asarray(times, np.int64),
            None if sources is None else _encoded(sources),
        )

    def cut(self, start: int, end: int) -> "Batch":
        """The lines from `start` to before `end`."""

        def part(column: Any) -> Any:
            return None if column is None else column[start:end]

        return Batch(self.texts.slice(start, end - start), part(self.severities), part(self.times), part(self.sources))

    def followed_by(self, other: "Batch") -> "Batch":
        """Both batches as one; a column that one of them lacks is dropped."""

        def both(mine: Any, theirs: Any) -> Any:
            return None if mine is None or theirs is None else np.concatenate((mine, theirs))

        sources = None
        if self.sources is not None and other.sources is not None:
            joined = [self.sources.dictionary_decode(), other.sources.dictionary_decode()]
            sources = pa.concat_arrays(joined).dictionary_encode()
        texts = pa.concat_arrays([self.texts, other.texts])
        return Batch(texts, both(self.severities, other.severities), both(self.times, other.times), sources)

    def source_at(self, place: int) -> str:
        """Name of the source of a line, "" when unknown."""
        return "" if self.sources is None else (self.sources[place].as_py() or "")

    def source_codes(self, places: Any) -> Any:
        """Small number of the source of each of `places`; null counts as a source of its own."""
        if self.sources is None:
            return np.zeros(len(places), np.int64)
        codes = self.sources.indices.fill_null(len(self.sources.dictionary)).to_numpy(zero_copy_only=False)
        return codes[places].astype(np.int64)

    def text(self, start: int, end: int, limit: int) -> str:
        """Lines joined, without line ends and without trailing white space, at most `limit` characters."""
        lines = [line.rstrip("\r\n") for line in self.texts.slice(start, end - start).to_pylist()]
        return "\n".join(lines)[:limit].rstrip()


def _encoded(sources: Any) -> Any:
    if isinstance(sources, pa.DictionaryArray):
        return sources
    return pa.array(sources, pa.string()).dictionary_encode()
