"""The flow that indexes code at the commits that run. Keeps out: which commits those are (steps/index.py)."""

import asyncio
from dataclasses import asdict
from typing import Any

from prefect import flow, task

from flows.running import TASK_OPTIONS, in_workspace, show_table, workspace_of_run
from flows.steps.index import IndexResult, embed, index_repository


@task(name="index repository", task_run_name="index {repository}", **TASK_OPTIONS)
async def index_one(repository: str) -> list[IndexResult]:
    """Index one repository by name."""
    return await in_workspace(lambda workspace: index_repository(workspace, workspace.repository(repository)))


@task(name="embed blocks", **TASK_OPTIONS)
async def embed_blocks() -> int:
    """Work off a part of the embedding queue."""
    return await in_workspace(embed)


@flow(name="index", description="Index repositories at their released commits; embed what is new.")
async def index(repository: str | None = None) -> list[dict[str, Any]]:
    """Index `repository`, or every one; one entry per commit. One that fails fails the run after the others ran."""
    with workspace_of_run() as workspace:
        names = [repository] if repository else [known.name for known in workspace.settings.repositories]
    results = [(await asyncio.gather(index_one(name), return_exceptions=True))[0] for name in names]
    done = [asdict(commit) for commits in results if isinstance(commits, list) for commit in commits]
    await show_table("code-index", "Commits indexed", done)
    await embed_blocks()
    for failure in results:
        if isinstance(failure, BaseException):
            raise failure
    return done
