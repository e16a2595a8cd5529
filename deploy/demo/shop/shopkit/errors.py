"""Failures that services name; everything else is a bug and answers 500."""


class ApiError(Exception):
    """A refusal that the caller can understand: answered with its status, logged without a traceback."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class NotFound(ApiError):
    def __init__(self, what: str) -> None:
        super().__init__(404, f"{what} not found")


class UpstreamError(Exception):
    """Another service answered with an error."""

    def __init__(self, service: str, status: int, detail: str) -> None:
        super().__init__(f"{service} answered {status}: {detail}")
        self.service = service
        self.status = status
        self.detail = detail


class UpstreamTimeout(Exception):
    """Another service did not answer in time."""

    def __init__(self, service: str, path: str, seconds: float) -> None:
        super().__init__(f"{service} did not answer {path} within {seconds:.1f}s")
        self.service = service


class PoolTimeout(Exception):
    """No database connection became free in time."""

    def __init__(self, size: int, waited: float) -> None:
        super().__init__(f"no connection after {waited:.2f}s: all {size} are in use")
