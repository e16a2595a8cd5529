"""Where logs come from: what every source must do. One file per vendor; limits and retries stay outside.

Owns the protocol. Keeps out: parsing, storing, scheduling.
"""

from collections.abc import Iterator
from typing import Protocol

from connectors.records import SourcePage, TimeWindow, Watermark


class LogSource(Protocol):
    """`name` is stable: watermarks and archived pages are filed under it."""

    name: str

    def pages(self, window: TimeWindow, watermark: Watermark | None) -> Iterator[SourcePage]:
        """Pages of raw lines after `watermark` and, where the source knows times, inside `window`.

        With no watermark (first contact) the window's start decides how far back to go. Ends when the source has
        nothing more for now. Lines may be delivered twice after a failure, never lost. An empty page is allowed
        only to move the watermark. Raises RetryableError or ConfigurationError.
        """
        ...
