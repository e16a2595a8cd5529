"""How services log. The style is the team's choice: plain or tagged text, logfmt or JSON lines."""

import json
import logging
import sys
from datetime import UTC, datetime

from shopkit.context import trace_id
from shopkit.identity import Identity


class ContextFilter(logging.Filter):
    """Puts the current trace id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.trace_id = trace_id.get() or "-"
        return True


def _iso(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class JsonFormatter(logging.Formatter):
    """One JSON object a line, the traceback as one string."""

    def __init__(self, identity: Identity) -> None:
        super().__init__()
        self._resource = {
            "service.name": identity.service,
            "service.version": identity.version,
            "deployment.environment.name": identity.environment,
        }

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "timestamp": _iso(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "thread": record.threadName,
            "trace_id": getattr(record, "trace_id", "-"),
            **self._resource,
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class LogfmtFormatter(logging.Formatter):
    """key=value pairs, tracebacks on the lines after."""

    def __init__(self, identity: Identity) -> None:
        super().__init__()
        self._resource = f"service={identity.service} env={identity.environment} version={identity.version}"

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage().replace('"', "'")
        line = (
            f"time={_iso(record)} level={record.levelname.lower()} {self._resource} "
            f'logger={record.name} trace_id={getattr(record, "trace_id", "-")} msg="{message}"'
        )
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


TEXT = "%(asctime)s %(levelname)s [%(threadName)s] %(name)s: %(message)s trace_id=%(trace_id)s"


def text_formatter(identity: Identity) -> logging.Formatter:
    """The layout of Python's own documentation, with the thread and the trace id."""
    return logging.Formatter(TEXT)


def tagged_formatter(identity: Identity) -> logging.Formatter:
    """The text layout with who we are at the end, for places where nothing else tells."""
    who = f"service={identity.service} env={identity.environment} version={identity.version}"
    return logging.Formatter(f"{TEXT} {who}")


FORMATTERS = {"json": JsonFormatter, "logfmt": LogfmtFormatter, "text": text_formatter, "tagged": tagged_formatter}


class BelowError(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.ERROR


def configure(style: str, identity: Identity) -> None:
    """Log everything from INFO up: errors to standard error, the rest to standard output."""
    formatter = FORMATTERS[style](identity)
    out, err = logging.StreamHandler(sys.stdout), logging.StreamHandler(sys.stderr)
    out.addFilter(BelowError())
    err.setLevel(logging.ERROR)
    root = logging.getLogger()
    root.handlers = [out, err]
    root.setLevel(logging.INFO)
    for handler in root.handlers:
        handler.addFilter(ContextFilter())
        handler.setFormatter(formatter)
    logging.getLogger("shopkit").info(
        "starting service=%s version=%s environment=%s commit=%s",
        identity.service, identity.version, identity.environment, identity.commit,
    )
