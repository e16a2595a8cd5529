"""What other faults go through as well, as a signal and as blocks of the tree."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from indexers.exceptions.extract import chains, extract_exceptions
from indexers.exceptions.spectrum import Spectrum
from rca.sharing import Sharing, sharing_of
from rca.signals import Surroundings
from rca.signals.spectrum import observe, specificity
from rca.suspects import rank_suspects
from rca.trace import lay_over
from tests.fakes.rca_code import code_of

FILES = {
    "shop/web.py": "def run(request):\n    return total(request)\n",
    "shop/cart.py": 'def total(request):\n    rate = request["rate"]\n    return 3 * rate\n',
}
TRACE = """Traceback (most recent call last):
  File "/app/shop/web.py", line 2, in run
    return total(request)
  File "/app/shop/cart.py", line 2, in total
    rate = request["rate"]
KeyError: 'rate'
"""
CHAIN = chains(extract_exceptions(TRACE))[0]


def test_printed_functions_become_blocks(tmp_path: Path) -> None:
    """By function and file, whatever folder the release was in; the same name in another file is another function."""
    code = code_of(tmp_path, FILES)
    printed = {("/releases/7/shop/web.py", "run"): 5, ("/app/shop/cart.py", "total"): 1, ("/app/x/other.py", "run"): 9}
    sharing = sharing_of(CHAIN, code, Spectrum(6, printed), "orders")
    assert sharing == Sharing("orders", 6, {("shop/web.py", "run"): 5, ("shop/cart.py", "total"): 1})


def test_shared_code_loses_and_specific_code_gains_in_words(tmp_path: Path) -> None:
    """The reasons name the numbers and the service."""
    trace = lay_over(CHAIN, code_of(tmp_path, FILES))
    surroundings = Surroundings(sharing=Sharing("orders", 8, {("shop/web.py", "run"): 8}))
    total, run = (observe(place, trace, surroundings) for place in trace.places)
    assert total is not None
    assert run is not None
    assert (total.value, run.value) == (1.0, -1.0)
    assert total.reason == "only this fault goes through it, none of the 8 other faults of orders"
    assert run.reason == "shared: 8 of the 8 other faults of orders go through it too"


def test_few_other_faults_say_nothing(tmp_path: Path) -> None:
    """Two other faults are no spectrum, and without a cluster store there is none."""
    trace = lay_over(CHAIN, code_of(tmp_path, FILES))
    assert observe(trace.places[0], trace, Surroundings()) is None
    assert observe(trace.places[0], trace, Surroundings(sharing=Sharing("orders", 2))) is None


def test_the_spectrum_alone_never_moves_the_plain_answer(tmp_path: Path) -> None:
    """A shared innermost frame stays first; the reason is told all the same."""
    sharing = Sharing("orders", 20, {("shop/cart.py", "total"): 20})
    found = rank_suspects(CHAIN, code_of(tmp_path, FILES), surroundings=Surroundings(sharing=sharing))
    assert found[0].block.symbol == "total"
    assert "shared: 20 of the 20 other faults of orders go through it too" in found[0].reasons


@given(others=st.integers(3, 5_000), data=st.data())
def test_specificity_falls_from_one_to_minus_one(others: int, data: st.DataObject) -> None:
    """The more faults share a block, the less; exactly 1 for none and -1 for all."""
    touching = data.draw(st.integers(0, others - 1))
    assert -1 <= specificity(touching + 1, others) < specificity(touching, others) <= 1
    assert specificity(0, others) == 1
    assert abs(specificity(others, others) + 1) < 1e-9
