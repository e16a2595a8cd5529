"""Looking at distinct shapes gives what looking at every text would."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from indexers.logs.shapes import cut_out, found_in, shapes_of

TEXTS = st.lists(st.text(st.sampled_from("a[]01é日 9\0"), max_size=30), max_size=30)
PATTERN = re.compile(r"\[([^\]]*)\]")


@given(TEXTS, st.integers(1, 40))
def test_texts_share_a_shape_when_only_their_digits_differ(texts: list[str], width: int) -> None:
    """Within the first bytes; bytes beyond ASCII are all alike."""
    shapes = shapes_of(pa.array(texts, pa.string()), width)
    expected = [re.sub(rb"[^\x01-\x7e]", b"\x7f", re.sub(rb"\d", b"0", text.encode()))[:width] for text in texts]
    assert [shapes.distinct[code].as_py() for code in shapes.codes] == [shape.decode() for shape in expected]
    assert len(set(shapes.distinct.to_pylist())) == len(shapes.distinct)


@given(TEXTS)
def test_what_is_found_in_a_shape_is_cut_out_of_each_text(texts: list[str]) -> None:
    """With the text's own digits and letters, also in a slice of a larger array."""
    array = pa.array(["[before]", *texts], pa.string()).slice(1)
    shapes = shapes_of(array, 200)
    matches = [PATTERN.search(shape) for shape in shapes.distinct.to_pylist()]
    found = pa.array([match[1] if match else "" for match in matches], pa.string())
    starts = pa.array([match.start(1) if match else 0 for match in matches], pa.int64())
    expected = [match[1] if (match := PATTERN.search(text)) else "" for text in texts]
    assert found_in(array, shapes, found, starts).to_pylist() == expected


@given(st.lists(st.tuples(st.text(st.characters(codec="ascii"), max_size=20), st.integers(0, 20), st.integers(0, 20))))
def test_cutting_out_is_slicing(cases: list[tuple[str, int, int]]) -> None:
    """By bytes, row by row."""
    spans = [(min(a, b, len(text)), min(max(a, b), len(text))) for text, a, b in cases]
    texts = pa.array([text for text, _, _ in cases], pa.string())
    starts = np.array([start for start, _ in spans], dtype=np.int64)
    lengths = np.array([end - start for start, end in spans], dtype=np.int64)
    expected = [text[start:end] for (text, _, _), (start, end) in zip(cases, spans, strict=True)]
    assert cut_out(texts, starts, lengths).to_pylist() == expected
