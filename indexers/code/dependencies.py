"""Which dependency has which version, read off manifests and lock files; and what differs between two of them.

Owns: the table of file names and how each kind is read. A file that cannot be read names no dependency; nothing is ever
raised for what a file holds. Keeps out: which commit changed a file, what a new version breaks.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

LARGEST_FILE = 16 * 1024 * 1024  # bytes
_MAJOR = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class DependencyChange:
    """One dependency that differs; `old` is "" for one that came, `new` for one that went."""

    name: str
    old: str
    new: str

    @property
    def sentence(self) -> str:
        """Such as "requests 2.28.0 -> 3.0.0"."""
        if not self.old:
            return f"{self.name} {self.new} (new)"
        return f"{self.name} {self.old} -> {self.new}" if self.new else f"{self.name} {self.old} (removed)"

    @property
    def is_major(self) -> bool:
        """Whether the first number of the version changed, or the dependency went."""
        old, new = _MAJOR.search(self.old), _MAJOR.search(self.new)
        return bool(self.old) and (old[0] if old else "") != (new[0] if new else "")


Reader = Callable[[str], Iterable[tuple[str, str]]]


def _pattern(pattern: str) -> Reader:
    """Name and version are the pattern's two groups."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda text: ((name, version) for name, version in compiled.findall(text))


def _package_json(text: str) -> Iterable[tuple[str, str]]:
    loaded = _mapping(json.loads(text))
    for part in ("dependencies", "devDependencies", "optionalDependencies", "require", "require-dev"):
        yield from _versions(loaded.get(part))
    yield from _versions(loaded.get("engines"))


def _package_lock(text: str) -> Iterable[tuple[str, str]]:
    loaded = _mapping(json.loads(text))
    yield from _versions(loaded.get("dependencies"))
    for place, entry in _mapping(loaded.get("packages")).items():
        name = place.rpartition("node_modules/")[2]
        if name and isinstance(entry, dict):
            yield name, str(entry.get("version", ""))


def _pipfile_lock(text: str) -> Iterable[tuple[str, str]]:
    loaded = _mapping(json.loads(text))
    for part in ("develop", "default"):
        yield from _versions(loaded.get(part))


def _composer_lock(text: str) -> Iterable[tuple[str, str]]:
    loaded = _mapping(json.loads(text))
    yield from _listed([*_list(loaded.get("packages-dev")), *_list(loaded.get("packages"))])


def _nuget_lock(text: str) -> Iterable[tuple[str, str]]:
    for framework in _mapping(_mapping(json.loads(text)).get("dependencies")).values():
        for name, entry in _mapping(framework).items():
            yield name, str(_mapping(entry).get("resolved", ""))


def _toml_lock(text: str) -> Iterable[tuple[str, str]]:
    yield from _listed(_list(tomllib.loads(text).get("package")))


def _pyproject(text: str) -> Iterable[tuple[str, str]]:
    loaded = tomllib.loads(text)
    project = _mapping(loaded.get("project"))
    groups = [project.get("dependencies"), *_mapping(project.get("optional-dependencies")).values()]
    groups += _mapping(loaded.get("dependency-groups")).values()
    for group in groups:
        for line in _list(group):
            yield from _requirements(str(line))
    poetry = _mapping(_mapping(loaded.get("tool")).get("poetry"))
    yield from _versions(poetry.get("dependencies"))


def _cargo(text: str) -> Iterable[tuple[str, str]]:
    loaded = tomllib.loads(text)
    for part in ("dev-dependencies", "build-dependencies", "dependencies"):
        yield from _versions(loaded.get(part))


def _catalog(text: str) -> Iterable[tuple[str, str]]:
    yield from _versions(tomllib.loads(text).get("versions"))


def _pom(text: str) -> Iterable[tuple[str, str]]:
    properties: dict[str, str] = dict(re.findall(r"<([\w.-]+)>\s*([^<>\s]+)\s*</\1>", text))
    for block in re.findall(r"<(?:dependency|parent|plugin)>(.*?)</(?:dependency|parent|plugin)>", text, re.DOTALL):
        parts: dict[str, str] = dict(re.findall(r"<(groupId|artifactId|version)>\s*([^<]*?)\s*</", block))
        version = parts.get("version", "")
        named = re.fullmatch(r"\$\{([\w.-]+)\}", version)
        yield parts.get("artifactId", ""), properties.get(named[1], version) if named else version


