"""What sanitizers, gdb and the kernel print of a failure is read back."""

from hypothesis import given, settings

from tests.indexers.exceptions.reading_back import read_back
from tests.indexers.printing import Printed
from tests.indexers.printing.native import traces


@settings(max_examples=300, deadline=None)
@given(traces())
def test_a_printed_trace_of_native_is_read_back(print_: Printed) -> None:
    """Types, messages, relations, places and frames are those that were drawn."""
    assert read_back("\n".join(print_.lines)) == list(print_.exceptions)
