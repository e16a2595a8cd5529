"""One retry policy for every call that leaves the process; the delays come from the error itself where it names one.

Owns: how often and how long. Keeps out: which vendor errors are retryable (each client translates its own).
"""

from collections.abc import Callable
from typing import TypeVar

import tenacity

from connectors.errors import RetryableError

T = TypeVar("T")

ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 30.0


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after", None)
    backoff = tenacity.wait_exponential_jitter(initial=0.2, max=LONGEST_WAIT_SECONDS)(state)
    return backoff if asked is None else min(max(asked, backoff), LONGEST_WAIT_SECONDS)


def call(
    function: Callable[[], T],
    *,
    attempts: int = ATTEMPTS,
    sleep: Callable[[float], None] = tenacity.nap.sleep,
) -> T:
    """Result of `function()`, tried again on `RetryableError` with exponential back-off and jitter.

    Waits at least `retry_after` when the error carries one, never longer than 30 s a time. The last error is
    raised unchanged when `attempts` are used up. `sleep` is passed in so that tests need not wait.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(RetryableError),
        stop=tenacity.stop_after_attempt(attempts),
        wait=_wait,
        sleep=sleep,
        reraise=True,
    )
    return retrying(function)
