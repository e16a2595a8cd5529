"""What the trained order looks at: a dozen numbers about a candidate, the same for every language.

What a message says is none of them: whoever can write into a log could move suspects by it. Owns: their names, in
words, and how they are computed. Keeps out: signals and sources (their sum by hand-set weights is one of the numbers
here, so that a signal added later counts without training), how much each counts (ranker.toml).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexers.code.blocks import CodeBlock
from rca.source_text import read_block, statements

WORST = -9.0  # what speaks against a place counts no further than this
WORST_APART = -4.0  # the same without its position
TWO_AGREE = 1.2  # support that no single source gives
LOOKED_AT = 3  # places whose statements are compared with a block
NAMED = 4  # places whose names are compared

NAMES = (
    "apart",  # inside: what the signals say, position left out
    "suspicion",  # inside: what all signals say
    "early",  # inside: 1 for the first by hand-set weights, 1/2 for the second, ...
    "late",  # inside: logarithm of that place
    "innermost",  # inside: the innermost own block of the root cause
    "outside",  # 1 for a block that is not in the trace
    "support",  # outside: what the sources that propose it add up to
    "agreement",  # outside: support beyond what one source can give
    "sources",  # outside: how many of those that follow calls, values and words propose it
    "same_file",  # outside: the file of the most suspected place
    "same_class",  # outside: its class
    "short_trace",  # outside: 1 for a trace without own places, 1/2 with one, ...
    "log_size",  # both: logarithm of its statements
    "says_statement",  # both: share of the words of the failing statements that it holds
    "name_in_trace",  # both: share of the words of its name that are in the names of the trace
    "raises",  # both: it can throw
    "tiny",  # both: two statements or fewer
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_USUAL = frozenset(
    """get set is to the of a an in on for and or not with from by new add do run make init value object string name
    type data java lang com org util""".split()  # noqa: SIM905  # a word list reads best as words
)
_RAISES = re.compile(r"\b(?:throw|raise|panic)\b")


@dataclass(frozen=True)
class Words:
    """The words of the code that failed: of the statements that were running, of the functions' names."""

    running: frozenset[str]
    names: frozenset[str]


def words_of(order: Sequence[CodeBlock], running: Sequence[str]) -> Words:
    """`order` are the trace's blocks, the most suspected first, `running` their statements."""
    names = " ".join(block.name for block in order[:NAMED])
    return Words(split(" ".join(running[:LOOKED_AT])), split(names))


def split(text: str) -> frozenset[str]:
    """The words in names and prose, lower case, without the most usual ones."""
    return frozenset(word.lower() for word in _WORD.findall(text)) - _USUAL


def inside(
    block: CodeBlock, words: Words, *, apart: float, suspicion: float, rank: int, innermost: bool
) -> list[float]:
    """The numbers of a place of the trace, in the order of NAMES; `rank` counts from 0 by hand-set weights."""
    own = [max(apart, WORST_APART), max(suspicion, WORST), 1 / (1 + rank), math.log1p(rank), float(innermost)]
    return own + [0.0] * 7 + _common(block, words)


def outside(
    block: CodeBlock,
    words: Words,
    *,
    support: float,
    sources: int,
    first: CodeBlock | None,
    places: int,
) -> list[float]:
    """The numbers of a block outside the trace; `first` is the most suspected of the trace's `places` blocks."""
    same_file = first is not None and block.path == first.path
    same_class = first is not None and block.symbol.rpartition(".")[0] == first.symbol.rpartition(".")[0]
    own = [support, max(support - TWO_AGREE, 0.0), sources, same_file, same_class, 1 / (1 + places)]
    return [0.0] * 5 + [1.0] + [float(value) for value in own] + _common(block, words)


def _common(block: CodeBlock, words: Words) -> list[float]:
    count = len(statements(read_block(block)))
    held, named = split(block.text), split(block.name)
    return [
        math.log1p(count),
        len(words.running & held) / max(1, len(words.running)),
        len(words.names & named) / max(1, len(named)),
        float(bool(_RAISES.search(block.text))),
        float(count <= 2),
    ]
