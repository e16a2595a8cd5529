"""`firstcause index`: code made findable. Keeps out: parsing (indexers.code), which commits run (flows.steps.index)."""

import sys
from dataclasses import asdict
from pathlib import Path

import orjson
import typer

from connectors.errors import NotFoundError
from connectors.source_control.git import GitRepository
from dashboards.commands.opening import workspace
from dashboards.commands.progress import Progress
from dashboards.terminal.paper import Paper, write_json
from flows.settings import RepositorySettings
from flows.steps.index import IndexResult, code_index, embed, index_repository
from flows.wiring import Workspace


def index(repository: str, ref: str, as_json: bool) -> None:
    """Index one commit, or all that run; exit code 1 when a commit could not be indexed.

    Raises NotFoundError for a repository or commit that is not there.
    """
    with workspace() as opened, Progress(sys.stderr) as progress:
        known = _repository(opened, repository)
        progress.say(f"indexing {known.name}")
        done = [_one(opened, known, ref)] if ref else index_repository(opened, known)
        progress.say("embedding")
        embedded = embed(opened)
    if as_json:
        write_json(orjson.dumps({"commits": [asdict(one) for one in done], "embedded": embedded}).decode())
    else:
        paper = Paper()
        for one in done:
            counts = f"{one.files:,} files ({one.files_parsed:,} new), {one.blocks:,} blocks ({one.blocks_new:,} new)"
            paper.say(
                f"{one.repository} {one.commit[:12]}: {one.problem or counts}", style="red" if one.problem else ""
            )
        paper.say(f"{embedded:,} blocks embedded.", style="dim")
    if any(one.problem for one in done):
        raise typer.Exit(1)


def _repository(opened: Workspace, repository: str) -> RepositorySettings:
    try:
        return opened.repository(repository)
    except NotFoundError:
        path = Path(repository)
        if not path.exists():
            raise
        return RepositorySettings(name=path.absolute().name.removesuffix(".git"), path=path.absolute())


def _one(opened: Workspace, known: RepositorySettings, ref: str) -> IndexResult:
    git = GitRepository(known.path, name=known.name)
    done = code_index(opened).index(git.tree(ref))
    return IndexResult(known.name, git.resolve(ref), done.files, done.files_parsed, done.blocks, done.blocks_new)
