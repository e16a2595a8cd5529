"""Housekeeping of the stores: small segments merged, rows past their retention dropped or rolled up. Keeps out: how."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.records import utc_now
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore


@dataclass(frozen=True, slots=True)
class MaintainResult:
    """Segments that were merged into larger ones, segments or partitions dropped for their age, and rows of the hourly
    activity of clusters that were rolled up."""

    compacted: int = 0
    expired: int = 0
    rolled_up: int = 0


def maintain(workspace: Workspace, *, clock: Callable[[], datetime] = utc_now) -> MaintainResult:
    """Run every store's housekeeping once; harmless to repeat and beside running readers and writers."""
    oldest = clock() - workspace.settings.log_retention
    expired = workspace.warehouse.expire(oldest)
    rolled_up = ClusterStore(workspace.database, clock=clock).trim(oldest)
    return MaintainResult(workspace.warehouse.compact(), expired, rolled_up)
