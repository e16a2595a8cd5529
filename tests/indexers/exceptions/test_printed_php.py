"""What PHP and Monolog print of any chain of failures is read back."""

from hypothesis import given, settings

from tests.indexers.exceptions.reading_back import read_back
from tests.indexers.printing import Printed
from tests.indexers.printing.php import traces


@settings(max_examples=300, deadline=None)
@given(traces())
def test_a_printed_trace_of_php_is_read_back(print_: Printed) -> None:
    """Types, messages, relations, places and frames are those that were drawn."""
    assert read_back("\n".join(print_.lines)) == list(print_.exceptions)


def test_an_uncaught_exception_without_its_stack_is_reported() -> None:
    """Its head names type, message and place; the next line is another record."""
    texts = ["web | PHP Fatal error:  Uncaught Error: no index in /srv/a.php:9", "web | PHP Warning:  late"]
    assert [(found.type, found.message, found.lines) for found in read_back("\n".join(texts))] == [
        ("Error", "no index", (1, 1))
    ]
