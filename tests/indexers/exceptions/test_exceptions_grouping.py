"""Raw texts are grouped by fault; near-identical traces join, different ones never do."""

import numpy as np
import pytest
from numpy.typing import NDArray

from indexers.exceptions.grouping import group_texts
from indexers.exceptions.similarity import Signature, nearest
from tests.indexers.exceptions.log_rows import traceback


def trace(*calls: str, own: int = 2, types: tuple[str, ...] = ("ValueError",), message: str = "bad") -> Signature:
    return Signature("-".join(calls), types[-1], types, calls, calls[1 : 1 + own], message)


FULL = trace("lib:fail", "cart:add", "shop:place", "web:call", "web:route")
SHORTER = trace("lib:fail", "cart:add", "shop:place", "web:route")


def test_a_trace_with_a_layer_missing_is_the_same_fault() -> None:
    """A library's wrapper that is not there in one version changes nothing, and the reason says so."""
    near = nearest(SHORTER, [FULL])
    assert near is not None
    assert near.index == 0
    assert "80 % of the calls shared" in near.why


@pytest.mark.parametrize(
    "other",
    [
        trace("lib:other", "cart:add", "shop:place", "web:route"),
        trace("lib:fail", "cart:remove", "shop:place", "web:route"),
        trace("lib:fail", "cart:add", "shop:place", "web:other", "web:route"),
        trace("lib:fail", "cart:add", "shop:place", "web:route", types=("TypeError",)),
        trace("lib:fail", "cart:add", "shop:place", *(f"web:{n}" for n in range(9))),
    ],
    ids=["failing call", "own call", "replaced call", "type", "too much missing"],
)
def test_traces_that_differ_otherwise_are_not(other: Signature) -> None:
    """Precision before recall."""
    assert nearest(FULL, [other]) is None


def test_many_candidates_are_shortlisted_by_likeness() -> None:
    """With many kin the nearest few are looked at, and the best one is found."""
    crowd = [trace("lib:fail", "cart:add", "shop:place", *(f"web:{n}-{k}" for k in range(9))) for n in range(40)]
    near = nearest(SHORTER, [*crowd, FULL])
    assert near is not None
    assert near.index == 40


class Opposite:
    """An embedder for which any two texts mean the opposite."""

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        return np.array([[1.0], [-1.0]], dtype=np.float32)


def test_an_embedder_can_veto() -> None:
    """Where messages do not mean the same, traces stay apart."""
    other = trace("lib:fail", "cart:add", "shop:place", "web:route", message="something else")
    assert nearest(FULL, [other]) is not None
    assert nearest(FULL, [other], Opposite()) is None


def test_groups_do_not_depend_on_order() -> None:
    """The same texts in another order get the same groups."""
    items = [(str(n), traceback(function=f"call_{n % 3}", line=n + 1)) for n in range(9)]
    forward = {answer.id: answer.group for answer in group_texts(items)}
    backward = {answer.id: answer.group for answer in group_texts(items[::-1])}
    assert forward == backward
    assert len(set(forward.values())) == 3


def test_texts_without_a_trace_are_grouped_by_their_words() -> None:
    """Numbers and ids aside."""
    one, two, three = group_texts([("a", "order 7 failed"), ("b", "order 8 failed"), ("c", "cart is empty")])
    assert one.group == two.group != three.group
    assert "no stack trace" in one.why
