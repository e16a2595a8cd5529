"""The final order of candidates: who stands first by hand-set weights, everything behind it as trained, unless there is
more to go by than the trace and the tree.

Owns: what may stand before or right behind the first, and the hand-set order for want of a trained one. Keeps out:
scores (scoring.py), the trained model (ranker.py).
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from rca.ranker import Ranker
from rca.scoring import Candidates, Scored
from rca.weights import Weights

_KNOWN = frozenset({"changed", "changed_blocks", "verdicts"})
FEW = 2  # changed blocks nearby
HEARD = 0.2  # of a release that changed hundreds of blocks no single one is heard
NEAR = 2  # leading folders that two places share, to be of the same service or package
TELLING = 0.5  # a change among so many others that it adds less than this vouches for nothing


def in_order(listed: Candidates, ranker: Ranker | None) -> list[Scored]:
    """The first by hand-set weights; behind it the trained order, or without one the trace's best places, then what is
    strongly supported from outside, the rest of the trace, the rest.

    What has more than guesswork for it, a change in the failing release or a person's word, may stand further up.
    """
    inside, outside, weighed = listed.inside, listed.outside, listed.weighed
    alone = _alone_changed(inside, outside)
    outside = [item for item in outside if item not in alone]
    vouched = [item for item in outside if _is_vouched(item, inside)][: weighed.outside_at_once]
    others = [item for item in outside if item not in vouched]
    first = inside[0].raw + weighed.clear_margin if inside else 0.0
    before = [item for item in vouched if item.raw > first]
    after = [item for item in vouched if item.raw <= first]
    behind = (
        _trained(listed, ranker, others)
        if ranker and not _is_known_more(listed)
        else _hand_set(inside, others, weighed)
    )
    return [*alone, *before, *inside[:1], *after, *behind]


def _alone_changed(inside: Sequence[Scored], outside: Sequence[Scored]) -> list[Scored]:
    """The blocks that the failing release changed in the trace's own service or package, where they are at most two and
    it changed nothing of the trace: what the release left as it was is seldom what the release broke. Something else
    must lead to them as well."""
    if any(part.signal == "changed" for item in inside for part in item.parts):
        return []
    folders = {PurePosixPath(item.block.path).parent.parts[:NEAR] for item in inside} - {()}
    near = [
        item
        for item in outside
        if any(part.signal == "changed_blocks" and part.contribution >= HEARD for part in item.parts)
        and PurePosixPath(item.block.path).parent.parts[:NEAR] in folders
    ]
    return [item for item in near if len(item.parts) > 1] if len(near) <= FEW else []


def _is_known_more(listed: Candidates) -> bool:
    """Whether there is more to go by than a trace and a tree, which is all that the trained order has seen."""
    return any(part.signal in _KNOWN for item in listed.scored for part in item.parts)


def _hand_set(inside: Sequence[Scored], others: Sequence[Scored], weighed: Weights) -> list[Scored]:
    head = weighed.first_outside_rank - 1
    early = [item for item in others[: weighed.outside_at_once] if item.raw >= weighed.outside_needs]
    return [*inside[1:head], *early, *inside[head:], *others[len(early) :]]


def _trained(listed: Candidates, ranker: Ranker, others: Sequence[Scored]) -> list[Scored]:
    kept = {id(item) for item in (*listed.inside[1:], *others)}
    scored = [
        (ranker.score(numbers), item)
        for item, numbers in zip((*listed.inside, *listed.outside), listed.features, strict=True)
        if id(item) in kept
    ]
    return [item for _, item in sorted(scored, key=lambda pair: -pair[0])]


def _is_vouched(item: Scored, inside: Sequence[Scored]) -> bool:
    """Confirmed by people; or changed by the failing release and called from or written beside the trace, while no
    place of the trace was changed itself."""
    said = {part.signal: part.contribution for part in item.parts}
    if said.get("verdicts", 0.0) > 0:
        return True
    trace_changed = any(part.signal == "changed" for place in inside for part in place.parts)
    reached = bool(said.keys() & {"producers", "writers", "callees"})
    return said.get("changed_blocks", 0.0) >= TELLING and reached and not trace_changed
