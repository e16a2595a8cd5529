"""Tests, generated and vendored code are seldom what has to be changed."""

import re

from indexers.code.selection import is_test, is_vendored
from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace

_GENERATED = re.compile(r"(?:^|/)(?:generated|gen)/|_pb2(?:_grpc)?\.py$|\.pb\.go$|\.min\.js$")


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a file that its path calls test, generated or vendored code."""
    kind = kind_of(place.block.path)
    return Observation(1.0, f"{kind} code, seldom what has to change") if kind else None


def kind_of(path: str) -> str:
    """`test`, `generated`, `vendored`, or "" for the product's own code."""
    if is_test(path):
        return "test"
    return "vendored" if is_vendored(path) else "generated" if _GENERATED.search(path) else ""
