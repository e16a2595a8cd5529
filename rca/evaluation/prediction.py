"""What an evaluation by a model may cost, before anything is asked.

Owns: counting the questions. A prediction is the most that first questions can cost: no tokeniser counts more, and an
answer is cut at its limit; a repair is a question of its own and comes on top. Keeps out: budgets (rca/spending.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rca import prompts
from rca.analysis import prepare
from rca.analysts.metered import WRAPPING
from rca.case import ClusterCase
from rca.prices import MICRO, Price
from rca.tokens import count_for


@dataclass(frozen=True, slots=True)
class Prediction:
    """Questions, their tokens (of the question, and the most of the answers), and US dollars by list price."""

    questions: int
    input_tokens: int
    output_tokens: int
    usd: float

    def plus(self, other: "Prediction", times: int = 1) -> "Prediction":
        """This one and `other`, so many times."""
        return Prediction(
            self.questions + times * other.questions,
            self.input_tokens + times * other.input_tokens,
            self.output_tokens + times * other.output_tokens,
            self.usd + times * other.usd,
        )

    @property
    def sentence(self) -> str:
        """For people."""
        return (
            f"{self.questions} questions of together {self.input_tokens:,} tokens may cost ${self.usd:.2f} at most, "
            "repairs apart"
        )


def predicted(cases: Sequence[ClusterCase], model_id: str, price: Price, *, token_budget: int) -> Prediction:
    """What asking `model_id` about each of `cases` may cost."""
    asked, answered, micro = 0, 0, 0
    for case in cases:
        request = prompts.question(prepare(case, token_budget=token_budget))
        words = [request.system, request.prompt, request.tool_description, json.dumps(dict(request.schema))]
        tokens = count_for(model_id, "\n".join(words)) + WRAPPING
        asked, answered = asked + tokens, answered + request.max_tokens
        micro += price.micro_usd(tokens, request.max_tokens)
    return Prediction(len(cases), asked, answered, micro / MICRO)
