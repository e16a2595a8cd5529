"""Lines of several streams collected into one page. Keeps out: where they come from, when a page is full."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from connectors.records import SOURCE_SCHEMA, Reject, SourcePage, Watermark

PAGE_LINES = 100_000
PAGE_BYTES = 64 << 20


class PageInMaking:
    """Collects lines until they are taken as a page."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.lines = self.size = 0
        self.rejects: list[Reject] = []
        self._tables: list[pa.Table] = []
        self.streams: dict[str, dict[str, str]] = {}

    def add(
        self, stream: str, lines: pa.Table, rejects: Sequence[Reject] = (), resource: Mapping[str, str] | None = None
    ) -> None:
        """Add lines of one stream; `resource` is what is known of this stream alone."""
        self.rejects += rejects
        if lines.num_rows:
            self._tables.append(lines)
            self.streams[stream] = dict(resource or {})
            self.lines += lines.num_rows
            self.size += lines.nbytes

    def take(self, watermark: Watermark) -> SourcePage:
        """What was collected, as a page; collecting begins anew."""
        lines = pa.concat_tables(self._tables) if self._tables else SOURCE_SCHEMA.empty_table()
        page = SourcePage(lines, watermark, self.streams, tuple(self.rejects))
        self._begin()
        return page
