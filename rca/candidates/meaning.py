"""Blocks retrieved by meaning and by words together, for what the failure and the log lines before it say.

Without embedded code there are only words; those of the exception are another source's (words.py), so that the lines
alone are looked for. Owns: the query. Keeps out: the search (indexers/code/hybrid.py).
"""

from collections.abc import Iterator

from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.trace import Place, Trace

MOST = 10
LINES = 3
NEAR_ENOUGH = 20  # rank by meaning; what is further down was found by its words


def propose(trace: Trace, _places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for the best of a hybrid search that meaning found too; half as much for what words alone found."""
    said = [line.text for line in surroundings.near.lines if line.same_request and not line.usual][:LINES]
    embedded = trace.code.embedded
    if not embedded and not said:
        return
    lines = "the lines logged before it failed"
    for hit in trace.code.search("\n".join([trace.message(), *said] if embedded else said), MOST):
        if hit.block.kind == "class":
            continue
        if not embedded:
            yield Proposal(hit.block, hit.score / 2, f"shares words with {lines}")
        elif hit.by_meaning is not None and hit.by_meaning <= NEAR_ENOUGH:
            what = f"the exception and {lines}" if said else "the exception"
            words = ", and shares words with them" if hit.by_words is not None else ""
            yield Proposal(hit.block, hit.score, f"close in meaning to {what}{words}")
