"""Code and error text as words: identifiers and their parts, lower-cased, as 32-bit hashes.

Owns: what counts as a word on both sides of a search, and how much each word of a block counts. Keeps out: ranking
(lexical.py, and the vector store for the same words as sparse vectors, meaning.py).
"""

import re
import zlib
from collections import Counter
from functools import lru_cache

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*|\d+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SHORTEST = 2
_SYMBOL_WEIGHT = 3  # a block's own name says more about it than a name it mentions once


@lru_cache(maxsize=200_000)
def word_hashes(identifier: str) -> tuple[int, ...]:
    """Hashes of the parts of an identifier and, when it has several, of the whole: placeOrder -> place, order,
    placeorder."""
    parts = [part.lower() for part in _PART.findall(identifier)]
    words = [part for part in parts if len(part) >= _SHORTEST]
    if len(parts) > 1:
        words.append(identifier.strip("_$").lower())
    return tuple(hash_of(word) for word in words)


def whole_words(text: str) -> tuple[int, ...]:
    """Hashes of the names and numbers in `text`, each as it is written and not its parts; too short ones left out."""
    hashes = (word_hashes(identifier)[-1:] for identifier in _IDENTIFIER.findall(text))
    return tuple(dict.fromkeys(value for found in hashes for value in found))


def hash_of(word: str) -> int:
    """CRC-32 of the word: stable between processes, and with 50,000 words fewer than one collision is expected."""
    return zlib.crc32(word.encode())


def count_words(text: str) -> Counter[int]:
    """How often each word (as a hash) occurs in `text`."""
    counts: Counter[int] = Counter()
    for identifier, times in Counter(_IDENTIFIER.findall(text)).items():
        for value in word_hashes(identifier):
            counts[value] += times
    return counts


def count_block_words(text: str, doc: str, symbol: str) -> Counter[int]:
    """How often each word occurs in a block, its own name counted threefold."""
    counts = count_words(f"{text} {doc}")
    for word, times in count_words(symbol).items():
        counts[word] += (_SYMBOL_WEIGHT - 1) * times
    return counts
