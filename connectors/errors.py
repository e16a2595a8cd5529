"""Every error this product raises on purpose, sorted by what the caller should do.

    FirstcauseError
    ├── ConfigurationError      fix the configuration or the input; retrying cannot help (terminal: exit code 2)
    │   ├── BadInputError       a file, argument or request body that cannot be used
    │   ├── NotFoundError       a thing that was asked for by name is not there
    │   └── AuthenticationError credentials were refused
    ├── RetryableError          try again, after `retry_after` seconds when the other side said so
    │   ├── ThrottledError      the other side asked us to slow down
    │   ├── UnavailableError    the other side is down or timed out
    │   └── ConflictError       another process got there first; read again, then try again
    └── StopError               going on would do harm (a budget is spent, stored data contradicts itself)

A row that cannot be read is not an error: it is a `Reject` (see records.py). Vendors' errors are translated
into this tree once, in the file that owns the vendor's client. Keeps out: what to print, HTTP status codes.
"""


class FirstcauseError(Exception):
    """Base of all errors raised on purpose; `str()` is one sentence a person can act on."""


class ConfigurationError(FirstcauseError):
    """Something a person must change before this can work."""


class BadInputError(ConfigurationError):
    """Input that cannot be used: says what was received, what is valid and what to do."""


class NotFoundError(ConfigurationError):
    """A named thing (cluster, commit, file, repository) does not exist."""


class AuthenticationError(ConfigurationError):
    """Credentials are missing or were refused."""


class RetryableError(FirstcauseError):
    """A failure that may pass.

    `retry_after` is the delay in seconds the other side asked for, or None when it named none.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ThrottledError(RetryableError):
    """The other side asked us to slow down."""


class UnavailableError(RetryableError):
    """The other side is down, unreachable or timed out."""


class ConflictError(RetryableError):
    """Another process changed the same thing first."""


class StopError(FirstcauseError):
    """Going on would do harm; a person must look."""
