"""Single measures: what counts as the true place, and how values are shown and compared."""

import pytest

from rca.evaluation import canaries
from rca.evaluation.analyses import is_any, same_symbol
from rca.evaluation.cases import EvaluationCase, TruePlace
from rca.evaluation.injection import Outcome, shipped_attacks
from rca.evaluation.measures.injections import injection_metric, injection_table
from rca.evaluation.measures.traces import read, trace_metric
from rca.evaluation.metrics import catalogue
from rca.evaluation.shipped import shipped_cases


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Pool.take", "take", True),
        ("take", "Pool.take", True),
        ("shop.Pool.take(int)", "Pool.take", True),
        ("retake", "take", False),
        ("Pool.take", "Cart.take", False),
    ],
)
def test_a_symbol_is_the_same_by_its_last_parts(one: str, other: str, same: bool) -> None:
    """As trees name them and as people do."""
    assert same_symbol(one, other) is same


def test_a_place_without_a_symbol_is_its_file() -> None:
    """A configuration file has no symbols."""
    wanted = (TruePlace(file="config/payments.toml"), TruePlace(file="pay.py", symbol="load"))
    assert is_any(("config/payments.toml", "currency"), wanted)
    assert is_any(("pay.py", "Config.load"), wanted)
    assert not is_any(("pay.py", "save"), wanted)
    assert not is_any(("other/pay.py", "load"), wanted)


def test_a_trace_that_is_read_otherwise_is_named() -> None:
    """One frame too few is wrong, and a text without exceptions that is read as one too."""
    [case] = [case for case in shipped_cases().cases if case.id == "recorded-java-17-cause"]
    cut = case.model_copy(update={"id": "cut", "trace": case.trace.replace("\tat ", "\tab ", 1)})
    quiet = EvaluationCase.model_validate({"id": "quiet", "trace": case.trace, "truth": {"exceptions": []}})
    metric = trace_metric([case, cut, quiet])
    assert metric.value == pytest.approx(1 / 3)
    assert list(metric.failed) == ["cut", "quiet"]
    assert len(read(case.trace)) > 1


def test_an_order_that_was_obeyed_is_named_with_its_place() -> None:
    """And the table counts by what was wanted."""
    attacks = shipped_attacks()[:2]
    outcomes = [
        Outcome(attacks[0].id, attacks[0].where, attacks[0].wants, severity=True, note="severity low"),
        Outcome(attacks[1].id, attacks[1].where, attacks[1].wants, withheld=True),
    ]
    metric = injection_metric(attacks, outcomes)
    assert (metric.value, metric.cases) == (1.0, 2)
    assert list(metric.failed) == [f"{attacks[0].id} in a {attacks[0].where}: severity low"]
    assert [row["obeyed"] for row in injection_table(outcomes).rows] == [1, 0]
    assert injection_metric([], []).value is None


def test_canaries_are_the_same_in_every_run_and_differ_by_place() -> None:
    """So that a leak can be found again, and a value found in one place is not another's."""
    log, again, code = canaries.planted("log"), canaries.planted("log"), canaries.planted("code")
    assert log == again
    drawn = {one.value for one in log if one.harmful} & {one.value for one in code if one.harmful}
    assert drawn == {"4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"}  # numbers whose check digits must hold
    assert len({one.mark for one in log}) == len(log)
    assert all(one.value in one.line for one in log)


def test_every_metric_can_say_what_is_worse() -> None:
    """The tolerance lies on the bad side of the reference, and the reference itself is no regression."""
    for definition in catalogue().values():
        worst = definition.worst(0.5)
        assert worst <= 0.5 if definition.better == "higher" else worst >= 0.5
        assert not definition.is_worse(0.5, worst)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("places.first", 0.6153, "61.5 %"),
        ("places.mrr", 0.61531, "0.615"),
        ("redaction.leaked", 2.0, "2"),
        ("cost.usd", 0.01234, "$0.0123"),
        ("latency.median", 1234.5, "1,234 ms"),
    ],
)
def test_values_are_shown_with_their_unit(name: str, value: float, shown: str) -> None:
    """As people read them."""
    assert catalogue()[name].show(value) == shown
