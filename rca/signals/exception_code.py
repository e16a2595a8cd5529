"""Code that builds exceptions is where they are born, not where the fault is."""

import re

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
    owner = place.container.rsplit(".", 1)[-1]
    if owner and (_NAMED_EXCEPTION.search(owner) or _is_exception_class(owner, place, trace)):
        return Observation(1.0, f"belongs to the exception class {owner}, which only reports the fault")
    if _RETURNS_EXCEPTION.search(read_block(place.block).header):
        return Observation(1.0, "builds and returns an exception: its caller decided that something was wrong")
    return None


def _is_exception_class(owner: str, place: Place, trace: Trace) -> bool:
    return any(
        block.kind == "class" and block.path == place.block.path and _EXTENDS_EXCEPTION.search(read_block(block).header)
        for block in trace.code.find(owner)
    )
