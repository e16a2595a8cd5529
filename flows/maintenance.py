"""The housekeeping flow. Keeps out: what is kept for how long (settings), how (the warehouse)."""

from dataclasses import asdict
from typing import Any

from prefect import flow, task

from flows.running import TASK_OPTIONS, in_workspace, show_table
from flows.steps.maintain import MaintainResult, maintain


@task(name="maintain stores", **TASK_OPTIONS)
async def maintain_stores() -> MaintainResult:
    """Merge small segments and drop what is past its retention."""
    return await in_workspace(maintain)


@flow(name="maintenance", description="Merge small segments and drop what is past its retention.")
async def maintenance() -> dict[str, Any]:
    """Run the housekeeping once; what it did."""
    result = asdict(await maintain_stores())
    await show_table("maintenance", "Housekeeping", [result])
    return result
