"""Puts the original file, line and function into frames of bundled JavaScript, from a folder of source maps.

Owns: finding the map of a frame's file, and what a mapped frame looks like. A function's own name is not in a map: it
is read off the place that called it, the next frame outwards, whose mapping names what is called there. A frame that no
map fits stays as it was printed. Keeps out: the mappings' encoding (source_map_mappings.py).
"""

import json
import posixpath
import re
from base64 import b64decode
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.errors import BadInputError
from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.in_app import is_in_app
from indexers.exceptions.source_map_mappings import Mappings, Original, Section, decode, section_at

_MOST_FILES = 20_000
_LARGEST = 200 << 20  # bytes of a map
_HELD = 16  # decoded maps kept
_TAIL = 65_536  # bytes at the end of a bundle in which the comment is looked for
_COMMENT = re.compile(rb"//[#@]\s*sourceMappingURL=([^\s'\"]+)\s*\Z")
_MINIFIED = re.compile(r"^(?:[\w$]{1,2}|[\w$]{1,2}\.[\w$]{1,2})?$")
_RECEIVER = re.compile(r"^[\w$]{1,2}\.(?=[\w$]{3})")  # a minified class before a method's real name
_IDENTIFIER = re.compile(r"^[A-Za-z_$][\w$]*$")
_SCRIPTS = (".js", ".mjs", ".cjs")


@dataclass(frozen=True, slots=True)
class _Map:
    """One decoded map, or the sections of an index map."""

    sources: tuple[str, ...] = ()
    contents: tuple[str | None, ...] = ()
    names: tuple[str, ...] = ()
    ignored: frozenset[int] = frozenset()
    mappings: Mappings | None = None
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A place in the sources and the map that knows its names."""

    at: Original
    map: _Map

    @property
    def file(self) -> str:
        return self.map.sources[self.at.source] if self.at.source < len(self.map.sources) else ""

    @property
    def name(self) -> str:
        return self.map.names[self.at.name] if 0 <= self.at.name < len(self.map.names) else ""


class SourceMaps:
    """The maps of one folder. Nothing is read before the first frame; `problems` counts maps that cannot be used."""

    def __init__(self, folder: Path) -> None:
        """Raises BadInputError when `folder` is not a folder."""
        if not folder.is_dir():
            raise BadInputError(
                f"source maps: {str(folder)!r} is not a folder; give the one that holds the .map files."
            )
        self._folder = folder
        self._by_name: dict[str, list[Path]] | None = None
        self._held: OrderedDict[Path, _Map | None] = OrderedDict()
        self.problems: Counter[str] = Counter()

    def mapped(self, records: Sequence[ExceptionRecord]) -> list[ExceptionRecord]:
        """`records` with the frames of JavaScript mapped where a map fits; others are unchanged."""
        return [self._record(record) if record.language == "javascript" else record for record in records]

    def _record(self, record: ExceptionRecord) -> ExceptionRecord:
        found = [self._find(frame) for frame in record.frames]
        step = 1 if record.innermost_first else -1
        frames = []
        for place, (frame, own) in enumerate(zip(record.frames, found, strict=True)):
            outer = place + step
            caller = found[outer] if 0 <= outer < len(found) else None
            frames.append(frame if own is None else _placed(frame, own, caller))
        location = record.location
        if location is not None and (own := self._find(location)) is not None:
            location = _placed(location, own, None)
        return replace(record, frames=tuple(frames), location=location)

    def _find(self, frame: Frame) -> _Found | None:
        if frame.line is None or frame.column is None or not frame.file:
            return None
        path = self._path_of(frame.file)
        held = None if path is None else self._load(path)
        return None if held is None else _look_up(held, frame.line - 1, frame.column - 1)

    def _path_of(self, file: str) -> Path | None:
        """The map of a bundle, by the bundle's name; of several the one whose folders fit best, if one does."""
        steps = [step for step in unquote(urlsplit(file.replace("\\", "/")).path).split("/") if step]
        if not steps:
            return None
        if self._by_name is None:
            self._by_name = self._listed()
        paths = self._by_name.get(steps[-1], [])
        scored = sorted(((_shared(path.parent.parts, steps[:-1]), path) for path in paths), reverse=True)
        if len(scored) > 1 and scored[0][0] == scored[1][0]:
            self.problems[
                f"several maps are called {steps[-1]}.map and the trace does not say which; none is used."
            ] += 1
            return None
        return scored[0][1] if scored else None

    def _listed(self) -> dict[str, list[Path]]:
        """Maps by the name of their bundle: its name with `.map`, or what the bundle's last comment names."""
        by_name: dict[str, list[Path]] = {}
        files = [path for path, _ in zip(sorted(self._folder.rglob("*")), range(_MOST_FILES), strict=False)]
        for path in files:
            if path.suffix == ".map" and path.is_file():
                by_name.setdefault(path.stem, []).append(path)
        for path in files:
            if path.suffix in _SCRIPTS and path.name not in by_name and path.is_file():
                named = self._named_by(path)
                if named is not None:
                    by_name.setdefault(path.name, []).append(named)
        return by_name

    def _named_by(self, bundle: Path) -> Path | None:
        with bundle.open("rb") as stream:
            stream.seek(max(0, bundle.stat().st_size - _TAIL))
            comment = _COMMENT.search(stream.read())
        if comment is None:
            return None
        target = comment[1].decode("utf-8", "replace")
        if target.startswith("data:"):
            return bundle  # the map is within
        path = bundle.parent / unquote(urlsplit(target).path.rsplit("/", 1)[-1])
        return path if path.is_file() else None

    def _load(self, path: Path) -> _Map | None:
        if path in self._held:
            self._held.move_to_end(path)
            return self._held[path]
        try:
            made: _Map | None = _read(_text(path))
        except BadInputError as error:
            self.problems[f"{path.name} is not used: {error}"] += 1
            made = None
        self._held[path] = made
        if len(self._held) > _HELD:
            self._held.popitem(last=False)
        return made


