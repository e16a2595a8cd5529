"""What can be wrong with a model's answer, beyond the shared error tree."""

from connectors.errors import FirstcauseError


class BadAnswerError(FirstcauseError):
    """The model answered, but not with a usable object (no tool call, cut off, not JSON)."""
