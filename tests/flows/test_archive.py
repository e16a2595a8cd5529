"""Archived pages: what goes in comes out, and the same page has the same bytes and id."""

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import SOURCE_SCHEMA, Reject, SourcePage
from flows.steps import archive

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "stream": TEXT,
            "position": st.integers(0, 2**62),
            "timestamp": st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
            "line": TEXT,
        }
    ),
    max_size=5,
)


@given(LINES, st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT, max_size=2), max_size=3), st.booleans())
def test_a_page_comes_back_as_it_was(
    rows: list[dict[str, object]], streams: dict[str, dict[str, str]], final: bool
) -> None:
    """Decoding is the inverse of encoding, for any text."""
    rejects = (Reject("app", "a.log", 3, "too long", "sample"),)
    page = SourcePage(pa.Table.from_pylist(rows, SOURCE_SCHEMA), {"offset": 1}, streams, rejects)
    decoded, was_final = archive.decode_page(archive.encode_page(page, final=final))
    assert decoded.lines.equals(page.lines)
    assert (decoded.streams, decoded.rejects, was_final) == (streams, rejects, final)


@given(LINES, st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT, max_size=2), max_size=3))
def test_the_same_page_has_the_same_bytes(rows: list[dict[str, object]], streams: dict[str, dict[str, str]]) -> None:
    """The order in which streams were met does not change a page's bytes."""
    table = pa.Table.from_pylist(rows, SOURCE_SCHEMA)
    backwards = dict(reversed(streams.items()))
    assert archive.encode_page(SourcePage(table, {}, streams)) == archive.encode_page(SourcePage(table, {}, backwards))


def test_a_page_id_depends_on_its_place_and_content() -> None:
    """The same lines read again later are another page; a repeat of the same page is not."""
    same = archive.page_identity("app", 1, "before", b"data")
    assert same == archive.page_identity("app", 1, "before", b"data")
    others = [("app", 2, "before", b"data"), ("app", 1, "other", b"data"), ("app", 1, "before", b"date")]
    assert same not in {archive.page_identity(*other) for other in others}


def test_a_key_cannot_leave_its_folder() -> None:
    """A source's name is never a path."""
    key = archive.page_key("../../etc/x", datetime(2026, 1, 2, 3, tzinfo=UTC), "id")
    assert key == "raw/.._.._etc_x/2026/01/02/03/id.arrow"
