"""Text to vectors: what every embedding model must do.

Owns the protocol. Keeps out: which texts are worth embedding.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """`model_id` is part of every stored point's identity; `dimension` is the length of each vector."""

    model_id: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row per text, shape (len(texts), dimension)."""
        ...
