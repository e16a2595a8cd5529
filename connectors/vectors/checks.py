"""What every vector store refuses, in the same words: vectors of another length, words where none can be kept.

Keeps out: how a store learns what a collection was made for.
"""

from collections.abc import Sequence

from connectors.errors import ConfigurationError
from connectors.vectors import Point


def check_dimension(collection: str, held: int, given: int) -> None:
    """Raises ConfigurationError when a vector of `given` numbers meets a collection of `held`."""
    if held != given:
        raise ConfigurationError(
            f"collection {collection!r} holds vectors of {held} numbers, got {given}; use another collection for "
            "another model."
        )


def check_words(collection: str, takes_words: bool, points: Sequence[Point]) -> None:
    """Raises ConfigurationError when points have words and the collection was made before there were any."""
    if not takes_words and any(point.words is not None for point in points):
        raise ConfigurationError(
            f"collection {collection!r} was made by an earlier version and takes no words; use another collection."
        )
