"""Maps the file that a production frame names to a path of the tree: deploy prefixes, installed packages, Java's bare
file names, Go modules, webpack's addresses, compiled JavaScript.

Owns: the rules and their order. Keeps out: lines and blocks (snapshot.py).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from indexers.code.frame_names import java_class, simple_function
from indexers.code.selection import is_test, is_vendored

# Places where a language's own library lives; no frame from there is ours, whatever its last folders are called.
_STANDARD_LIBRARY = re.compile(
    r"(?:^|/)lib(?:64)?/python\d[\d.]*/(?!site-packages|dist-packages)|^<|^node:|^internal/|/go/src/(?!.*\.\w+/)"
    r"|/goroot/|^\[native|^native |^java\.base/|^jdk\.|/rustc/"
)
_INSTALLED = re.compile(r".*(?:site-packages|dist-packages|node_modules|/pkg/mod)/")
_BUNDLER = re.compile(
    r"^(?:webpack-internal|webpack|app|file|ng|vite|turbopack|rollup):/{2,3}|^\([\w-]+\)/|^\./|^async "
)
_QUERY = re.compile(r"[?#][^/]*$")
_MODULE_VERSION = re.compile(r"@v?[\d.]+[^/]*")
_SOURCE_ROOTS = {
    "src", "lib", "app", "source", "sources", "python", "main", "java", "code", "server", "backend", "go", "js", "ts",
}  # fmt: skip
_JAVASCRIPT = {".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"}


class PathResolver:
    """Answers for one tree. `defines(path, name)` says whether a block of the path has that name."""

    def __init__(self, paths: Sequence[str], defines: Callable[[str, str], bool]) -> None:
        self._paths = set(paths)
        self._defines = defines
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._by_script: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            name = PurePosixPath(path)
            self._by_name[name.name].append(path)
            if name.suffix in _JAVASCRIPT:
                self._by_script[name.stem].append(path)

    def resolve(self, frame_file: str, function: str = "", module: str = "") -> str | None:
        """The path, or None where nothing fits or several fit equally well."""
        file = _clean(frame_file)
        if not file or _STANDARD_LIBRARY.search(frame_file.replace("\\", "/")):
            return self._java("", function, module)
        if file in self._paths:
            return file
        if file.endswith((".java", ".kt", ".scala")) and "/" not in file:
            return self._java(file, function, module)
        installed = _INSTALLED.match(file)
        wanted = _MODULE_VERSION.sub("", file[installed.end() :] if installed else file).strip("/").split("/")
        candidates = self._by_name.get(wanted[-1], [])
        if not candidates and PurePosixPath(file).suffix in _JAVASCRIPT:
            candidates = self._by_script.get(PurePosixPath(file).stem, [])
        name = simple_function(function)
        ranked = sorted(
            (rank, path)
            for path in candidates
            if (rank := self._rank(wanted, path, name, installed=installed is not None)) is not None
        )
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]

    def _rank(self, wanted: list[str], path: str, name: str, *, installed: bool) -> tuple[int, ...] | None:
        """How well a candidate fits, smaller is better; None where it does not."""
        have = path.split("/")
        shared = _common_suffix(wanted, have)
        rest, prefix = have[:-shared], wanted[:-shared]
        defined = bool(name) and self._defines(path, name)
        from_root = all(part in _SOURCE_ROOTS for part in rest)
        own_module = path.endswith(".go") and not rest and shared > 1
        if installed and not own_module and (prefix or not (from_root or shared > 1 or is_vendored(path))):
            return None
        if rest and prefix and shared == 1 and not (from_root or defined):
            return None
        return (-shared, not defined, is_test(path), is_vendored(path), len(rest))

    def _java(self, file: str, function: str, module: str) -> str | None:
        package, outer = java_class(function, module)
        name = file or (f"{outer}.java" if outer else "")
        candidates = self._by_name.get(name, [])
        if package:
            folder = package.replace(".", "/")
            candidates = [path for path in candidates if f"/{path}".endswith(f"/{folder}/{name}")]
        best = sorted((is_test(path), is_vendored(path), path) for path in candidates)
        if len(best) > 1 and best[0][:2] == best[1][:2]:
            defining = [path for *_, path in best if self._defines(path, simple_function(function))]
            return defining[0] if len(defining) == 1 else None
        return best[0][2] if best else None


def _clean(file: str) -> str:
    file = file.strip().replace("\\", "/")
    previous = ""
    while file != previous:
        previous, file = file, _BUNDLER.sub("", file)
    return re.sub(r"^[A-Za-z]:/", "/", _QUERY.sub("", file))


def _common_suffix(first: Sequence[str], second: Sequence[str]) -> int:
    """Number of equal last parts; the file names themselves are known to fit (they may differ in a script's suffix)."""
    shared = 1
    while shared < min(len(first), len(second)) and first[-1 - shared] == second[-1 - shared]:
        shared += 1
    return shared
