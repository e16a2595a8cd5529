"""Reading takes time linear in the length of the text, whatever almost-trace it is made of."""

import pytest

from indexers.exceptions.extract import extract_exceptions
from tests.benchmarks.extraction_hostile import SHAPES, TIMES, growth

SIZE = 8_000
NOISE = 0.6  # seconds a megabyte: what is read faster is lost in the machine's noise at this size
GROWTH = 8 / TIMES  # eight times as long for four times as much: quadratic reading takes sixteen


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_four_times_the_text_takes_about_four_times_as_long(part: int) -> None:
    """For every hostile shape of every language and envelope; in doubt again, larger, the best of three runs."""
    extract_exceptions("\n".join(shape(200) for shape in SHAPES.values()))  # every parser is loaded
    slow = {}
    for name in sorted(SHAPES)[part::8]:
        for attempt in range(3):
            at_once, after = growth(name, SIZE * (attempt + 1), runs=3 if attempt else 1)
            if after < NOISE or after / at_once < GROWTH:
                break
        else:
            slow[name] = (at_once, after)
    assert slow == {}
