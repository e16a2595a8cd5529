"""What any runtime prints is read back out of every envelope, behind every prefix, and among another's lines."""

from importlib import import_module

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from indexers.exceptions.extract import extract_exceptions
from tests.indexers.printing import Printed
from tests.indexers.printing.envelopes import WRAPS, fits, interleaved
from tests.indexers.test_extraction_paths import by_pages, by_text

LANGUAGES = ("jvm", "python", "javascript", "go", "dotnet", "ruby", "php", "rust", "dart", "perl", "native")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
Identity = tuple[object, ...]


def prints(language: str) -> st.SearchStrategy[Printed]:
    """What the language's printers draw."""
    strategy: st.SearchStrategy[Printed] = import_module(f"tests.indexers.printing.{language}").traces()
    return strategy


ANY = st.sampled_from(LANGUAGES).flatmap(prints)


def drawn(print_: Printed) -> list[Identity]:
    return [(one.type, one.message or "", one.relation, one.parent, one.frames) for one in print_.exceptions]


def read(text: str) -> list[Identity]:
    return [
        (
            record.type,
            record.message or "",
            record.relation,
            record.parent,
            tuple((frame.file, frame.function, frame.line, frame.column) for frame in record.frames),
        )
        for record in extract_exceptions(text)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.data(), st.sampled_from(sorted(WRAPS)))
def test_a_print_comes_whole_out_of_its_envelope(language: str, data: st.DataObject, envelope: str) -> None:
    """Types, messages, relations, parents and frames are those that were drawn."""
    print_ = data.draw(prints(language))
    assume(fits(envelope, print_))
    assert read(WRAPS[envelope](print_.lines)) == drawn(print_)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(ANY, ANY)
def test_prints_of_two_containers_come_apart(first: Printed, second: Printed) -> None:
    """Line by line in turn, each is read as if it stood alone."""
    found = [record[:3] for record in read(interleaved(first.lines, second.lines))]
    assert sorted(found, key=str) == sorted([one[:3] for one in drawn(first) + drawn(second)], key=str)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(ANY, st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_a_print_cut_by_pages_is_one(print_: Printed, cuts: list[int]) -> None:
    """Pages that end anywhere within a logged print hold the exceptions that the whole text does."""
    lines = WRAPS["under_a_record"](print_.lines).rstrip("\n").split("\n")
    assert by_pages(lines, cuts) == by_text("\n".join(lines))
