"""The terminal as paper: width, colours only where there are any, tables and paragraphs in one style.

Text from logs is always shown through `plain` and as rich Text, never as markup. Keeps out: what is printed.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dashboards.wording import plain

WIDTH_WITHOUT_TERMINAL = 100
WIDEST = 120
COLOURS = {
    "new": "red",
    "regressed": "bold red",
    "ongoing": "yellow",
    "resolved": "green",
    "impure": "yellow",
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "green",
    "FATAL": "bold red",
    "ERROR": "red",
    "WARN": "yellow",
    "DEBUG": "dim",
    "TRACE": "dim",
}

Column = str | tuple[str, Mapping[str, Any]]  # a heading, or one with rich's options (justify, no_wrap, ratio, ...)


class Paper:
    """Where a command writes for people."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
        known = self.console.is_terminal or "COLUMNS" in os.environ
        self.width = min(self.console.width, WIDEST) if known else WIDTH_WITHOUT_TERMINAL
        self.console.width = self.width

    def say(self, text: str | Text = "", style: str = "", indent: int = 0) -> None:
        """A paragraph, wrapped between words."""
        words = text if isinstance(text, Text) else Text(plain(text), style=style)
        self.console.print(Padding(words, (0, 0, 0, indent)) if indent else words)

    def head(self, text: str) -> None:
        """A heading with a line of space before it."""
        self.console.print()
        self.console.print(Text(plain(text), style="bold"))

    def table(self, columns: Iterable[Column], rows: Iterable[Iterable[str | Text]]) -> None:
        """Rows under headings."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in columns:
            name, given = column if isinstance(column, tuple) else (column, {})
            options: dict[str, Any] = {"overflow": "fold", **given}
            table.add_column(Text(name), **options)
        for row in rows:
            table.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
        self.console.print(table)

    def facts(self, facts: Iterable[tuple[str, str | Text]]) -> None:
        """Names and what is so, without headings; facts with nothing to say are left out."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in facts:
            if value:
                table.add_row(Text(name), value if isinstance(value, Text) else Text(plain(value)))
        self.console.print(table)


def coloured(word: str) -> Text:
    """A status, severity or level in its colour."""
    return Text(plain(word), style=COLOURS.get(word, ""))


def write_json(text: str) -> None:
    """JSON for programs, one line end after it."""
    sys.stdout.write(text + "\n")
