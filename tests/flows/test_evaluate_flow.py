"""What the nightly evaluation says and refuses, without Prefect's server."""

import inspect
from dataclasses import replace

import pytest

from connectors.errors import StopError
from flows.evaluate import refuse, warnings
from flows.nightly import nightly
from flows.steps.evaluate import Evaluated
from tests.rca.evaluation.evaluations import good, judged, on_other_cases


def test_a_regression_fails_the_run_with_the_gates_words() -> None:
    """All of them in one error."""
    worse = replace(good(places_mrr=0.1, redaction_leaked=1.0), problems=["case a: its code is not there"])
    with pytest.raises(StopError) as raised:
        refuse(Evaluated(worse, judged(worse, good())))
    for words in ("case a: its code is not there", "places.mrr", "redaction.leaked"):
        assert words in str(raised.value)


def test_a_first_run_is_a_warning() -> None:
    """There is nothing to compare with yet, and the next night compares with it."""
    first = replace(good(), notes=["a verdict was left out"])
    done = Evaluated(first, judged(first, on_other_cases(good())))
    refuse(done)
    left_out, nothing = warnings(done)
    assert left_out == "a verdict was left out"
    assert nothing.startswith("nothing to compare with")


def test_the_night_ends_with_the_evaluation_whatever_failed_before() -> None:
    """A failing source must not hide a regression."""
    body = inspect.getsource(nightly.fn)
    assert body.index("finally:") < body.index("await evaluate()")
