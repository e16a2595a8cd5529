"""Frames of bundled JavaScript at their place in the sources.

The bundle and map in the fixtures were made by esbuild 0.25.12 from two small TypeScript files; the trace is what Node
20 printed when it ran, and `mapped.txt` what it printed with its own --enable-source-maps, which is the judge here.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import BadInputError
from dashboards.commands.extract import extract
from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.extract import extract_exceptions
from indexers.exceptions.source_map_mappings import decode
from indexers.exceptions.source_maps import SourceMaps, source_path

FIXTURES = Path(__file__).parents[2] / "fixtures" / "source_maps"
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def vlq(number: int) -> str:
    """One number in base64 VLQ, written after the specification."""
    rest = (-number << 1) | 1 if number < 0 else number << 1
    text = ""
    while True:
        digit, rest = rest & 31, rest >> 5
        text += _DIGITS[digit | (32 if rest else 0)]
        if not rest:
            return text


@dataclass(frozen=True)
class Segment:
    """A segment as a test wants it; `source` None has one field, `name` None four."""

    line: int
    column: int
    source: int | None = None
    source_line: int = 0
    source_column: int = 0
    name: int | None = None


def encode(segments: list[Segment]) -> str:
    """Segments, sorted by line, as mappings."""
    lines: list[list[str]] = [[]]
    before = [0, 0, 0, 0]
    column = 0
    for segment in segments:
        while len(lines) <= segment.line:
            lines.append([])
            column = 0
        text, column = vlq(segment.column - column), segment.column
        if segment.source is not None:
            values = [segment.source, segment.source_line, segment.source_column]
            values += [] if segment.name is None else [segment.name]
            text += "".join(vlq(value - old) for value, old in zip(values, before, strict=False))
            before[: len(values)] = values
        lines[-1].append(text)
    return ";".join(",".join(line) for line in lines)


_SEGMENTS = st.lists(
    st.builds(
        Segment,
        line=st.integers(0, 5),
        column=st.integers(0, 2**20),
        source=st.none() | st.integers(0, 3),
        source_line=st.integers(0, 2**20),
        source_column=st.integers(0, 2**20),
        name=st.none() | st.integers(0, 9),
    ),
    max_size=30,
    unique_by=lambda segment: (segment.line, segment.column),
).map(lambda segments: sorted(segments, key=lambda segment: (segment.line, segment.column)))


@given(_SEGMENTS, st.integers(0, 6), st.integers(0, 2**20))
def test_a_place_is_found_as_by_searching_every_segment(segments: list[Segment], line: int, column: int) -> None:
    """Encoded, decoded and looked up, it is the last segment of the line at or before the column."""
    before = [segment for segment in segments if segment.line == line and segment.column <= column]
    found = decode(encode(segments)).original(line, column)
    if not before or before[-1].source is None:
        assert found is None
        return
    last = before[-1]
    name = -1 if last.name is None else last.name
    assert found is not None
    assert (found.source, found.line, found.column, found.name) == (
        last.source, last.source_line, last.source_column, name,
    )  # fmt: skip


@given(st.text(alphabet=_DIGITS + ",;", max_size=60))
def test_any_mappings_are_read_or_refused(text: str) -> None:
    """Never anything else."""
    try:
        decode(text)
    except BadInputError as error:
        assert str(error).startswith("its mappings")  # noqa: PT017  # it may also be read


@pytest.mark.parametrize(
    ("mappings", "problem"),
    [("A!A", "character"), ("g", "cut off"), ("gggggggggA", "32 bits"), ("AA", "four or five"), ("D", "before")],
)
def test_wrong_mappings_are_named(mappings: str, problem: str) -> None:
    """With what is wrong with them."""
    with pytest.raises(BadInputError, match=problem):
        decode(mappings)


def _fixture_frames() -> list[Frame]:
    (record,) = SourceMaps(FIXTURES).mapped(extract_exceptions((FIXTURES / "trace.txt").read_text()))
    return list(record.frames)


def test_places_are_those_that_node_finds_itself() -> None:
    """File, line and column of every frame."""
    (judge,) = extract_exceptions((FIXTURES / "mapped.txt").read_text())
    expected = [(frame.file.removeprefix("/srv/shop/"), frame.line, frame.column) for frame in judge.frames]
    assert [(frame.file, frame.line, frame.column) for frame in _fixture_frames()] == expected


def test_functions_have_their_own_names_again() -> None:
    """Read off the place that calls them; a method loses its class's minified name, a nameless one stays nameless."""
    names = [frame.function for frame in _fixture_frames()][:5]
    assert [names[0], names[1], names[3], names[4]] == ["priceOf", "", "total", "checkout"]


def test_the_source_line_comes_from_the_map() -> None:
    """So that a report can quote it without the repository."""
    assert _fixture_frames()[0].source == "return lookUp(name).amount;"


def test_the_command_prints_mapped_frames(capsys: pytest.CaptureFixture[str]) -> None:
    """`firstcause extract FILE --source-maps DIR --json`."""
    extract(FIXTURES / "trace.txt", True, FIXTURES)
    frame = json.loads(capsys.readouterr().out)["exceptions"][0]["frames"][0]
    assert (frame["file"], frame["function"], frame["in_app"]) == ("src/lib/prices.ts", "priceOf", True)


def test_a_missing_folder_is_said() -> None:
    """In one sentence."""
    with pytest.raises(BadInputError, match="is not a folder"):
        SourceMaps(FIXTURES / "nowhere")