def _shared(folders: Sequence[str], steps: Sequence[str]) -> int:
    """How many folders above the file agree."""
    count = 0
    for one, other in zip(reversed(folders), reversed(steps), strict=False):
        if one != other:
            break
        count += 1
    return count


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInputError(f"it has more than {_LARGEST >> 20} MB.")
        data = path.read_bytes()
        if path.suffix != ".map":
            comment = _COMMENT.search(data)
            _, _, encoded = (comment[1] if comment else b"").partition(b"base64,")
            data = b64decode(encoded)
        return data.decode("utf-8")
    except (OSError, ValueError) as error:
        raise BadInputError(f"it cannot be read ({error}).") from error


def _read(text: str) -> _Map:
    """The map in `text`. Raises BadInputError saying what is wrong."""
    if text.startswith((")]}'", ")]}")):  # the guard against inclusion that the specification allows
        text = text.partition("\n")[2]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"it is not JSON ({error}).") from error
    return _index_map(value) if isinstance(value, dict) and "sections" in value else _plain_map(value)


def _index_map(value: dict[str, Any]) -> _Map:
    sections = []
    try:
        for item in value["sections"]:
            offset = item["offset"]
            sections.append(Section((int(offset["line"]), int(offset["column"])), _plain_map(item["map"])))
    except (TypeError, KeyError, ValueError) as error:
        raise BadInputError("its sections are not made as ECMA-426 says.") from error
    if [section.start for section in sections] != sorted(section.start for section in sections):
        raise BadInputError("its sections are not in order.")
    return _Map(sections=tuple(sections))


def _plain_map(value: Any) -> _Map:
    if not isinstance(value, dict) or value.get("version") != 3:
        raise BadInputError("it is not a source map of version 3.")
    mappings, sources = value.get("mappings"), value.get("sources")
    if not isinstance(mappings, str) or not isinstance(sources, list):
        raise BadInputError("it has no mappings or no sources.")
    root = value.get("sourceRoot")
    contents = value.get("sourcesContent")
    names = value.get("names")
    ignored = value.get("ignoreList", value.get("x_google_ignoreList"))
    return _Map(
        sources=tuple(source_path(source if isinstance(source, str) else "", root) for source in sources),
        contents=tuple(text if isinstance(text, str) else None for text in _list(contents)),
        names=tuple(name if isinstance(name, str) else "" for name in _list(names)),
        ignored=frozenset(item for item in _list(ignored) if isinstance(item, int)),
        mappings=decode(mappings),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def source_path(source: str, root: Any = None) -> str:
    """A source's path as a repository has it: without scheme, bundler prefix, query, `./` and leading `../`."""
    if isinstance(root, str) and root and not re.match(r"(?:[a-z][\w+.-]*:|/)", source, re.IGNORECASE):
        source = f"{root.rstrip('/')}/{source}"
    match = re.match(r"[a-z][\w+.-]*://(?P<rest>.*)", source, re.IGNORECASE | re.DOTALL)
    if match:
        rest = match["rest"]
        source = rest.partition("/")[2] if not source.lower().startswith("file:") else rest
    path = posixpath.normpath(re.sub(r"\?[^/]*$", "", source).replace("\\", "/")) if source else ""
    while path.startswith("../"):
        path = path[3:]
    return "" if path in (".", "..") else path


def _look_up(held: _Map, line: int, column: int) -> _Found | None:
    if held.sections:
        inner = section_at(held.sections, line, column)
        return None if inner is None else _look_up(inner[0].value, inner[1], inner[2])
    at = None if held.mappings is None else held.mappings.original(line, column)
    return None if at is None else _Found(at, held)


def _placed(frame: Frame, own: _Found, caller: _Found | None) -> Frame:
    """`frame` at its place in the sources."""
    if not own.file:
        return frame
    function = frame.function
    if _MINIFIED.match(function) and caller is not None and _IDENTIFIER.match(caller.name):
        function = caller.name
    else:
        function = _RECEIVER.sub("", function)
    placed = replace(
        frame,
        file=own.file,
        function=function,
        line=own.at.line + 1,
        column=own.at.column + 1,
        source=_source_line(own) or frame.source,
    )
    own_code = own.at.source not in own.map.ignored and is_in_app(placed, "javascript")
    return replace(placed, in_app=own_code)


def _source_line(own: _Found) -> str:
    text = own.map.contents[own.at.source] if own.at.source < len(own.map.contents) else None
    if text is None:
        return ""
    lines = text.split("\n", own.at.line + 1)
    return lines[own.at.line].strip() if own.at.line < len(lines) else ""
