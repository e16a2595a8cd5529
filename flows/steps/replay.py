"""Archived pages once more through today's parsing: rows are replaced page by page, exceptions clustered anew.

Owns: the order. Keeps out: reading sources; nothing is pulled, so a replay works when the source is long gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.errors import NotFoundError
from flows.steps.cluster import ClusterResult, cluster_pages
from flows.steps.pull import finish
from flows.wiring import Workspace


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """Pages and rows that were written again, and what clustering made of them."""

    pages: int
    rows: int
    clusters: ClusterResult


def replay(
    workspace: Workspace, source: str | None = None, *, say: Callable[[str], None] = lambda _: None
) -> ReplayResult:
    """Process every archived page again, of one source or of all; cut off anywhere, it can simply be run again.

    Clusters keep their ids, as these derive from content. Raises NotFoundError when nothing was ever archived for
    `source`.
    """
    pages = workspace.ledger.all(source)
    if source is not None and not pages:
        raise NotFoundError(f"nothing of source {source!r} is in the archive; `firstcause doctor` lists the sources.")
    rows = 0
    for number, page in enumerate(pages, 1):
        say(f"page {number} of {len(pages)}, source {page.source}")
        again = page if page.status == "archived" else replace(page, revision=page.revision + 1)
        rows += finish(workspace, again).rows
    return ReplayResult(len(pages), rows, cluster_pages(workspace))
