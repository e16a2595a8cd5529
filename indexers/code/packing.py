"""How one parsed file is kept: three compressed byte strings, read separately.

- outline: the Outline as JSON, needed for the files that a question touches;
- facts: NumPy arrays (block ids, hashes of block names, called names and words), needed for all files of a commit
  at once, so that looking something up in 10,000 blocks decodes nothing in Python;
- text: the file itself.
Owns: the formats. Keeps out: where they are stored (store.py).
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import zstandard
from numpy.typing import NDArray

from indexers.code.blocks import Call
from indexers.code.outline import BlockOutline, Import, Outline, text_of
from indexers.code.words import count_words, hash_of

_HEADER = struct.Struct("<IIII")  # blocks, called names, words, postings
_LEVEL = 6
_SYMBOL_WEIGHT = 3  # a block's own name says more about it than a name it mentions once
_MOST = 255


@dataclass(frozen=True, slots=True)
class Facts:
    """Arrays over the blocks of one file, in block order.

    ids (n, 16) bytes; names (n,) hash of the block's last name; lengths (n,) number of words;
    called_by, called: block and hash of the called name, once a pair;
    posting_block, posting_word, posting_count: how often a block holds a word.
    """

    ids: NDArray[np.uint8]
    names: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    called_by: NDArray[np.uint32]
    called: NDArray[np.uint32]
    posting_block: NDArray[np.uint32]
    posting_word: NDArray[np.uint32]
    posting_count: NDArray[np.uint8]


def pack_text(content: bytes) -> bytes:
    """Compressed content."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(content)


def unpack_text(packed: bytes) -> bytes:
    """What pack_text was given."""
    return zstandard.ZstdDecompressor().decompress(packed)


def pack_outline(outline: Outline) -> bytes:
    """Compressed JSON; lists instead of objects, in the order of the fields."""
    return pack_text(
        orjson.dumps(
            [
                outline.language,
                outline.package,
                [[i.module, i.name, i.alias] for i in outline.imports],
                [
                    [
                        b.block_id, b.kind, b.symbol, b.start_line, b.end_line, b.pieces, b.signature, b.doc,
                        [[c.name, c.receiver, c.arguments, c.line] for c in b.calls], b.parameters, b.bases, b.types,
                    ]
                    for b in outline.blocks
                ],
                outline.skipped,
            ]
        )
    )  # fmt: skip


def unpack_outline(packed: bytes) -> Outline:
    """What pack_outline was given."""
    language, package, imports, blocks, skipped = orjson.loads(unpack_text(packed))
    return Outline(
        language, package, tuple(Import(*item) for item in imports), tuple(_block(b) for b in blocks), skipped
    )


def _block(values: list[Any]) -> BlockOutline:
    block_id, kind, symbol, first, last, pieces, signature, doc, calls, parameters, bases, types = values
    return BlockOutline(
        block_id, kind, symbol, first, last, tuple((a, b) for a, b in pieces), signature, doc,
        tuple(Call(*call) for call in calls), tuple(parameters), tuple(bases), tuple((a, b) for a, b in types),
    )  # fmt: skip


def pack_facts(outline: Outline, content: bytes) -> bytes:
    """Compressed arrays, see Facts. Words of a file are listed once and postings refer to them."""
    names: list[int] = []
    lengths: list[int] = []
    called: set[tuple[int, int]] = set()
    postings: list[tuple[int, int, int]] = []
    for position, block in enumerate(outline.blocks):
        names.append(hash_of(block.name))
        called.update((position, hash_of(call.name)) for call in block.calls)
        counts = count_words(f"{text_of(content, block.pieces)} {block.doc}")
        for word, times in count_words(block.symbol).items():
            counts[word] += (_SYMBOL_WEIGHT - 1) * times
        lengths.append(sum(counts.values()))
        postings.extend((position, word, min(times, _MOST)) for word, times in counts.items())
    table = np.array(postings, dtype=np.uint32).reshape(-1, 3)
    words, places = np.unique(table[:, 1], return_inverse=True)
    calls = np.array(sorted(called), dtype=np.uint32).reshape(-1, 2)
    parts = [
        _HEADER.pack(len(names), len(calls), len(words), len(table)),
        bytes.fromhex("".join(block.block_id for block in outline.blocks)),
        np.array(names, dtype=np.uint32).tobytes(),
        np.array(lengths, dtype=np.uint32).tobytes(),
        calls[:, 0].tobytes(),
        calls[:, 1].tobytes(),
        words.astype(np.uint32).tobytes(),
        table[:, 0].tobytes(),
        places.astype(np.uint32).tobytes(),
        table[:, 2].astype(np.uint8).tobytes(),
    ]
    return pack_text(b"".join(parts))


def unpack_facts(packed: bytes) -> Facts:
    """What pack_facts was given, without copying the arrays."""
    raw = unpack_text(packed)
    blocks, calls, words, postings = _HEADER.unpack_from(raw)
    offset = _HEADER.size
    ids = np.frombuffer(raw, np.uint8, blocks * 16, offset).reshape(blocks, 16)
    offset += blocks * 16
    arrays = []
    for length in (blocks, blocks, calls, calls, words, postings, postings):
        arrays.append(np.frombuffer(raw, np.uint32, length, offset))
        offset += length * 4
    names, lengths, called_by, called, vocabulary, posting_block, places = arrays
    counts = np.frombuffer(raw, np.uint8, postings, offset)
    return Facts(ids, names, lengths, called_by, called, posting_block, vocabulary[places], counts)
