"""A file of a repository at a commit, with lines marked.

Owns: which repository and commit are meant when only a service and a version are named. Keeps out: git.
"""

from pathlib import PurePosixPath

from pydantic import Field

from connectors.errors import BadInputError, NotFoundError
from connectors.source_control.git import GitRepository
from dashboards.answers.shape import Shape
from flows.settings import RepositorySettings
from flows.wiring import Workspace
from indexers.code.releases import ReleaseStore

LARGEST_WINDOW = 2_000  # lines
LANGUAGES = {
    "c": "c", "cc": "cpp", "cpp": "cpp", "cs": "csharp", "css": "css", "go": "go", "h": "c", "html": "html",
    "java": "java", "js": "javascript", "json": "json", "jsx": "javascript", "kt": "kotlin", "md": "markdown",
    "mjs": "javascript", "php": "php", "properties": "properties", "py": "python", "rb": "ruby", "rs": "rust",
    "scala": "scala", "sh": "shell", "sql": "sql", "toml": "toml", "ts": "typescript", "tsx": "typescript",
    "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip


class CodeLine(Shape):
    """One line, numbered from 1."""

    number: int
    text: str
    marked: bool


class CodeFile(Shape):
    """Some lines of `path` in `repository` at `commit` (a full id); `total_lines` is the whole file's length."""

    repository: str
    commit: str
    path: str
    language: str = Field(description="Name for a highlighter; empty when it is not known")
    total_lines: int
    lines: list[CodeLine]


class Place(Shape):
    """Which tree is meant: a repository and a ref, or what was running of a service."""

    repository: str = ""
    commit: str = Field(default="", description="Commit id, tag or branch")
    service: str = ""
    version: str = ""


def code(
    workspace: Workspace, path: str, place: Place, *, first: int = 1, last: int = 0, marked: range = range(0)
) -> CodeFile:
    """Lines `first` to `last` (0: as far as LARGEST_WINDOW allows) of a file in a commit's tree, nothing else on disk.

    `path` may also be as production prints it when the commit is indexed. Raises NotFoundError and BadInputError.
    """
    settings = _repository(workspace, place)
    git = GitRepository(settings.path, name=settings.name)
    tree = git.tree(_ref(workspace, place) or git.default_branch())
    try:
        text = tree.text(path)
    except NotFoundError:
        path = _as_printed(workspace, settings, tree.commit, path)
        text = tree.text(path)
    lines = text.splitlines()
    end = min(last or len(lines), len(lines), first + LARGEST_WINDOW - 1)
    return CodeFile(
        repository=settings.name,
        commit=tree.commit,
        path=path,
        language=LANGUAGES.get(PurePosixPath(path).suffix.lstrip(".").lower(), ""),
        total_lines=len(lines),
        lines=[
            CodeLine(number=number, text=lines[number - 1], marked=number in marked) for number in range(first, end + 1)
        ],
    )


def _repository(workspace: Workspace, place: Place) -> RepositorySettings:
    if place.repository:
        return workspace.repository(place.repository)
    if place.service and (found := workspace.repository_of(place.service)):
        return found
    known = workspace.settings.repositories
    if len(known) == 1:
        return known[0]
    names = ", ".join(repository.name for repository in known) or "none is configured"
    raise BadInputError(f"say which repository or service is meant; repositories: {names}.")


def _ref(workspace: Workspace, place: Place) -> str:
    if place.commit or not place.version:
        return place.commit
    release = ReleaseStore(workspace.database).of_version(place.service, place.version)
    if release is None or not release.commit:
        raise NotFoundError(
            f"no release names the commit of version {place.version!r} of {place.service!r}; "
            "record it with `firstcause release` or give the commit."
        )
    return release.commit


def _as_printed(workspace: Workspace, settings: RepositorySettings, commit: str, path: str) -> str:
    """The path in the tree that a production path means. Raises NotFoundError naming `path`."""
    from indexers.code.index import CodeIndex

    missing = NotFoundError(f"{path!r} is not a file in repository {settings.name!r} at commit {commit[:12]}.")
    plain = path.removeprefix(settings.path_prefix) if settings.path_prefix else path
    try:
        found = CodeIndex(workspace.database).snapshot(settings.name, commit).resolve_path(plain)
    except NotFoundError:
        raise missing from None
    if found is None:
        raise missing
    return found
