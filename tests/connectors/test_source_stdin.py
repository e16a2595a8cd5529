"""Standard input is a source that ends."""

import io

from connectors.sources import collecting
from connectors.sources.stdin import StdinSource
from tests.connectors.source_reader import EVER


def test_all_of_a_stream_comes_and_its_last_line_needs_no_end() -> None:
    """`printf x | firstcause ingest -` is a line."""
    (page,) = StdinSource(io.BytesIO(b"one\ntwo"), name="stdin", resource={"service.name": "shop"}).pages(EVER, None)
    assert page.lines["line"].to_pylist() == ["one", "two"]
    assert page.streams == {"stdin": {"service.name": "shop"}}


def test_nothing_on_standard_input_is_no_page() -> None:
    """An empty pipe is not an event."""
    assert list(StdinSource(io.BytesIO(b""), name="stdin", resource={}).pages(EVER, None)) == []


def test_a_long_stream_comes_in_pages_while_it_is_read() -> None:
    """Memory is bounded by a page, not by what is piped in."""
    stream = io.BytesIO(b"x\n" * (12 << 20))
    pages = StdinSource(stream, name="stdin", resource={}).pages(EVER, None)
    first = next(pages)
    assert first.lines.num_rows >= collecting.PAGE_LINES
    assert stream.tell() < 12 << 20
    assert first.lines.num_rows + sum(page.lines.num_rows for page in pages) == 12 << 20
