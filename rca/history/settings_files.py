"""What a span changed outside of code: configuration, migrations, and which dependency has which version.

Owns: which files those are, which commit changed which dependency, and whether the failing code uses it. Keeps out: how
manifests are read (indexers/code/dependencies.py), how much it counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.errors import NotFoundError
from connectors.source_control import FileChange
from indexers.code.dependencies import DependencyChange, compare, dependencies, reader_of
from rca.codebase import Repository
from rca.history.span import Span
from rca.signals.foreign_code import kind_of

# What is configuration rather than code, and takes part in a fault without standing in any trace.
CONFIGURATION = re.compile(
    r"(?:\.(?:toml|ya?ml|ini|cfg|conf|properties|env|sql|json|xml|gradle|mod)|requirements[^/]*\.txt|Dockerfile)$|/migrations?/"
)
MOST_FILES = 40
MOST_COMMITS = 40  # looked at one by one
_BARE = re.compile(r"[-_./]+")
_AFFIXES = re.compile(r"^(?:py|python|node|golang|lib)[-_.]|[-_.](?:py|python|js|java|core|api|go|rb|lib)$")


@dataclass(frozen=True, slots=True)
class FileTouched:
    """One such file as one commit left it: its difference, and the dependencies that got another version."""

    commit: str
    path: str
    diff: str
    dependencies: tuple[DependencyChange, ...] = ()


def settings_paths(span: Span) -> list[str]:
    """The configuration files, migrations and manifests that differ between the two releases, tests' own left out."""
    return [
        change.path
        for change in span.changes
        if (CONFIGURATION.search(change.path) or reader_of(change.path)) and not kind_of(change.path)
    ][:MOST_FILES]


def touched_files(repository: Repository, touching: Sequence[tuple[str, Sequence[str]]]) -> Iterator[FileTouched]:
    """What each commit, given with the paths it touched, did to them; at most the first `MOST_COMMITS` commits."""
    for commit, paths in touching[:MOST_COMMITS]:
        manifests = _manifests(repository, commit, [path for path in paths if reader_of(path)])
        for path in paths:
            changed = manifests.get(path)
            if changed is not None:
                yield FileTouched(commit, path, "", tuple(changed))
            elif reader_of(path) is None or CONFIGURATION.search(path):
                yield FileTouched(commit, path, repository.introduced(commit, [path], context=0))


def _manifests(repository: Repository, commit: str, paths: Sequence[str]) -> dict[str, list[DependencyChange]]:
    """The dependencies that `commit` changed in each manifest; a manifest with other changes alone is left out."""
    if not paths:
        return {}
    try:
        changes: Sequence[FileChange] = repository.changes(f"{commit}^", commit, hunks=False, paths=paths)
    except NotFoundError:
        return {}  # the first commit
    contents = repository.contents([blob for change in changes for blob in (change.old_blob, change.blob) if blob])
    found = {}
    for change in changes:
        old = dependencies(change.path, contents.get(change.old_blob, b""))
        new = dependencies(change.path, contents.get(change.blob, b""))
        if change.old_blob and (differ := compare(old, new)):
            found[change.path] = differ
    return found


def is_named(dependency: str, text: str) -> bool:
    """Whether `text` (lower case, its separators made dots by `with_dots`) names a dependency as code or traces do."""
    name = _BARE.sub(".", dependency.lower().removeprefix("@")).strip(".")
    bare = _AFFIXES.sub("", name)
    return any(
        len(word) > 2 and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) for word in {name, bare}
    )


def with_dots(text: str) -> str:
    """`text` as `is_named` reads it."""
    return _BARE.sub(".", text.lower())
