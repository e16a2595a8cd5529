"""Values of the failing request that stand literally in the code: string constants, keys, columns, telling numbers."""

import math
import re

from indexers.code.blocks import CodeBlock
from rca.codebase import Codebase
from rca.nearby import Value
from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace

TOO_COMMON = 20  # blocks; a value that more of them hold says nothing about one
BARE = 0.4  # a name of the program counts less than the same text in quotes
SHOWN = 90  # characters of the quoted line
_CONSTANT = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`")


def observe(place: Place, trace: Trace, surroundings: Surroundings) -> Observation | None:
    """Up to 1 for a place whose code holds values from the log; rare ones and those nearest to the failure most."""
    found = ((held(value, place.block, trace.code), value) for value in surroundings.near.values)
    weights = [(weight, value) for weight, value in found if weight]
    if not weights:
        return None
    best = max(weights, key=lambda item: item[0])[1]
    return Observation(1 - math.prod(1 - weight for weight, _ in weights), reason(best))


def held(value: Value, block: CodeBlock, code: Codebase) -> float:
    """How telling it is that `block` holds `value`, 0..1: 0 when it does not, or when too many blocks do."""
    literal = standing(value.text, block)
    if not literal:
        return 0.0
    holders = code.having(value.text, 0)[0]
    return 0.0 if holders > TOO_COMMON else literal * value.nearness / math.sqrt(max(holders, 1))


def standing(text: str, block: CodeBlock) -> float:
    """1 when `text` stands in quotes in the block, or is a number there; less for a bare name; 0 without it."""
    if text not in block.text:
        return 0.0
    escaped = re.escape(text)
    if re.search(rf"['\"`/ .]{escaped}['\"`/ .=:]", _quoted(block.text)) or (
        text[0].isdigit() and re.search(rf"(?<![\w.]){escaped}(?![\w.])", block.text)
    ):
        return 1.0
    return BARE if re.search(rf"(?<!\w){escaped}(?!\w)", block.text) else 0.0


def reason(value: Value) -> str:
    """What to tell the engineer, with the value and the words around it in its line."""
    return f'holds "{value.text}", which the log of this failure says: "{_around(value.line.strip(), value.text)}"'


def _around(line: str, text: str) -> str:
    """At most about SHOWN characters of `line` around `text`, in whole words, as a number cut in two is another one."""
    if len(line) <= SHOWN:
        return line
    at = max(line.find(text), 0)
    first = line.rfind(" ", 0, max(at - SHOWN // 2, 0)) + 1
    end = line.find(" ", min(max(first + SHOWN, at + len(text)), len(line)))
    return ("..." if first else "") + line[first : end if end >= 0 else len(line)] + ("..." if end >= 0 else "")


def _quoted(text: str) -> str:
    """The string constants of a piece of code, with their quotes, one a line."""
    return "\n".join(match.group() for match in _CONSTANT.finditer(text))
