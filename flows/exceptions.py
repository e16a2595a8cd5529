"""The flow that extracts exceptions from newly stored pages and clusters them. Keeps out: steps/cluster.py's order."""

from dataclasses import asdict
from typing import Any

from prefect import flow, task

from flows.running import TASK_OPTIONS, in_workspace, show_table
from flows.steps.cluster import ClusterResult, cluster_pages


@task(name="cluster pages", **TASK_OPTIONS)
async def cluster_stored_pages() -> ClusterResult:
    """Work off every page that waits."""
    return await in_workspace(cluster_pages)


@flow(name="extract-and-cluster", description="Extract exceptions from new log pages and group them into clusters.")
async def extract_and_cluster() -> dict[str, Any]:
    """Cluster what is new; counts and the ids of clusters that were touched and that are new."""
    result = asdict(await cluster_stored_pages())
    summary = {"pages": result["pages"], "exceptions": result["exceptions"], "new clusters": len(result["new"])}
    await show_table("clusters", "Exceptions clustered in this run", [summary] if result["pages"] else [])
    return result
