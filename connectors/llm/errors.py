"""What can be wrong with a model's answer, beyond the shared error tree."""

from connectors.errors import FirstcauseError
from connectors.llm import Used


class BadAnswerError(FirstcauseError):
    """The model answered, but not with a usable object (no tool call, cut off, not JSON). `used` is what that took,
    None where the vendor did not say."""

    def __init__(self, message: str, *, used: Used | None = None) -> None:
        super().__init__(message)
        self.used = used
