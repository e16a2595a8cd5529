"""What CPython prints of any chain of exceptions is read back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.exceptions.extract import extract_exceptions
from tests.indexers.printing import Expected, Printed
from tests.indexers.printing.python import traces


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
def test_a_printed_traceback_is_read_back(print_: Printed) -> None:
    """Types, messages, relations, places and frames are those that were drawn."""
    assert shapes("\n".join(print_.lines)) == list(print_.exceptions)


@settings(deadline=None)
@given(traces(), st.integers(0, 40), st.integers(0, 40))
def test_a_traceback_cut_anywhere_is_read(print_: Printed, first: int, last: int) -> None:
    """Pages and rotated files cut prints; what is left gives exceptions whose places and parents make sense."""
    lines = print_.lines[first : len(print_.lines) - last]
    found = shapes("\n".join(lines))
    for exception in found:
        assert 1 <= exception.lines[0] <= exception.lines[1] <= max(len(lines), 1)
        assert exception.parent is None or 0 <= exception.parent < len(found)
