"""Blocks retrieved by meaning and by words together, for what the failure and the log lines before it say.

What a cluster says is embedded in the background, beside the code (flows/steps/index.py), so that no ranking waits for
a model. Until then, and without embeddings, there are only words; those of the exception are another source's
(words.py), so that the lines alone are looked for. Owns: the query. Keeps out: the search (indexers/code/hybrid.py).
"""

from collections.abc import Iterator

from connectors.redaction import mask
from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.trace import Place, Trace

MOST = 10
LINES = 3
NEAR_ENOUGH = 20  # rank by meaning; what is further down was found by its words


def what_it_says(exception_type: str, message: str) -> str:
    """The text that stands for a cluster in a search by meaning; a model may be elsewhere, so secrets are masked."""
    return mask(f"{exception_type.rsplit('.', 1)[-1]}: {message}".strip(": ")).text


def propose(trace: Trace, _places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for the best of a hybrid search; half as much for what words alone found."""
    lines = [line.text for line in surroundings.near.lines if line.same_request and not line.usual][:LINES]
    if not lines and not surroundings.said:
        return
    hits = trace.code.search("\n".join([trace.message(), *lines]), MOST, remembered=surroundings.said)
    near = [hit for hit in hits if hit.by_meaning is not None and hit.by_meaning <= NEAR_ENOUGH]
    for hit in near:
        words = ", and shares words with it" if hit.by_words is not None else ""
        if hit.block.kind != "class":
            yield Proposal(hit.block, hit.score, f"close in meaning to what the exception says{words}")
    if lines and not near:
        for block, value in _by_words("\n".join(lines), trace):
            yield Proposal(block, value, "shares words with the lines logged before it failed")


def _by_words(lines: str, trace: Trace) -> Iterator[tuple[CodeBlock, float]]:
    found = trace.code.search_words(lines, MOST)
    best = found[0][1] if found else 0.0
    yield from ((block, 0.5 * score / best) for block, score in found if block.kind != "class" and best > 0)
