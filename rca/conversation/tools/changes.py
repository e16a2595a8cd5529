"""Look-ups of history: what was deployed when, which commits lie between, one commit, who wrote a line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from connectors.errors import NotFoundError
from connectors.source_control import Commit
from indexers.code.releases import Release
from rca.codebase import Repository
from rca.conversation.tools.base import Found, Line, LookUp, Name, Path
from rca.conversation.tools.code import InCode
from rca.conversation.world import Code, World
from rca.evidence import EvidenceItem

MOST_COMMITS = 40
MOST_RELEASES = 20
DIFF_LINES = 120


class ListReleases(LookUp):
    """What was deployed of a service, when, and from which commit, the newest last."""

    tool: ClassVar[str] = "list_releases"

    service: Annotated[str, Field(min_length=1, max_length=255)]

    def look(self, world: World) -> Found:
        history = list(world.releases(self.service))
        if not history:
            return Found(says=f"No deployments of {self.service} are known.", data=[])
        shown = history[-MOST_RELEASES:]
        text = "\n".join(_release(release) for release in shown)
        title = f"deployments of {self.service}, the newest last"
        return Found((EvidenceItem("", "metric", title, text, count=len(shown)),), title, shown)


class ListCommits(InCode):
    """Commits between two versions or commits (`old` left out, `ref` the newer one), of all files or of one."""

    tool: ClassVar[str] = "list_commits"

    old: Name = ""
    path: Path = ""
    limit: Annotated[int, Field(ge=1, le=MOST_COMMITS)] = 15

    def look(self, world: World) -> Found:
        repository, code = history_of(self, world)
        old = _named(world, self.service or _of(self, world), self.old, repository)
        paths = [self.path] if self.path else []
        commits = repository.log(code.commit, old or None, paths=paths, limit=self.limit + 1)
        if not commits:
            return Found(says="No commits lie between.", data=[])
        shown = commits[: self.limit]
        more = ", and more before them" if len(commits) > self.limit else ""
        since = f" after {self.old[:12] if len(self.old) == 40 else self.old}" if self.old else ""
        where = f" of {self.path}" if self.path else ""
        title = f"{len(shown)} commit{'s' * (len(shown) != 1)}{where} up to {code.commit[:12]}{since}{more}"
        text = "\n".join(commit_line(commit) for commit in shown)
        item = EvidenceItem("", "commit", title, text, commit=shown[0].commit, path=self.path, count=len(shown))
        return Found((item,), title, shown)


class ShowCommit(InCode):
    """One commit: who, when, why, and its difference, of all files or of one. Give it in `ref`."""

    tool: ClassVar[str] = "show_commit"

    path: Path = ""

    def look(self, world: World) -> Found:
        repository, code = history_of(self, world)
        wanted = repository.resolve(self.ref) if self.ref else code.commit
        commits = repository.log(wanted, limit=1)
        if not commits:
            raise NotFoundError(f"there is no commit {self.ref!r} in {repository.name}.")
        paths = [self.path] if self.path else []
        try:
            diff = repository.diff(f"{wanted}^", wanted, paths, context=3)
        except NotFoundError:
            diff = "(its parent is not there: the first commit, or the edge of a shallow clone)"
        item = commit_item(commits[0], diff, self.path)
        return Found((item,), item.title, (commits[0], diff))


class BlameLines(InCode):
    """Who last changed the lines of a file, and in which commit, at the deployed commit."""

    tool: ClassVar[str] = "blame_lines"

    path: Annotated[str, Field(min_length=1, max_length=1_000)]
    first: Annotated[int, Field(ge=1)]
    last: Line = 0

    def look(self, world: World) -> Found:
        repository, code = history_of(self, world)
        path = (code.tree.resolve_path(self.path) if code.tree else None) or self.path
        last = min(self.last or self.first, self.first + 60)
        lines = repository.blame(code.commit, path, self.first, last)
        text = "\n".join(
            f"{line.commit[:12]} {line.authored_at:%Y-%m-%d} {line.author} {line.line}: {line.text}" for line in lines
        )
        title = f"who wrote lines {self.first} to {last} of {path}, {code.why}"
        newest = max(lines, key=lambda line: line.authored_at).commit if lines else ""
        item = EvidenceItem("", "commit", title, text, path=path, start_line=self.first, end_line=last, commit=newest)
        return Found((item,), title, lines)


def history_of(asked: InCode, world: World) -> tuple[Repository, Code]:
    """The repository of a look-up in code and its commit. Raises NotFoundError that says why there is none."""
    fault = world.fault(asked.fault) if asked.fault else None
    code = world.code(asked.service or _of(asked, world), asked.ref, fault=fault)
    if code.repository is None or not code.commit:
        raise NotFoundError(f"history cannot be looked at: {code.missing or 'no repository is known'}.")
    return code.repository, code


def commit_item(commit: Commit, diff: str, path: str = "") -> EvidenceItem:
    """A commit with its difference as evidence."""
    lines = diff.rstrip().split("\n")
    if len(lines) > DIFF_LINES:
        lines = [*lines[:DIFF_LINES], f"... {len(lines) - DIFF_LINES} more lines"]
    title = f"commit {commit.commit[:12]} of {_day(commit.authored_at)} by {commit.author}"
    body = f"\n{commit.body.strip()}" if commit.body.strip() else ""
    return EvidenceItem(
        "", "commit", title, f"{commit.subject}{body}\n" + "\n".join(lines), commit=commit.commit, path=path
    )


def commit_line(commit: Commit) -> str:
    """A commit in one line of a list."""
    return f"{commit.commit[:12]} {_day(commit.authored_at)} {commit.author}: {commit.subject}"


def _release(release: Release) -> str:
    commit = f" commit {release.commit[:12]}" if release.commit else ""
    where = f" to {release.environment}" if release.environment else ""
    return f"{release.started_at:%Y-%m-%d %H:%M:%S} {release.version or '(no version)'}{where}{commit}"


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%d}"


def _of(asked: InCode, world: World) -> str:
    if asked.fault:
        return world.fault(asked.fault).service
    known: Sequence[str] = world.services()
    return known[0] if len(known) == 1 else ""


def _named(world: World, service: str, ref: str, repository: Repository) -> str:
    """The commit that a version, tag, branch or id names."""
    if not ref:
        return ""
    known = [release for release in world.releases(service) if release.version == ref and release.commit]
    return known[0].commit if known else repository.resolve(ref)
