"""Whether a case needs a strong model, decided before any model is asked.

Owns: the rule and its words. Keeps out: which models there are.
"""

from rca.material import Material

CLEAR = 2  # places of the trace in own code, above which a ranking has more to get wrong


def hard_because(material: Material) -> str:
    """Why the case is hard, in words; "" for one whose evidence leaves little to weigh up."""
    suspects = material.suspects
    if material.severity.level == "critical":
        return "it is critical"
    if not suspects or not suspects[0].in_trace:
        return "the first suspect is not in the trace" if suspects else "no code could be looked at"
    if sum(suspect.in_trace for suspect in suspects) > CLEAR:
        return "many places of the trace are in own code"
    if len(material.case.chain) > CLEAR:
        return "the exception has a long chain of causes"
    return ""
