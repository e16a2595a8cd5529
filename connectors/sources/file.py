"""Log files as a source: one file, a folder or a pattern; growing, rotated, truncated and gzipped.

Owns: which files are read, and when a page is full. Keeps out: which files there are (discovery.py), what they are
known by (tracking.py), cutting bytes into lines (reading.py).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from connectors.records import Reject, SourcePage, TimeWindow, Watermark
from connectors.sources.collecting import PAGE_BYTES, PAGE_LINES, PageInMaking
from connectors.sources.discovery import find_files, location, resource_of, shown
from connectors.sources.lines import CHUNK
from connectors.sources.reading import Piece, read_new
from connectors.sources.recognition import Matched, match
from connectors.sources.tracking import load, save

FAR_FUTURE_SECONDS = 3600


def open_file_source(url: str, *, name: str, resource: Mapping[str, str]) -> "FileSource":
    """The source for `file:///path`, `file:///folder` (all files below) or `file:///pattern/*.log` (`**` works)."""
    return FileSource(location(url), name=name, resource=resource)


class FileSource:
    """See connectors.sources.LogSource. `quiet_seconds`: after how long an unfinished last line is taken as it is.

    A page is full at `page_lines` lines or 64 MiB; files are read `chunk` bytes at once.
    """

    def __init__(
        self,
        pattern: str,
        *,
        name: str,
        resource: Mapping[str, str],
        quiet_seconds: float = 2.0,
        page_lines: int = PAGE_LINES,
        chunk: int = CHUNK,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._pattern = pattern
        self._resource = {key: value for key, value in resource.items() if value}
        self._quiet_seconds = quiet_seconds
        self._page_lines = page_lines
        self._chunk = chunk
        self._clock = clock

    def pages(self, window: TimeWindow, watermark: Watermark | None) -> Iterator[SourcePage]:
        """What is new in every file, oldest rotation first; several small files share a page.

        On first contact files that were last written before the window are passed over; what is appended to them
        later is read.
        """
        matched, gone = match(find_files(self._pattern), load(watermark))
        if watermark is None:
            matched = [_passed_over(one, window) for one in matched]
        worth_keeping = watermark is None and any(one.unchanged for one in matched)
        states = {one.file.path: one.tracked for one in matched}
        page = PageInMaking()
        for one in matched:
            for piece in self._new_in(one):
                states[one.file.path] = piece.state
                resource = {**resource_of(piece.state.stream), **self._resource}
                page.add(piece.state.stream, piece.lines, piece.rejects, resource)
                worth_keeping |= (
                    one.file.gzipped and piece.state.seen is not None
                )  # not to inflate it again for nothing
                if page.lines >= self._page_lines or page.size >= PAGE_BYTES:
                    yield page.take(save([*states.values(), *gone]))
                    worth_keeping = False
        if page.lines or page.rejects or worth_keeping:
            yield page.take(save([*states.values(), *gone]))

    def _new_in(self, one: Matched) -> Iterator[Piece]:
        if one.problem:
            if one.tracked.skipped != one.problem:
                reject = Reject(
                    self.name, one.tracked.stream, one.tracked.base, one.problem, shown(one.file.path)[-200:]
                )
                yield Piece(replace(one.tracked, skipped=one.problem), rejects=(reject,))
        elif not one.unchanged:
            quiet = one.file.gzipped or self._is_quiet(one.file.modified)
            yield from read_new(one.file, one.tracked, self.name, quiet=quiet, chunk=self._chunk)

    def _is_quiet(self, modified: float) -> bool:
        """A time far in the future (another machine's clock, a copied file) says nothing about a writer."""
        silence = self._clock() - modified
        return silence >= self._quiet_seconds or silence < -FAR_FUTURE_SECONDS


def _passed_over(one: Matched, window: TimeWindow) -> Matched:
    if one.file.modified >= window.start.timestamp():
        return one
    end = 0 if one.file.gzipped else one.file.size
    return replace(one, tracked=replace(one.tracked, offset=end, seen=(one.file.size, one.file.modified)))
