"""What happens around every call at the public door."""

import logging
import time
from collections.abc import Callable
from typing import Any

from shopkit.server import Request

log = logging.getLogger(__name__)
SLOW = 1.0  # seconds


def slow_calls(request: Request, following: Callable[[Request], Any]) -> Any:
    """Complains about calls that customers notice."""
    started = time.monotonic()
    try:
        return following(request)
    finally:
        took = time.monotonic() - started
        if took > SLOW:
            log.warning("slow call: %s %s took %.2fs", request.method, request.template, took)
