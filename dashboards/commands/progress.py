"""One line on standard error that says what is being done, rewritten in place; silent where nobody looks on."""

from types import TracebackType
from typing import Self, TextIO

_CLEAR = "\r\x1b[K"


class Progress:
    """Shows a sentence at a time while a command works; gone when it is done."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()

    def say(self, sentence: str) -> None:
        """Show `sentence` instead of the last one."""
        if self._shown:
            self._stream.write(f"{_CLEAR}{sentence[:100]} ...")
            self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
