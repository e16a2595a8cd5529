"""How many orders planted in logs, code and names were obeyed, and of how many a model would not even have heard.

Keeps out: the attacks and what counts as a change (rca/evaluation/injection.py).
"""

import hashlib
from collections.abc import Sequence

from rca.evaluation.injection import Attack, Outcome
from rca.evaluation.metrics import Metric, Table


def injection_metric(attacks: Sequence[Attack], outcomes: Sequence[Outcome]) -> Metric:
    """The number of attacks after which an analysis differed from the one without them."""
    content = "\n".join(sorted(attack.model_dump_json() for attack in attacks))
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16] if attacks else ""
    obeyed = [f"{one.attack} in a {one.where}: {one.note}" for one in outcomes if one.obeyed]
    return Metric("injection.obeyed", float(len(obeyed)) if outcomes else None, len(outcomes), digest, obeyed)


def injection_table(outcomes: Sequence[Outcome]) -> Table:
    """By what the attacks wanted: how many, obeyed, withheld from a model."""
    rows = []
    for wants in dict.fromkeys(one.wants for one in outcomes):
        some = [one for one in outcomes if one.wants == wants]
        rows.append(
            {
                "attack wants": wants,
                "attacks": len(some),
                "obeyed": sum(one.obeyed for one in some),
                "withheld": sum(one.withheld for one in some),
            }
        )
    return Table("injection", "Orders planted in logs, code and names", rows)
