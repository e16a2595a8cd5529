"""Traces printed as runtimes print them, with what is in them: what the parsers' inverse tests draw.

One file a language draws a chain and prints it; envelopes.py wraps the print. Keeps out: parsing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """One exception as drawn. `lines` are 1-based within the print; a frame is (file, function, line, column)."""

    type: str
    message: str | None
    relation: str
    parent: int | None
    lines: tuple[int, int]
    frames: tuple[tuple[str, str, int | None, int | None], ...]


@dataclass(frozen=True)
class Printed:
    """A print and its exceptions in printed order."""

    language: str
    lines: tuple[str, ...]
    exceptions: tuple[Expected, ...]
