"""(row, key, value) triples -> one map a row, as an Arrow column. Keeps out: where keys and values come from."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ATTRIBUTES = pa.map_(pa.string(), pa.string())


def attribute_map(rows: int, row: NDArray[np.int64], keys: pa.Array, values: pa.Array) -> pa.Array:
    """A map column of `rows` rows; `row` (rising) says where each key and value belongs. A key's first value counts."""
    if len(row):
        codes = keys.dictionary_encode()
        both = row * (len(codes.dictionary) + 1) + codes.indices.to_numpy()
        _, first = np.unique(both, return_index=True)
        if len(first) != len(row):
            first.sort()
            chosen = pa.array(first)
            row, keys, values = row[first], keys.take(chosen), values.take(chosen)
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=offsets[1:])
    return pa.MapArray.from_arrays(pa.array(offsets), keys, values).cast(ATTRIBUTES)
