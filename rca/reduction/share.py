"""How several sources share one budget: small ones whole, the rest divided evenly, what one leaves goes to the others.

Owns the greedy fair-share rule (max-min fairness, Bertsekas and Gallager, Data Networks, 1992, section 6.5.2). Keeps
out: what a source's share is spent on.
"""

from collections.abc import Mapping


def fair_shares(demand: Mapping[str, int], budget: int) -> dict[str, int]:
    """Tokens for each source, never more than it demands, together never more than `budget`.

    Sources that demand less than an even share get all they demand; no source gets less than an even share of the
    budget unless it demands less.
    """
    shares: dict[str, int] = {}
    left = max(budget, 0)
    waiting = sorted(demand.items(), key=lambda item: (item[1], item[0]))
    for place, (source, wanted) in enumerate(waiting):
        even = left // (len(waiting) - place)
        shares[source] = min(max(wanted, 0), even)
        left -= shares[source]
    return shares
