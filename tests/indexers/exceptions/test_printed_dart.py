"""What the Dart VM and Flutter print of any exception is read back."""

from hypothesis import given, settings

from indexers.exceptions.extract import extract_exceptions
from tests.indexers.printing import Expected, Printed
from tests.indexers.printing.dart import traces


def shapes(text: str) -> list[Expected]:
    return [
        Expected(
            record.type,
            record.message,
            record.relation,
            record.parent,
            record.lines,
            tuple((frame.file, frame.function, frame.line, frame.column) for frame in record.frames),
        )
        for record in extract_exceptions(text)
    ]


@settings(max_examples=300, deadline=None)
@given(traces())
def test_a_printed_dart_trace_is_read_back(print_: Printed) -> None:
    """Types, messages, relations, places and frames are those that were drawn."""
    assert shapes("\n".join(print_.lines)) == list(print_.exceptions)
