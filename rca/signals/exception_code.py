"""Code that builds exceptions is where they are born, not where the fault is."""

import re

from indexers.code.blocks import CodeBlock
from rca.signals import Observation, Surroundings
from rca.source_text import read_block
from rca.trace import Place, Trace

_NAMED_EXCEPTION = re.compile(r"(?:Exception|Error|Throwable|Failure|Fault)$")
_EXTENDS_EXCEPTION = re.compile(r"(?:extends\s+|\()\s*[\w.]*(?:Exception|Error|Throwable)\b")
_RETURNS_EXCEPTION = re.compile(
    r"(?:\b[\w.]*(?:Exception|Error|Throwable)(?:<[^>]*>)?\s+\w+\s*\(|->\s*[\w.\"']*(?:Exception|Error)\b)"
)


def observe(place: Place, trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a method of an exception class and for a function that returns an exception."""
    reason = exception_code(place.block, trace)
    return None if reason is None else Observation(1.0, reason)


def exception_code(block: CodeBlock, trace: Trace) -> str | None:
    """What makes `block` code that builds exceptions, in words; None when it is not."""
    owner = block.symbol.rpartition(".")[0].rpartition(".")[2]
    if owner and (_NAMED_EXCEPTION.search(owner) or _is_exception_class(owner, block, trace)):
        return f"belongs to the exception class {owner}, which only reports the fault"
    if _RETURNS_EXCEPTION.search(read_block(block).header):
        return "builds and returns an exception: its caller decided that something was wrong"
    return None


def _is_exception_class(owner: str, block: CodeBlock, trace: Trace) -> bool:
    return any(
        other.kind == "class" and other.name == owner and _EXTENDS_EXCEPTION.search(read_block(other).header)
        for other in trace.code.blocks_in(block.path)
    )
