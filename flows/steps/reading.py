"""Settings, repositories and releases -> how the traces of each service are read.

Owns: which tree says what a service's own code is (the release's commit, else the default branch), which source maps
are a service's, and that whatever is missing there leaves the decision to patterns. Keeps out: reading traces.
"""

from functools import lru_cache
from pathlib import Path

from connectors.errors import BadInputError, FirstcauseError
from connectors.source_control.git import GitRepository
from flows.settings import RepositorySettings
from flows.wiring import Workspace
from indexers.code.releases import ReleaseStore, commit_of
from indexers.exceptions.fingerprint import CURRENT, STRATEGIES
from indexers.exceptions.grouping_rules import GroupingRules, load_rules
from indexers.exceptions.own_code import OwnCode
from indexers.exceptions.reading import Known, TraceReader
from indexers.exceptions.source_maps import SourceMaps


def trace_reader(workspace: Workspace) -> TraceReader:
    """How this workspace's traces are read. Raises BadInputError for an unknown strategy or a rule that is wrong."""
    grouping = workspace.settings.grouping
    return reader_with(workspace, grouping.strategy, load_rules(grouping.rules))


def reader_with(workspace: Workspace, strategy: str, rules: GroupingRules) -> TraceReader:
    """The same under another strategy (empty: the newest) or other rules. Raises BadInputError."""
    if strategy and strategy not in STRATEGIES:
        raise BadInputError(f"grouping strategy {strategy!r} is not known; valid ones are {', '.join(STRATEGIES)}.")
    return TraceReader(strategy or CURRENT, rules, Knowledge(workspace))


class Knowledge:
    """What is known of each service at each version, looked up once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[tuple[str, str], Known | None] = {}
        self._maps: dict[Path, SourceMaps] = {}

    def __call__(self, service: str, version: str) -> Known | None:
        """See `reading.KnowsServices`."""
        if (service, version) not in self._known:
            own, maps = self._own(service, version), self._source_maps(service, version)
            self._known[service, version] = Known(own, maps) if own is not None or maps is not None else None
        return self._known[service, version]

    def _own(self, service: str, version: str) -> OwnCode | None:
        repository = self._workspace.repository_of(service)
        if repository is None:
            return None
        try:
            git = GitRepository(repository.path, name=repository.name)
            return own_code(git, self._commit(git, service, version))
        except FirstcauseError:  # not there, not readable, not a commit: `firstcause doctor` says so; patterns decide
            return None

    def _commit(self, git: GitRepository, service: str, version: str) -> str:
        release = ReleaseStore(self._workspace.database).of_version(service, version) if version else None
        named = release.commit if release is not None else ""
        try:
            return git.resolve(named or (commit_of(git, version) if version else None) or git.default_branch())
        except FirstcauseError:
            return git.resolve(git.default_branch())

    def _source_maps(self, service: str, version: str) -> SourceMaps | None:
        folder = self._folder(service)
        if folder is None:
            return None
        within = folder / version if version and not {"/", "\\", ".."}.intersection(version) else folder
        chosen = within if version not in ("", ".", "..") and within.is_dir() else folder
        if chosen not in self._maps:
            self._maps[chosen] = SourceMaps(chosen)
        return self._maps[chosen]

    def _folder(self, service: str) -> Path | None:
        for source in self._workspace.settings.sources:
            if source.source_maps is not None and source.service == service:
                return source.source_maps
        repository: RepositorySettings | None = self._workspace.repository_of(service)
        return None if repository is None else repository.source_maps


def own_code(git: GitRepository, commit: str) -> OwnCode:
    """The roots of the tree at a full commit id."""
    return _own_code(git.path, git.name, commit)


@lru_cache(maxsize=64)
def _own_code(path: Path, name: str, commit: str) -> OwnCode:
    tree = GitRepository(path, name=name).tree(commit)
    blobs = {entry.path: entry.blob for entry in tree.entries()}
    wanted = {blobs[manifest]: manifest for manifest in OwnCode.wanted(list(blobs))}
    texts = {wanted[blob]: content.decode("utf-8", "replace") for blob, content in tree.read(list(wanted))}
    return OwnCode.from_paths(list(blobs), texts)