_requirements = _pattern(
    r"^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]\n]*\])?\s*((?:===?|~=|>=|<=|!=|<|>)[^;#\n]*?|)\s*(?:[;#].*)?$"
)
_runtime = _pattern(r"^()\s*v?(?:python-)?(\d[\w.]*)\s*$")

# File name -> reader; the first pattern that fits. Names and versions end up trimmed, nameless entries left out.
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"(?:package|composer)\.json", _package_json),
        (r"(?:package-lock|npm-shrinkwrap)\.json", _package_lock),
        (r"yarn\.lock", _pattern(r'^"?(@?[^@\s",]+)@[^\n]*:\n\s+version:? "?([^"\n]+)"?')),
        (r"pnpm-lock\.ya?ml", _pattern(r"^  ['/]*(@?[\w.-]+(?:/[\w.-]+)?)[@/](\d[^:()'\"\s]*)[^:\n]*:")),
        (r"(?:requirements|constraints)[\w.-]*\.(?:txt|in)", _requirements),
        (r"pipfile\.lock", _pipfile_lock),
        (r"(?:poetry|uv|pdm|cargo)\.lock", _toml_lock),
        (r"pyproject\.toml", _pyproject),
        (r"cargo\.toml", _cargo),
        (r"[\w.-]*versions\.toml", _catalog),
        (r"pom\.xml", _pom),
        (r"[\w.-]*\.gradle(?:\.kts)?", _pattern(r"""["'][\w.-]+:([\w.-]+):([\w.$-]+)["']""")),
        (r"gradle\.lockfile", _pattern(r"^[\w.-]+:([\w.-]+):([\w.-]+)=")),
        (r"go\.mod", _pattern(r"^\s*(?:require\s+)?([\w./~-]+\.[\w./~-]+)\s+(v\d\S*)")),
        (r"gemfile\.lock", _pattern(r"^ {4}([\w.-]+) \(([^)\n]+)\)")),
        (r"gemfile", _pattern(r"""^\s*gem\s+["']([\w.-]+)["']\s*,\s*["']([^"']+)["']""")),
        (r"composer\.lock", _composer_lock),
        (r"packages\.lock\.json", _nuget_lock),
        (
            r".*\.(?:cs|fs|vb)proj|directory\.packages\.props|packages\.config",
            _pattern(r"""(?:Include|\bid)="([\w.-]+)"\s+version="([^"]+)\"""".replace("version", "[Vv]ersion")),
        ),
        (r"pubspec\.lock", _pattern(r'^  ([\w-]+):\n(?:    [^\n]*\n)*?    version: "?([^"\n]+)"?')),
        (r"mix\.lock", _pattern(r'^\s*"([\w-]+)": \{:hex, :[\w-]+, "([^"]+)"')),
        (r"(?:.*\.)?dockerfile(?:\..*)?|containerfile", _pattern(r"(?i)^FROM\s+(?:--\S+\s+)*([^\s:@]+)[:@](\S+)")),
        (r"\.(?:python|node|ruby)-version|\.nvmrc|runtime\.txt", _runtime),
        (r"\.tool-versions", _pattern(r"^([\w-]+)[ \t]+(\S+)")),
    )
)


def reader_of(path: str) -> Reader | None:
    """How the file at `path` is read, None when it names no dependencies."""
    name = PurePosixPath(path).name
    return next((reader for pattern, reader in _READERS if pattern.fullmatch(name)), None)


def dependencies(path: str, content: bytes) -> dict[str, str]:
    """Name -> version of everything that the file at `path` names; {} for one that is no manifest or unreadable."""
    reader = reader_of(path)
    if reader is None or len(content) > LARGEST_FILE:
        return {}
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    try:
        named = [(name.strip(), version.strip()) for name, version in reader(text)]
    except (ValueError, TypeError, RecursionError):  # not the format that its name promises
        return {}
    runtime = PurePosixPath(path).name.lstrip(".")
    return {name or runtime: version for name, version in named if name or reader is _runtime}


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> list[DependencyChange]:
    """What differs, by name."""
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [DependencyChange(name, old.get(name, ""), new.get(name, "")) for name in names]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _versions(value: Any) -> Iterable[tuple[str, str]]:
    """{"name": "1.0"} or {"name": {"version": "1.0"}}."""
    for name, entry in _mapping(value).items():
        if isinstance(entry, str):
            yield name, entry
        elif isinstance(entry, dict):
            yield name, str(entry.get("version", ""))


def _listed(entries: list[Any]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        if isinstance(entry, dict):
            yield str(entry.get("name", "")), str(entry.get("version", ""))
