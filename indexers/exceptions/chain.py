"""The values an exception is made of: frames, exceptions and their relations.

Names follow OpenTelemetry (`exception.type`, `code.function.name`, ...). Keeps out: how traces are found in text,
how exceptions are grouped.
"""

from dataclasses import dataclass
from typing import Literal

Relation = Literal["root", "caused_by", "cause", "inner", "context", "suppressed", "group_member", "goroutine"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One call as printed. `line` and `column` are 1-based or None; `in_app` None means "not decided yet"."""

    file: str
    function: str
    line: int | None = None
    column: int | None = None
    in_app: bool | None = None
    module: str = ""  # package, jar or module where it is printed separately
    source: str = ""  # the source line as printed under the frame, stripped


@dataclass(frozen=True, slots=True)
class ExceptionRecord:
    """One exception of a chain, in printed order.

    `parent` is the index, within the same list, of the enclosing exception (None for a root); `lines` are the first
    and last 1-based line of the input that belong to it; `message` is None where none was printed. Frames stand in
    printed order; `innermost_first` says which end the fault is at.
    """

    type: str
    message: str | None
    language: str
    relation: Relation
    parent: int | None
    lines: tuple[int, int]
    frames: tuple[Frame, ...]
    innermost_first: bool = True
    location: Frame | None = None  # where it was raised, in languages that print this apart from the frames

    def innermost(self) -> tuple[Frame, ...]:
        """Frames with the raising one first, whatever the language prints; `location`, where there is one, leads."""
        frames = self.frames if self.innermost_first else self.frames[::-1]
        return frames if self.location is None else (self.location, *frames)