def _record(file: str, column: int = 1, line: int = 1) -> ExceptionRecord:
    frame = Frame(file, "t", line, column, in_app=True)
    return ExceptionRecord("Error", "no", "javascript", "root", None, (1, 2), (frame,))


def _simple(source: str, **more: Any) -> dict[str, Any]:
    return {"version": 3, "sources": [source], "names": [], "mappings": "AAAA", **more}


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))


def _mapped_file(folder: Path, file: str, **place: int) -> str:
    (record,) = SourceMaps(folder).mapped([_record(file, **place)])
    return record.frames[0].file


def test_a_map_is_found_whatever_host_and_query(tmp_path: Path) -> None:
    """The bundle's name is enough."""
    _write(tmp_path / "app.min.js.map", _simple("a.ts"))
    assert _mapped_file(tmp_path, "https://cdn.example.com/x/app.min.js?v=17#z") == "a.ts"


def test_a_map_is_found_by_the_bundles_last_comment(tmp_path: Path) -> None:
    """When it is called otherwise."""
    _write(tmp_path / "app.js", "x()\n//# sourceMappingURL=maps-1.map\n")
    _write(tmp_path / "maps-1.map", _simple("a.ts"))
    assert _mapped_file(tmp_path, "/app.js") == "a.ts"


def test_a_map_may_stand_in_the_bundle(tmp_path: Path) -> None:
    """As a data URL."""
    data = base64.b64encode(json.dumps(_simple("a.ts")).encode()).decode()
    _write(tmp_path / "app.js", f"x()\n//# sourceMappingURL=data:application/json;base64,{data}\n")
    assert _mapped_file(tmp_path, "/app.js") == "a.ts"


def test_of_two_maps_the_one_in_the_same_folder_is_taken(tmp_path: Path) -> None:
    """And none when the trace does not say which."""
    _write(tmp_path / "shop" / "main.js.map", _simple("shop.ts"))
    _write(tmp_path / "admin" / "main.js.map", _simple("admin.ts"))
    assert _mapped_file(tmp_path, "https://x/admin/main.js") == "admin.ts"
    assert _mapped_file(tmp_path, "https://x/main.js") == "https://x/main.js"


def test_sections_of_an_index_map_are_used(tmp_path: Path) -> None:
    """Each from where it begins."""
    sections = [
        {"offset": {"line": 0, "column": 0}, "map": _simple("one.ts")},
        {"offset": {"line": 0, "column": 50}, "map": _simple("two.ts")},
        {"offset": {"line": 2, "column": 0}, "map": _simple("three.ts")},
    ]
    _write(tmp_path / "app.js.map", {"version": 3, "sections": sections})
    assert _mapped_file(tmp_path, "app.js", column=10) == "one.ts"
    assert _mapped_file(tmp_path, "app.js", column=51) == "two.ts"
    assert _mapped_file(tmp_path, "app.js", line=3) == "three.ts"


def test_an_ignored_source_is_not_the_applications(tmp_path: Path) -> None:
    """`ignoreList` is how a bundler says so."""
    _write(tmp_path / "app.js.map", _simple("src/framework.ts", ignoreList=[0]))
    (record,) = SourceMaps(tmp_path).mapped([_record("app.js")])
    assert record.frames[0].in_app is False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ({"version": 2, "sources": [], "mappings": ""}, "version 3"),
        ({"version": 3, "mappings": "A"}, "no sources"),
        ({"version": 3, "sources": ["a"], "mappings": "!"}, "character"),
        ({"version": 3, "sections": [{"offset": 3}]}, "sections"),
        ("\udcff", ""),
    ],
)
def test_a_bad_map_is_counted_and_changes_nothing(tmp_path: Path, content: Any, problem: str) -> None:
    """The frame stays as it was printed."""
    path = tmp_path / "app.js.map"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    maps = SourceMaps(tmp_path)
    record = _record("app.js")
    assert maps.mapped([record, record]) == [record, record]
    assert any(problem in sentence for sentence in maps.problems)
    assert sum(maps.problems.values()) == 1


def test_indexes_beyond_the_lists_change_nothing(tmp_path: Path) -> None:
    """A map may lie about its sources."""
    _write(tmp_path / "app.js.map", {"version": 3, "sources": [], "names": [], "mappings": "AAAAA"})
    record = _record("app.js")
    assert SourceMaps(tmp_path).mapped([record]) == [record]


def test_other_languages_stay_as_they_are(tmp_path: Path) -> None:
    """A Java file is not in a bundle."""
    _write(tmp_path / "app.js.map", _simple("a.ts"))
    record = ExceptionRecord("E", None, "java", "root", None, (1, 1), (Frame("app.js", "f", 1, 1),))
    assert SourceMaps(tmp_path).mapped([record]) == [record]


@pytest.mark.parametrize(
    ("source", "root", "path"),
    [
        ("webpack:///./src/a.ts?1a2b", None, "src/a.ts"),
        ("webpack://shop/./src/a.ts", None, "src/a.ts"),
        ("../../src/a.ts", None, "src/a.ts"),
        ("a.ts", "/srv/app", "/srv/app/a.ts"),
        ("a.ts", "src/", "src/a.ts"),
        ("file:///srv/app/a.ts", None, "/srv/app/a.ts"),
        ("src\\a.ts", None, "src/a.ts"),
        ("", None, ""),
    ],
)
def test_a_source_has_the_path_that_a_repository_has(source: str, root: str | None, path: str) -> None:
    """Without what bundlers put around it."""
    assert source_path(source, root) == path
