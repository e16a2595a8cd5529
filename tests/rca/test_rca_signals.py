"""What speaks for and against a place of a trace, on small pieces of code."""

from pathlib import Path

import pytest

from indexers.exceptions.chain import ExceptionRecord, Frame
from rca import signals
from rca.signals import Observation, Surroundings
from rca.trace import Trace, lay_over
from tests.fakes.rca_code import code_of

ARGS = """package a;

class Args {
    static void check(String name) {
        if (name == null) {
            throw new IllegalArgumentException("name");
        }
    }

    static RuntimeException broken(String why) {
        return new IllegalStateException(why);
    }

    static void fail(String why) {
        throw new IllegalStateException(why);
    }

    static void relay(String why) {
        fail(why);
    }

    static String at(List<String> names, int index) {
        return names.get(index);
    }

    static int length(String text) {
        return text.length();
    }

    static int pass(String text) {
        return length(text);
    }

    static int make() {
        String made = load();
        return pass(made);
    }

    static void todo() {
        throw new UnsupportedOperationException();
    }
}
"""


def trace(folder: Path, *frames: tuple[str, int], error: str = "java.lang.IllegalStateException") -> Trace:
    """A trace through ARGS; frames are (method, line), innermost first."""
    code = code_of(folder, {"a/Args.java": ARGS})
    printed = tuple(Frame("Args.java", f"a.Args.{method}", line) for method, line in frames)
    return lay_over([ExceptionRecord(error, None, "java", "root", None, (1, 2), printed)], code)


def seen(name: str, laid: Trace, index: int = 0) -> Observation | None:
    return signals.load()[name](laid.places[index], laid, Surroundings())


@pytest.mark.parametrize(
    ("signal", "frames"),
    [
        ("validator", [("check", 6)]),
        ("exception_code", [("broken", 11)]),
        ("thrower", [("fail", 15)]),
        ("supplier", [("length", 27)]),
    ],
)
def test_a_signal_speaks_where_it_should(tmp_path: Path, signal: str, frames: list[tuple[str, int]]) -> None:
    """Each helper is known for what it is, with a reason in words."""
    observation = seen(signal, trace(tmp_path, *frames))
    assert observation is not None
    assert observation.value == 1.0
    assert len(observation.reason) > 20


def test_one_who_only_passes_on_to_a_thrower_is_no_better(tmp_path: Path) -> None:
    """A relay counts like the thrower it calls."""
    assert seen("thrower", trace(tmp_path, ("fail", 15), ("relay", 19)), 1) is not None


def test_not_supported_is_not_a_helpers_throw(tmp_path: Path) -> None:
    """An override that only says "not supported" may well be the fault."""
    laid = trace(tmp_path, ("todo", 40), error="java.lang.UnsupportedOperationException")
    assert seen("thrower", laid) is None


def test_an_accessor_is_excused_when_its_argument_was_looked_up(tmp_path: Path) -> None:
    """The one who asked for a position that is not there is suspected instead."""
    laid = trace(tmp_path, ("at", 23), error="java.lang.IndexOutOfBoundsException")
    assert seen("accessor", laid) is not None


def test_a_parameter_is_followed_through_those_who_hand_it_on(tmp_path: Path) -> None:
    """Excused are the one who fails and the one who passes on; not the one who made the value."""
    laid = trace(tmp_path, ("length", 27), ("pass", 31), ("make", 36), error="java.lang.NullPointerException")
    assert [seen("supplier", laid, index) is not None for index in range(3)] == [True, True, False]


def test_a_changed_block_says_less_the_more_were_changed(tmp_path: Path) -> None:
    """Among eight changed blocks it is telling, among hundreds hardly."""
    laid = trace(tmp_path, ("make", 36))
    few = {("a/Args.java", "a.Args.make"): "changed", ("a/Args.java", laid.places[0].block.symbol): "changed"}
    many = {**few, **{("x", str(number)): "changed" for number in range(800)}}
    observe = signals.load()["changed"]
    told = observe(laid.places[0], laid, Surroundings(few))
    drowned = observe(laid.places[0], laid, Surroundings(many))
    assert told is not None
    assert drowned is not None
    assert told.value == 1.0
    assert drowned.value == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("src/test/java/XTest.java", "test"), ("vendor/x.go", "vendored"), ("a_pb2.py", "generated"), ("src/a.py", "")],
)
def test_code_that_seldom_has_to_change_is_known_by_its_path(path: str, kind: str) -> None:
    """Tests, generated and vendored code are told from the product's own."""
    from rca.signals.foreign_code import kind_of

    assert kind_of(path) == kind


def test_every_signal_has_a_weight_and_every_weight_a_signal() -> None:
    """weights.toml and the lists of signals and sources cannot drift apart."""
    from rca import candidates, weights

    shipped = weights.load()
    assert set(shipped.trace) == set(signals.NAMES) == set(signals.load())
    assert set(shipped.outside) == set(candidates.NAMES) == set(candidates.load())
