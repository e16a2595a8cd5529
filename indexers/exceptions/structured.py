"""Finds the texts in a JSON log record: the message, which continues a stream, and complete multi-line fields.

Knows docker's json-file driver, journald's JSON export, Logstash, Bunyan/Pino, structlog, Serilog and OpenTelemetry
only through the field names below. Keeps out: what is done with the texts.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

# Fields that carry the record's main text, in order of preference.
MAIN_FIELDS = ("log", "MESSAGE", "message", "msg", "@message", "textPayload", "short_message", "body", "event")
# Fields that tell streams apart when records of several are interleaved.
STREAM_FIELDS = (
    "stream", "container_id", "container_name", "container", "pod", "pod_name", "kubernetes", "host", "hostname",
    "_HOSTNAME", "_PID", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "thread", "thread_name", "threadName", "pid", "process",
    "service",
)  # fmt: skip
# Siblings that name the exception where a stack field holds frames only.
TYPE_FIELDS = (
    "type",
    "class",
    "exception_class",
    "name",
    "exc_type",
    "errorType",
    "Type",
    "ClassName",
    "exception.type",
)
TEXT_FIELDS = ("message", "exception_message", "exc_value", "errorMessage", "Message", "msg", "exception.message")
# Fields whose text is a trace of its own also where it has one line.
STACK_FIELD = re.compile(
    r"(?:^|[._])(?:stack_?trace|stack|error|exc_?info|exception|traceback|backtrace)$", re.IGNORECASE
)
_DEPTH = 8
_FRAME_STARTS = ("at ", "#0 ", "from ", 'File "')


@dataclass(slots=True)
class Texts:
    """`main` continues the stream named by `key` (None: no such field); each of `wholes` is complete in itself.

    `open` says that `main` does not end its line (docker splits lines at 16 KiB and leaves out the line feed).
    """

    main: str | None = None
    key: str = ""
    open: bool = False
    is_raw: bool = False  # `main` is a line that a program printed, not a log record
    wholes: list[str] = field(default_factory=list)


def read_json(text: str) -> tuple[str, dict[str, Any]] | None:
    """(what stands before it, the object) when `text` ends in a JSON object, else None."""
    end = text.rstrip()
    if not end.endswith("}"):
        return None
    start = end.find('{"')
    if start < 0:
        start = end.find("{ ")
    if start < 0:
        return None
    try:
        value = orjson.loads(end[start:])
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return (end[:start], value) if isinstance(value, dict) else None


def texts_of(record: dict[str, Any]) -> Texts:
    """The texts of one JSON log record."""
    result = Texts(key="|".join(str(record[name]) for name in STREAM_FIELDS if name in record))
    main_field = next((name for name in MAIN_FIELDS if _as_text(record.get(name)) is not None), None)
    main = None if main_field is None else _as_text(record[main_field])
    if main is not None:
        if main_field == "log" and "stream" in record:
            result.is_raw = True
            result.main, result.open = main.removesuffix("\n"), not main.endswith("\n")
        elif "\n" in main.strip("\n"):
            result.wholes.append(main)
        else:
            result.main = main.strip("\n")
    for name, value in record.items():
        if name != main_field:
            _collect(name, value, record, result.wholes, 0)
    result.wholes = list(dict.fromkeys(result.wholes))
    return result


def _as_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, int) and 0 <= item < 256 for item in value):
        return bytes(value).decode("utf-8", "replace")  # journald exports messages with control characters as bytes
    return None


def _collect(name: str, value: Any, owner: dict[str, Any], wholes: list[str], depth: int) -> None:
    if depth > _DEPTH:
        return
    if isinstance(value, list) and len(value) > 1 and all(isinstance(item, str) for item in value):
        value = "\n".join(value)
    if isinstance(value, str):
        if "\n" in value or "\\n" in value or value.startswith('{"') or (value and STACK_FIELD.search(name)):
            wholes.append(_with_head(value, owner))
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect(key, item, value, wholes, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _collect(name, item, owner, wholes, depth + 1)


def _with_head(text: str, owner: dict[str, Any]) -> str:
    """`text`, with the exception's line put before it where only frames were logged."""
    if not text.lstrip().startswith(_FRAME_STARTS):
        return text
    kind = next((owner[name] for name in TYPE_FIELDS if isinstance(owner.get(name), str)), None)
    message = next((owner[name] for name in TEXT_FIELDS if isinstance(owner.get(name), str)), None)
    if kind is None:
        return text
    return f"{kind}: {message}\n{text}" if message else f"{kind}\n{text}"
