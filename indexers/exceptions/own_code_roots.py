"""Finds the roots of a repository's own code by language, from its paths and manifests.

Layouts followed: Maven's and sbt's `src/<set>/<language>/<package>`, Python's packages (flat, `src/` and nested),
go.mod's module path, package.json of each workspace, project files of .NET, composer.json's PSR-4 namespaces,
Cargo.toml, pubspec.yaml, gemspecs and Perl's `lib/`. Linear in the number of paths. Keeps out: what a frame is.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_MANIFESTS = re.compile(
    r"(?:^|/)(?:go\.mod|package\.json|composer\.json|Cargo\.toml|pubspec\.yaml|[^/]+\.(?:cs|fs|vb)proj)$"
)
_MOST_MANIFESTS = 500
# Code that is in the tree but is somebody else's, or never runs in production.
_NOT_OWN = re.compile(
    r"(?:^|/)(?:node_modules|vendor|third_party|3rdparty|external|\.venv|venv|site-packages"
    r"|\.git)/"
)
_JVM_FILE = re.compile(r"\.(?:java|kt|scala|groovy|clj)$")
_JVM_ROOT = re.compile(
    r"(?:^|/)src/[\w-]+/(?:java|kotlin|scala(?:-[\d.]+)?|groovy|clojure)/|(?:^|/)(?:java"
    r"|javatests|app)/(?=com/|org/|io/|net/)"
)
_JVM_SHARED = {
    "org.apache",
    "com.google",
    "com.github",
    "io.github",
    "org.eclipse",
    "com.amazonaws",
    "org.springframework",
}
_PYTHON_PLACES = {"src", "lib", "python", "backend", "server", "services", "packages", "apps", "libs", "api", "app"}
_PYTHON_COMMON = {"tests", "test", "docs", "doc", "scripts", "examples", "tools", "bin", "migrations", "build", "dist"}
_CRATE = r"^name\s*=\s*\"([\w-]+)\""
_PERL_ROOT = re.compile(r"(?:^|/)lib/([A-Z]\w*)(?:/.*)?\.pm$|(?:^|/)lib/([A-Z]\w*)\.pm$")


@dataclass(frozen=True, slots=True)
class Roots:
    """Names that own code begins with, by language; all empty where nothing is known."""

    jvm: frozenset[str] = frozenset()  # packages
    python: frozenset[str] = frozenset()  # top-level packages and modules
    go: frozenset[str] = frozenset()  # module paths
    javascript: frozenset[str] = frozenset()  # names of packages in the workspace
    dotnet: frozenset[str] = frozenset()  # namespaces
    ruby: frozenset[str] = frozenset()  # gems
    php: frozenset[str] = frozenset()  # namespaces
    php_packages: frozenset[str] = frozenset()
    rust: frozenset[str] = frozenset()  # crates
    dart: frozenset[str] = frozenset()  # packages
    perl: frozenset[str] = frozenset()  # first parts of packages


def manifests_of(paths: Iterable[str]) -> list[str]:
    """The paths of manifests that `found_roots` can read, those nearest the top first, at most 500."""
    able = [path for path in paths if _MANIFESTS.search(path) and not _NOT_OWN.search(path)]
    return sorted(able, key=lambda path: (path.count("/"), path))[:_MOST_MANIFESTS]


def found_roots(paths: Sequence[str], manifests: Mapping[str, str]) -> Roots:
    """The roots of the tree of `paths`; `manifests` holds texts by path. Broken manifests say nothing."""
    own = [path for path in paths if not _NOT_OWN.search(path)]
    php, php_packages = _composer(manifests)
    return Roots(
        jvm=_jvm(own),
        python=_python(own),
        go=_named(manifests, "go.mod", r"^module\s+\"?([^\s\"]+)"),
        javascript=frozenset(_json_names(manifests, "package.json")),
        dotnet=_dotnet(own, manifests),
        ruby=frozenset(PurePosixPath(path).stem for path in own if path.endswith(".gemspec")),
        php=php,
        php_packages=php_packages,
        rust=frozenset(crate.replace("-", "_") for crate in _named(manifests, "Cargo.toml", _CRATE)),
        dart=_named(manifests, "pubspec.yaml", r"^name:\s*['\"]?(\w+)"),
        perl=frozenset(match[1] or match[2] for match in map(_PERL_ROOT.search, own) if match),
    )


def _jvm(paths: Sequence[str]) -> frozenset[str]:
    """The longest common package of each organisation's packages."""
    packages: dict[str, list[list[str]]] = defaultdict(list)
    for path in paths:
        root = _JVM_ROOT.search(path) if _JVM_FILE.search(path) else None
        steps = path[root.end() :].split("/")[:-1] if root else []
        if len(steps) >= 2:
            head = ".".join(steps[:2])
            packages[".".join(steps[:3]) if head in _JVM_SHARED else head].append(steps)
    return frozenset(".".join(_common(some)) for some in packages.values())


def _common(packages: list[list[str]]) -> list[str]:
    first, last = min(packages), max(packages)
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: max(same, 2)]


def _python(paths: Sequence[str]) -> frozenset[str]:
    """Packages are folders with `__init__.py` outside any other such, and folders of modules at the usual places."""
    inits = {path.removesuffix("/__init__.py") for path in paths if path.endswith("/__init__.py")}
    names = {folder.split("/")[-1] for folder in inits if folder.rpartition("/")[0] not in inits}
    for path in paths:
        if not path.endswith(".py"):
            continue
        steps = path.split("/")
        while len(steps) > 1 and steps[0] in _PYTHON_PLACES:
            steps = steps[1:]
        names.add(steps[0].removesuffix(".py"))
    return frozenset(names - _PYTHON_COMMON - {"setup", "conftest", "manage", "__init__"})


def _dotnet(paths: Sequence[str], manifests: Mapping[str, str]) -> frozenset[str]:
    names = {PurePosixPath(path).stem for path in paths if re.search(r"\.(?:cs|fs|vb)proj$", path)}
    for path, text in manifests.items():
        if path.endswith("proj"):
            names.update(re.findall(r"<(?:RootNamespace|AssemblyName)>([\w.]+)</", text))
    return frozenset(names)


def _composer(manifests: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    spaces: set[str] = set()
    for path, text in manifests.items():
        value = _json(text) if path.endswith("composer.json") else {}
        for section in ("autoload", "autoload-dev"):
            loaded = value.get(section)
            mapped = loaded.get("psr-4") if isinstance(loaded, dict) else None
            spaces.update(name.rstrip("\\") for name in mapped if name.strip("\\")) if isinstance(
                mapped, dict
            ) else None
    return frozenset(spaces), frozenset(_json_names(manifests, "composer.json"))


def _json_names(manifests: Mapping[str, str], file: str) -> Iterable[str]:
    for path, text in manifests.items():
        name = _json(text).get("name") if path.rpartition("/")[2] == file else None
        if isinstance(name, str) and name:
            yield name


def _json(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _named(manifests: Mapping[str, str], file: str, pattern: str) -> frozenset[str]:
    able = [text for path, text in manifests.items() if path.rpartition("/")[2] == file]
    return frozenset(name for text in able for name in re.findall(pattern, text, re.MULTILINE)[:1])
