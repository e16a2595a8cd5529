"""The listing of a commit, (path -> blob), kept whole for some commits and as a difference for the others.

A difference is always against a whole listing, never against another difference, so reading takes two rows at most.
Owns: the formats. Keeps out: which commit is the base (store.py).
"""

from collections.abc import Mapping

import orjson
import zstandard

_LEVEL = 9


def pack_whole(files: Mapping[str, str]) -> bytes:
    """The whole listing: paths compress well, blob ids not at all and are kept as raw bytes."""
    paths = sorted(files)
    listing = "\0".join(paths).encode("utf-8", "replace")
    blobs = bytes.fromhex("".join(files[path] for path in paths))
    width = len(blobs) // len(paths) if paths else 20
    return zstandard.ZstdCompressor(level=_LEVEL).compress(
        orjson.dumps([len(listing), width]) + b"\n" + listing + blobs
    )


def unpack_whole(packed: bytes) -> dict[str, str]:
    """What pack_whole was given."""
    header, _, raw = zstandard.ZstdDecompressor().decompress(packed).partition(b"\n")
    length, width = orjson.loads(header)
    if not raw:
        return {}
    paths = raw[:length].decode().split("\0")
    blobs = raw[length:].hex()
    return {path: blobs[2 * width * i : 2 * width * (i + 1)] for i, path in enumerate(paths)}


def pack_difference(base: Mapping[str, str], files: Mapping[str, str]) -> bytes:
    """What turns `base` into `files`."""
    changed = {path: blob for path, blob in files.items() if base.get(path) != blob}
    removed = [path for path in base if path not in files]
    return zstandard.ZstdCompressor(level=_LEVEL).compress(orjson.dumps([removed, changed]))


def apply_difference(base: Mapping[str, str], packed: bytes) -> dict[str, str]:
    """The listing that pack_difference was given."""
    removed: list[str]
    changed: dict[str, str]
    removed, changed = orjson.loads(zstandard.ZstdDecompressor().decompress(packed))
    gone = set(removed)
    return {path: blob for path, blob in base.items() if path not in gone} | changed
