"""The ids that tie one customer's action together across services and threads."""

import secrets
from contextvars import ContextVar

TRACE_HEADER = "X-Trace-Id"

trace_id: ContextVar[str] = ContextVar("trace_id", default="")


def new_trace_id() -> str:
    return secrets.token_hex(16)
