"""What a line says, apart from its header: where the level is and where the message is.

Owns the reading of one distinct line: plain text with a header, a JSON object, or `key=value` pairs. Keeps out: how
alarming that is, and columns of whole pages (those are read before the warehouse; this is for logs as they are).
"""

import json
import re
from dataclasses import dataclass

from indexers.logs.json_fields import PATHS
from indexers.logs.templates_header import message_start

_LONGEST = 100_000
_CLOCK = re.compile(r"(?<!\d)([01]\d|2[0-3])[:.]([0-5]\d)[:.]([0-5]\d)(?!\d)")
_PAIR = re.compile(r"(?:^|\s)([A-Za-z_@][\w.@-]*)=(\"(?:[^\"\\]|\\.)*\"|\S*)")
# Bunyan's and pino's levels.
_NUMBERED = {10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL"}
_TROUBLE = ("error", "err", "exception", "exc_info", "error.message", "exception.message", "cause", "reason")


@dataclass(frozen=True, slots=True)
class Said:
    """A line's message without its header, and the header, where the level may be."""

    head: str
    message: str
    fields: bool = False  # read from JSON or from pairs


def said(line: str) -> Said:
    """Header and message of one line; in JSON and logfmt the header is the level's value."""
    text = line.strip()
    if text.startswith("{") and text.endswith("}") and len(text) < _LONGEST:
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict) and (found := _from_fields(row)):
            return found
    elif "msg=" in text or "message=" in text:
        pairs = {key: value[1:-1] if value[:1] == '"' else value for key, value in _PAIR.findall(text)}
        if len(pairs) > 1 and (found := _from_fields(pairs)):
            return found
    start = message_start(line)
    return Said(line[:start], line[start:].strip())


def clock(line: str) -> str:
    """Time of day in a line's header, "" when none is printed."""
    found = _CLOCK.search(line[:80])
    return ":".join(found.groups()) if found else ""


def _from_fields(row: dict[str, object]) -> Said | None:
    message = next((value for key in PATHS["message"] if isinstance(value := row.get(key), str) and value), None)
    if message is None:
        return None
    level = next((value for key in PATHS["level"] if isinstance(value := row.get(key), str | int)), "")
    if isinstance(level, int):
        level = _NUMBERED.get(level, "")
    trouble = [value for key in _TROUBLE if isinstance(value := row.get(key), str) and value and value not in message]
    return Said(f"[{level.upper()}]", " ".join([message.strip(), *trouble[:1]]), fields=True)
