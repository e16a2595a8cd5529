"""Compresses what is kept about a file, alone or as its difference from what is kept about an earlier version.

A difference is always from bytes that are kept whole, so reading takes two steps at most. Zstandard takes the earlier
bytes as a dictionary (https://facebook.github.io/zstd/zstd_manual.html, "raw content" dictionaries).
Owns: the two forms. Keeps out: which version is the base (store.py), what the bytes mean (packing.py).
"""

import zstandard

_LEVEL = 6


def compress(raw: bytes, base: bytes | None = None) -> bytes:
    """`raw` in few bytes; with `base`, to be read with that same base."""
    if not base:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(raw)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, source_size=len(raw), dict_size=len(base), write_content_size=True
    )
    dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=dictionary).compress(raw)


def decompress(packed: bytes, base: bytes | None = None) -> bytes:
    """What `compress` was given, `base` being the same as then."""
    if not base:
        return zstandard.ZstdDecompressor().decompress(packed)
    dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(packed)
