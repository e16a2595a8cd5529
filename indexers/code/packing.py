"""One parsed file as bytes, in two parts that are read separately.

- outline: the Outline as JSON, needed for the files that a question touches;
- facts: arrays (block ids, hashes of block names, called names and words), needed for all files of a commit at once,
  so that looking something up in 10,000 blocks decodes nothing in Python.
Both are written so that a change in one block changes only the bytes of that block: numbers count from the block
before, arrays stand block after block. Versions of a file are then kept as small differences (compression.py).
Owns: the formats. Keeps out: compression, storage.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from indexers.code.blocks import Call
from indexers.code.outline import BlockOutline, Import, Outline, text_of
from indexers.code.words import count_block_words, hash_of

_HEADER = struct.Struct("<III")  # blocks, called names, words
_MOST = 255


@dataclass(frozen=True, slots=True)
class Facts:
    """Arrays over the blocks of one file, in block order.

    ids (n, 16) bytes; names (n,) hash of the block's last name; lengths (n,) number of words;
    calls, words (n,): how many of the entries of `called` (hashes of called names, each once a block) and of `word` and
    `count` (hashes of words and how often they occur) belong to the block.
    """

    ids: NDArray[np.uint8]
    names: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    calls: NDArray[np.uint32]
    words: NDArray[np.uint32]
    called: NDArray[np.uint32]
    word: NDArray[np.uint32]
    count: NDArray[np.uint8]


def pack_outline(outline: Outline) -> bytes:
    """JSON; lists instead of objects, in the order of the fields; lines and bytes relative to the block before."""
    blocks = []
    line = byte = 0
    for block in outline.blocks:
        first = block.pieces[0][0]
        blocks.append(
            [
                block.block_id, block.kind, block.symbol, block.start_line - line, block.end_line - block.start_line,
                first - byte, [[a - first, b - first] for a, b in block.pieces], block.signature, block.doc,
                [[call.name, call.receiver, call.arguments, call.line - block.start_line] for call in block.calls],
                block.parameters, block.bases, block.types,
            ]
        )  # fmt: skip
        line, byte = block.start_line, first
    imports = [[item.module, item.name, item.alias] for item in outline.imports]
    return orjson.dumps([outline.language, outline.package, outline.skipped, imports, blocks])


def unpack_outline(raw: bytes) -> Outline:
    """What pack_outline was given."""
    language, package, skipped, imports, blocks = orjson.loads(raw)
    found = []
    line = byte = 0
    for values in blocks:
        line, byte = line + values[3], byte + values[5]
        found.append(_block(values, line, byte))
    return Outline(language, package, tuple(Import(*item) for item in imports), tuple(found), skipped)


def _block(values: list[Any], line: int, byte: int) -> BlockOutline:
    block_id, kind, symbol, _, lines, _, pieces, signature, doc, calls, parameters, bases, types = values
    return BlockOutline(
        block_id=block_id,
        kind=kind,
        symbol=symbol,
        start_line=line,
        end_line=line + lines,
        pieces=tuple((byte + a, byte + b) for a, b in pieces),
        signature=signature,
        doc=doc,
        calls=tuple(Call(name, receiver, count, line + at) for name, receiver, count, at in calls),
        parameters=tuple(parameters),
        bases=tuple(bases),
        types=tuple((a, b) for a, b in types),
    )


def pack_facts(outline: Outline, content: bytes) -> bytes:
    """The arrays of Facts, one after the other."""
    names: list[int] = []
    lengths: list[int] = []
    calls: list[int] = []
    words: list[int] = []
    called: list[int] = []
    postings: list[tuple[int, int]] = []
    for block in outline.blocks:
        names.append(hash_of(block.name))
        callees = {hash_of(call.name): None for call in block.calls}
        called.extend(callees)
        calls.append(len(callees))
        counts = count_block_words(text_of(content, block.pieces), block.doc, block.symbol)
        postings.extend(counts.items())
        words.append(len(counts))
        lengths.append(sum(counts.values()))
    table = np.array(postings, dtype=np.int64).reshape(-1, 2)
    parts = [
        _HEADER.pack(len(names), len(called), len(table)),
        bytes.fromhex("".join(block.block_id for block in outline.blocks)),
        *(np.array(values, dtype=np.uint32).tobytes() for values in (names, lengths, calls, words, called)),
        table[:, 0].astype(np.uint32).tobytes(),
        np.minimum(table[:, 1], _MOST).astype(np.uint8).tobytes(),
    ]
    return b"".join(parts)


def unpack_facts(raw: bytes) -> Facts:
    """What pack_facts was given, without copying the arrays."""
    blocks, calls, words = _HEADER.unpack_from(raw)
    offset = _HEADER.size
    ids = np.frombuffer(raw, np.uint8, blocks * 16, offset).reshape(blocks, 16)
    offset += blocks * 16
    arrays: list[NDArray[np.uint32]] = []
    for length in (blocks, blocks, blocks, blocks, calls, words):
        arrays.append(np.frombuffer(raw, np.uint32, length, offset))
        offset += length * 4
    names, lengths, call_counts, word_counts, called, word = arrays
    return Facts(
        ids, names, lengths, call_counts, word_counts, called, word, np.frombuffer(raw, np.uint8, words, offset)
    )
