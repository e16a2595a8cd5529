"""Whether a frame is the application's, from the repository's own tree: own, foreign, or not said.

What counts are roots (packages, modules, crates, namespaces), never single files, so that a moved or new file changes
nothing. `foreign` is said only where the tree leaves no doubt: names of the same organisation that are not in the tree
(a library from another repository) are left to the patterns. Keeps out: how roots are found (own_code_roots.py),
patterns (in_app.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexers.exceptions.chain import Frame
from indexers.exceptions.own_code_roots import Roots, found_roots, manifests_of

_FAMILY = {"java": "jvm", "kotlin": "jvm", "scala": "jvm", "typescript": "javascript"}
_JVM_PUBLIC = re.compile(r"^(?:java|javax|jakarta|jdk|sun|kotlin|kotlinx|scala|groovy|clojure)\.")
_GENERATED = re.compile(r"^(?:\$Proxy\d|jdk\.proxy|com\.sun\.proxy|lambda_method|DynamicClass|\(wrapper)")
_RUST_NAME = re.compile(r"^[<&*(]*(?:(?:dyn|impl|mut) )?(\w+)(?:\[[0-9a-f]+\])?::")
_RUST_PUBLIC = {"std", "core", "alloc", "test", "proc_macro", "__rustc"}
_INSTALLED = re.compile(r"/(?:site|dist)-packages/(?:[^/]+\.egg/)?([^/]+)")
_NODE_PACKAGE = re.compile(r".*/node_modules/((?:@[^/]+/)?[^/]+)/|^node_modules/((?:@[^/]+/)?[^/]+)/")
_GEM = re.compile(r".*/gems/([A-Za-z][\w-]*?)-\d[^/]*/")
_COMPOSER = re.compile(r"(?:^|/)vendor/([^/]+/[^/]+)/")
_DART_PACKAGE = re.compile(r"^package:(\w+)/")


@dataclass(frozen=True, slots=True)
class OwnCode:
    """The roots of one tree. Equal trees, and trees that differ in files only, are equal."""

    roots: Roots

    @classmethod
    def from_paths(cls, paths: Sequence[str], manifests: Mapping[str, str] | None = None) -> "OwnCode":
        """From the paths of a tree, with `/`, and the texts of its manifests by path (`manifests_of` says which)."""
        return cls(found_roots(paths, manifests or {}))

    @staticmethod
    def wanted(paths: Sequence[str]) -> list[str]:
        """The manifests worth reading for `from_paths`."""
        return manifests_of(paths)

    def owns(self, frame: Frame, language: str) -> bool | None:
        """True: the application's; False: certainly not; None: the tree does not say."""
        return _owns(self.roots, _FAMILY.get(language, language), frame.file.replace("\\", "/"), frame.function)


@lru_cache(maxsize=50_000)
def _owns(roots: Roots, language: str, file: str, function: str) -> bool | None:
    decide = _BY_LANGUAGE.get(language)
    return None if decide is None else decide(roots, file, function)


def _jvm(roots: Roots, file: str, function: str) -> bool | None:
    if not roots.jvm or function[:1].isupper() or _GENERATED.match(function):  # a class outside any package
        return None
    return _by_prefix(function, roots.jvm, ".", 2, public=_JVM_PUBLIC)


def _dotnet(roots: Roots, file: str, function: str) -> bool | None:
    if not roots.dotnet or function.count(".") < 2 or _GENERATED.match(function):  # a class outside any namespace
        return None
    return _by_prefix(function, roots.dotnet, ".", 1)


def _go(roots: Roots, file: str, function: str) -> bool | None:
    if not roots.go or "/vendor/" in file or "/pkg/mod/" in file:
        return None
    head = function.split("(", 1)[0]
    if any(head.startswith((f"{root}.", f"{root}/")) for root in roots.go):
        return True
    domain = "." in head.split("/", 1)[0] and "/" in head
    organisations = {"/".join(root.split("/")[:2]) for root in roots.go}
    return False if domain and "/".join(head.split("/")[:2]) not in organisations else None


def _python(roots: Roots, file: str, function: str) -> bool | None:
    installed = _INSTALLED.search(file)
    if installed:  # the application itself may be installed as a package
        name = installed[1].removesuffix(".py")
        return True if name in roots.python else False if roots.python else None
    return True if roots.python.intersection(file.split("/")[:-1]) and not _is_stdlib(file) else None


def _is_stdlib(file: str) -> bool:
    return bool(re.search(r"/lib(?:64)?/python\d|/Python\d+/[Ll]ib/|^<", file))


def _javascript(roots: Roots, file: str, function: str) -> bool | None:
    package = _NODE_PACKAGE.match(file)
    return True if package and (package[1] or package[2]) in roots.javascript else None


def _ruby(roots: Roots, file: str, function: str) -> bool | None:
    gem = _GEM.match(file)
    return True if gem and gem[1] in roots.ruby else None


def _php(roots: Roots, file: str, function: str) -> bool | None:
    package = _COMPOSER.search(file)
    if package:
        return True if package[1] in roots.php_packages else None
    return True if any(function.startswith(f"{root}\\") for root in roots.php) else None


def _rust(roots: Roots, file: str, function: str) -> bool | None:
    crate = _RUST_NAME.match(function)
    if not roots.rust or not crate or crate[1] in _RUST_PUBLIC:
        return None
    return crate[1] in roots.rust


def _dart(roots: Roots, file: str, function: str) -> bool | None:
    package = _DART_PACKAGE.match(file)
    return package[1] in roots.dart if package and roots.dart else None


def _perl(roots: Roots, file: str, function: str) -> bool | None:
    return True if function.split("::", 1)[0] in roots.perl and "::" in function else None


def _by_prefix(
    name: str, roots: frozenset[str], dot: str, organisation: int, public: re.Pattern[str] | None = None
) -> bool | None:
    """Own under a root; not said under the organisation's names; else foreign."""
    if any(name.startswith(root + dot) or name.startswith(root + "$") for root in roots):
        return True
    if public and public.match(name):
        return False
    heads = {dot.join(root.split(dot)[:organisation]) for root in roots}
    return None if dot.join(name.split(dot)[:organisation]) in heads else False


_BY_LANGUAGE = {
    "jvm": _jvm,
    "dotnet": _dotnet,
    "go": _go,
    "python": _python,
    "javascript": _javascript,
    "ruby": _ruby,
    "php": _php,
    "rust": _rust,
    "dart": _dart,
    "perl": _perl,
}
