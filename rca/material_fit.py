"""Fits the evidence so that the whole question stays in its token budget, counted as it would be sent.

Owns: the loop that counts the final text and takes evidence out until it fits. Keeps out: which evidence goes first
(gathering.py), the words of the question (prompts).
"""

from collections.abc import Callable
from dataclasses import replace

from rca import prompts
from rca.gathering import Count, Gathered
from rca.material import Material

REPAIR = 400  # tokens kept for saying once what was wrong with an answer


def fitted(blank: Material, within: Callable[[int], Gathered], *, budget: int, tokens: Count) -> Material:
    """`blank` with as much evidence as keeps the question within `budget` tokens, a later repair of it included.

    When the question does not fit even without evidence, the evidence is a quarter of the budget: rules may read it,
    and whoever would ask a model has to see that it does not fit (`question_tokens`).
    """
    bare = question_tokens(blank, tokens) + REPAIR
    room = budget - bare
    while room > 0:
        gathered = within(room)
        material = replace(blank, evidence=gathered.evidence, left_out=gathered.left_out, budget=budget)
        over = question_tokens(material, tokens) + REPAIR - budget
        if over <= 0:
            return material
        room -= max(over, 16)
    gathered = within(budget // 4)
    return replace(blank, evidence=gathered.evidence, left_out=gathered.left_out, budget=budget)


def question_tokens(material: Material, tokens: Count) -> int:
    """Tokens of everything that is sent when `material` is asked about."""
    return tokens(prompts.question(material).text)
