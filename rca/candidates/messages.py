"""Blocks that hold the text of a message: who raised what was caught, and reported again under another name.

An exception that was handled on the way has lost its frames, but its message often lives on inside the new one's.
"""

import re
from collections.abc import Iterator

from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.trace import Place, Trace

MOST = 30
SHORTEST = 12  # characters of a constant piece, of at least two words, that is no coincidence
TELLING = 40  # characters from which on a piece is as good as a signature

_LITERAL = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`")
_GAP = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\$?\{[^{}]*\}|\{\}|\\.")


def propose(trace: Trace, _places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for a block with a constant piece of text that stands in a message of the chain."""
    messages = [error.message for error in trace.chain if error.message and " " in error.message]
    if not messages:
        return
    for block, _ in trace.code.search_words("\n".join(messages), MOST):
        if block.kind == "class":
            continue
        piece = max((piece for piece in pieces(block) if any(piece in said for said in messages)), key=len, default="")
        if piece:
            yield Proposal(block, min(len(piece) / TELLING, 1.0), f'holds the words "{piece.strip()}" of the message')


def pieces(block: CodeBlock) -> Iterator[str]:
    """Constant pieces of the texts in `block`, long enough to tell where a message came from."""
    for match in _LITERAL.finditer(block.text):
        for piece in _GAP.split(next((text for text in match.groups() if text), "")):
            if len(piece.strip()) >= SHORTEST and " " in piece.strip():
                yield piece
