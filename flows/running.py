"""What every flow shares: the workspace of a run, retries by class of error, and tables a person can read.

Owns: Prefect options that must be the same everywhere. Keeps out: what the flows do.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from connectors.errors import RetryableError
from flows.settings import CONFIG_VARIABLE, load_settings
from flows.wiring import Workspace

T = TypeVar("T")


@contextmanager
def workspace_of_run() -> Iterator[Workspace]:
    """The workspace that the run's environment points at, closed at the end."""
    config = os.environ.get(CONFIG_VARIABLE)
    with Workspace(load_settings(Path(config) if config else None)) as workspace:
        yield workspace


async def in_workspace(step: Callable[[Workspace], T]) -> T:
    """`step` done in a thread with a workspace of its own, so that it does not hold up the flow's event loop."""

    def work() -> T:
        with workspace_of_run() as workspace:
            return step(workspace)

    return await asyncio.to_thread(work)


async def may_pass(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task is worth another try: only errors that say so themselves."""
    return isinstance(await state.aresult(raise_on_failure=False), RetryableError)


# Steps are idempotent and keep their own books, so nothing is cached by input.
TASK_OPTIONS: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [2, 10, 30],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_pass,
    "cache_policy": NO_CACHE,
}


async def show_table(key: str, description: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep `rows` as a table artifact of the run; nothing is kept when there are none."""
    if rows:
        await acreate_table_artifact([dict(row) for row in rows], key=key, description=description)
