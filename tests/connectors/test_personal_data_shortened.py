"""Personal data beside the dots of a quote that was shortened."""

import pytest

from connectors.personal_data import find


@pytest.mark.parametrize("value", ["203.0.113.9", "2001:db8:9b1b::9aff", "4111 1111 1111 1111", "(212) 555-1933"])
@pytest.mark.parametrize("quote", ["...{v} gave up", "gave up {v}...", "...{v}..."])
def test_values_beside_an_ellipsis_are_found(value: str, quote: str) -> None:
    """Dots that leave words out are no part of a number."""
    text = quote.replace("{v}", value)
    assert [text[one.start : one.end] for one in find(text)] == [value]


@pytest.mark.parametrize("text", ["1.203.0.113.9", "v1.2.3.4", "10.0.0.1.5", "foo.4111111111111111", "x...::1"])
def test_parts_of_longer_names_and_versions_are_none(text: str) -> None:
    """One dot after a word belongs to it."""
    assert find(text) == []
