"""A unified diff on paper: what came green, what went red, cut to the width. Keeps out: which lines are shown."""

from rich.text import Text

from dashboards.terminal.paper import Paper
from dashboards.wording import plain

_STYLES = (("+++", "bold"), ("---", "bold"), ("+", "green"), ("-", "red"), ("@@", "cyan"), ("...", "dim"))


def say_difference(paper: Paper, diff: str, *, indent: int = 4, most: int = 0) -> None:
    """Print `diff`, at most `most` lines of it (0: all), and how many more there are."""
    lines = diff.splitlines()
    shown = lines[:most] if most and len(lines) > most + 1 else lines
    for line in shown:
        style = next((style for start, style in _STYLES if line.startswith(start)), "")
        text = Text(plain(line).expandtabs(4), style=style)
        text.truncate(paper.width - indent, overflow="ellipsis")
        paper.say(text, indent=indent)
    if len(shown) < len(lines):
        paper.say(f"... {len(lines) - len(shown)} more lines with --json", style="dim", indent=indent)
