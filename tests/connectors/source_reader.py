"""A reader that polls a file source the way the ingest flow does, keeping the watermark as JSON in between."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connectors.records import Reject, TimeWindow, Watermark
from connectors.sources.file import FileSource

EVER = TimeWindow(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass
class Reader:
    """Polls `pattern`; `seen` holds (stream, position, line) of everything that came."""

    pattern: Path
    quiet_seconds: float = 0.0
    watermark: Watermark | None = None
    seen: list[tuple[str, int, str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def poll(self, window: TimeWindow = EVER) -> list[str]:
        """The lines that are new."""
        source = FileSource(str(self.pattern), name="logs", resource={}, quiet_seconds=self.quiet_seconds)
        before = len(self.seen)
        for page in source.pages(window, self.watermark):
            columns = [page.lines[name].to_pylist() for name in ("stream", "position", "line")]
            self.seen += zip(*columns, strict=True)
            self.rejects += page.rejects
            self.watermark = json.loads(json.dumps(page.watermark))
        return [line for _, _, line in self.seen[before:]]

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]


def write(path: Path, first: int, last: int, *, mode: str = "a") -> list[str]:
    """Append lines numbered `first` up to, not including, `last`; they are returned."""
    lines = numbered(first, last)
    with path.open(mode) as file:
        file.writelines(f"{line}\n" for line in lines)
    return lines


def numbered(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last)]
