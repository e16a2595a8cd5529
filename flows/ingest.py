"""The ingest flow: every configured source (and what was posted over HTTP) into the warehouse.

Owns: one task a source, so that a source that fails does not hold back the others. Keeps out: steps/pull.py's order.
"""

import asyncio
from dataclasses import asdict
from typing import Any

from prefect import flow, task

from flows.running import TASK_OPTIONS, in_workspace, show_table, workspace_of_run
from flows.steps.pull import pull


@task(name="pull", task_run_name="pull {source}", **TASK_OPTIONS)
async def pull_source(source: str) -> dict[str, Any]:
    """Pull one source by name; its counts."""
    return await in_workspace(
        lambda workspace: asdict(pull(workspace, workspace.source(workspace.source_named(source))))
    )


@flow(name="ingest", description="Pull new log lines of every source into the warehouse, exactly once.")
async def ingest(source: str | None = None) -> list[dict[str, Any]]:
    """Pull `source`, or every source; counts per source. One failing source fails the run after the others ran."""
    with workspace_of_run() as workspace:
        names = [source] if source else [settings.name for settings in workspace.source_settings()]
    results = [(await asyncio.gather(pull_source(name), return_exceptions=True))[0] for name in names]
    done = [result for result in results if isinstance(result, dict)]
    await show_table("ingest", "Lines pulled by source", done)
    for failure in results:
        if isinstance(failure, BaseException):
            raise failure
    return done
