"""What extraction says of a print, in the shape that the printers draw."""

from indexers.exceptions.extract import extract_exceptions
from tests.indexers.printing import Expected


def read_back(text: str) -> list[Expected]:
    """The exceptions in `text` with everything a printer knows of them."""
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
