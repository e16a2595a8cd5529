"""Blocks that wrote a log line shortly before the failure: code that ran and is in no trace.

A block wrote a line when one of its string constants, with its placeholders open, fits into it. Owns: that test.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.nearby import NearLine
from rca.signals import Surroundings
from rca.trace import Place, Trace

MOST_LINES = 15
LOOKED_AT = 8  # blocks that share words with a line
FEWEST_LETTERS = 10  # of constant text; less fits too many lines
WARNING = 13  # OpenTelemetry's severity number
_CONSTANT = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`([^`\n]*)`")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{[^}]*\}|%(?:\(\w+\))?[-+#0-9.]*[a-zA-Z]|\$\w+")
SHOWN = 80


def propose(trace: Trace, _places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for who warned in the same request; less for plain lines, other requests, and what is always logged."""
    for line in surroundings.near.lines[:MOST_LINES]:
        for block, _ in trace.code.search_words(line.text, LOOKED_AT):
            said = wrote(block, line.text)
            if said:
                yield Proposal(block, _weight(line), _reason(line, said))


def wrote(block: CodeBlock, line: str) -> str:
    """The part of `line` that a string constant of `block` prints, "" when none of them does."""
    longest = ""
    for letters, pattern in _printed(block.text):
        if letters > sum(map(str.isalpha, longest)) and (match := pattern.search(line)):
            longest = match.group()
    return longest


@lru_cache(maxsize=2048)
def _printed(text: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Every constant of a piece of code with enough text: its letters, and what it looks like when printed."""
    found = []
    for match in _CONSTANT.finditer(text):
        constant = next(part for part in match.groups() if part is not None)
        pieces = [piece for piece in _PLACEHOLDER.split(constant) if piece.strip()]
        letters = sum(map(str.isalpha, "".join(pieces)))
        if letters >= FEWEST_LETTERS and any(" " in piece.strip() for piece in pieces):  # a path is no message
            found.append((letters, re.compile(".{0,120}?".join(re.escape(piece.strip()) for piece in pieces))))
    return tuple(found)


def _weight(line: NearLine) -> float:
    severe = 1.0 if line.severity >= WARNING else 0.6
    return severe * (1.0 if line.same_request else 0.5) * (0.4 if line.usual else 1.0)


def _reason(line: NearLine, said: str) -> str:
    when = f"{abs(line.seconds):.1f} s {'before' if line.seconds >= 0 else 'after'} the failure"
    where = ", in the same request" if line.same_request else ""
    return f'wrote "{said[:SHOWN]}" to the log {when}{where}'
