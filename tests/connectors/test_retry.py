"""The retry policy: what is tried again, how long it waits. Sleeping is a list that notes the delays."""

import pytest

from connectors.errors import BadInputError, ThrottledError, UnavailableError
from connectors.retry import LONGEST_WAIT_SECONDS, call


class Flaky:
    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_a_passing_failure_is_tried_again() -> None:
    """The result comes after the failures have passed."""
    flaky = Flaky(UnavailableError("down"), UnavailableError("down"))
    assert call(flaky, sleep=lambda _: None) == "done"
    assert flaky.calls == 3


def test_a_wrong_input_is_not_tried_again() -> None:
    """What a person must fix is raised at once."""
    flaky = Flaky(BadInputError("wrong"))
    with pytest.raises(BadInputError):
        call(flaky, sleep=lambda _: None)
    assert flaky.calls == 1


def test_the_last_error_is_raised_unchanged() -> None:
    """After the last attempt the caller sees the real error."""
    with pytest.raises(UnavailableError, match="still down"):
        call(Flaky(*[UnavailableError("still down")] * 9), attempts=3, sleep=lambda _: None)


@pytest.mark.parametrize(("asked", "least", "most"), [(7.0, 7.0, 30.0), (500.0, 30.0, 30.0), (None, 0.0, 1.3)])
def test_the_other_sides_delay_is_respected_within_a_limit(asked: float | None, least: float, most: float) -> None:
    """It waits as long as it was asked to, but never longer than the limit."""
    delays: list[float] = []
    call(Flaky(ThrottledError("slow down", retry_after=asked)), sleep=delays.append)
    assert least <= delays[0] <= min(most, LONGEST_WAIT_SECONDS)
