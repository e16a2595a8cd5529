"""Housekeeping of the stores: small segments merged, rows past their retention dropped. Keeps out: how."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.records import utc_now
from flows.wiring import Workspace


@dataclass(frozen=True, slots=True)
class MaintainResult:
    """Segments that were merged into larger ones, and segments or partitions dropped for their age."""

    compacted: int = 0
    expired: int = 0


def maintain(workspace: Workspace, *, clock: Callable[[], datetime] = utc_now) -> MaintainResult:
    """Run every store's housekeeping once; harmless to repeat and beside running readers and writers."""
    expired = workspace.warehouse.expire(clock() - workspace.settings.log_retention)
    return MaintainResult(workspace.warehouse.compact(), expired)
