"""A stream that ends, such as standard input, as a source. Keeps out: files, resuming; a pipe cannot be read twice."""

from collections.abc import Iterator, Mapping
from typing import IO

from connectors.records import SourcePage, TimeWindow, Watermark
from connectors.sources.collecting import PAGE_BYTES, PAGE_LINES, PageInMaking
from connectors.sources.lines import Place, whole_lines


class StdinSource:
    """See connectors.sources.LogSource: all of `stream` once, whatever the watermark says, under the stream `label`."""

    def __init__(self, stream: IO[bytes], *, name: str, resource: Mapping[str, str], label: str = "stdin") -> None:
        self.name = name
        self._name = label
        self._stream = stream
        self._resource = {key: value for key, value in resource.items() if value}

    def pages(self, window: TimeWindow, watermark: Watermark | None) -> Iterator[SourcePage]:
        """The lines up to the end of the stream; the last one needs no line end."""
        page = PageInMaking()
        done = 0
        for part in whole_lines(self._stream, Place(self.name, self._name, 0), final=True):
            page.add(self._name, part.lines, part.rejects, self._resource)
            done += part.consumed
            if page.lines >= PAGE_LINES or page.size >= PAGE_BYTES:
                yield page.take({"bytes": done})
        if page.lines or page.rejects:
            yield page.take({"bytes": done})
