"""Blocks retrieved by meaning and by words together, for what the failure and the log lines before it say.

Meaning needs embedded code; without it nothing is proposed here, as the words alone are another source's (words.py).
"""

from collections.abc import Iterator

from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.trace import Place, Trace

MOST = 10
LINES = 3
NEAR_ENOUGH = 20  # rank by meaning; what is further down was found by its words


def propose(trace: Trace, _places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for the best of a hybrid search, for blocks that meaning found too."""
    if not trace.code.embedded:
        return
    said = [line.text for line in surroundings.near.lines if line.same_request and not line.usual][:LINES]
    for hit in trace.code.search("\n".join([trace.message(), *said]), MOST):
        if hit.by_meaning is None or hit.by_meaning > NEAR_ENOUGH or hit.block.kind == "class":
            continue
        words = ", and shares words with it" if hit.by_words is not None else ""
        what = "what the exception and the lines before it say" if said else "what the exception says"
        yield Proposal(hit.block, hit.score, f"close in meaning to {what}{words}")
