"""Stored pages -> exception rows and clusters, each page exactly once.

Owns: the order (read candidates, extract, write exception rows, record clusters). Keeps out: what an exception is,
what makes two the same.
"""

from dataclasses import dataclass
from datetime import timedelta

from connectors.pages import PageRecord
from connectors.records import TimeWindow
from connectors.warehouse import LogFilter
from flows.wiring import Workspace
from indexers.code.releases import ReleaseStore
from indexers.exceptions.clusters import ClusterStore


@dataclass(frozen=True, slots=True)
class ClusterResult:
    """How many pages were worked on, how many exceptions they held, which clusters they touched and which are new."""

    pages: int = 0
    exceptions: int = 0
    touched: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def cluster_pages(workspace: Workspace) -> ClusterResult:
    """Extract and cluster the exceptions of every page that is stored and not clustered yet, in order."""
    from flows.steps.reading import trace_reader
    from indexers.code.running import with_versions
    from indexers.exceptions.rows import page_exceptions
    from indexers.exceptions.similarity import CappedEmbeds

    store, reader = ClusterStore(workspace.database), trace_reader(workspace)
    pages = exceptions = 0
    touched: dict[str, None] = {}
    new: dict[str, None] = {}
    for page in workspace.ledger.pending("stored"):
        read = page_exceptions(workspace.warehouse.logs(_candidates(page), newest_first=False), reader)
        found = with_versions(read.rows, ReleaseStore(workspace.database))
        if page.revision:
            workspace.warehouse.replace("exceptions", found, page.batch_id("exceptions"), page_ids=[page.page_id])
        elif found.num_rows:
            workspace.warehouse.write("exceptions", found, page.batch_id("exceptions"))
        embedder = None if workspace.embedder is None else CappedEmbeds(workspace.embedder)
        done = store.record_page(page.page_id, found, read.traces, facets=read.facets, embedder=embedder)
        if done is None:
            continue  # another run had clustered it
        pages += 1
        exceptions += found.num_rows
        touched.update(dict.fromkeys(done.counts))
        new.update(dict.fromkeys(done.new))
    return ClusterResult(pages, exceptions, tuple(touched), tuple(new))


def _candidates(page: PageRecord) -> LogFilter:
    window = None
    if page.first_timestamp is not None and page.last_timestamp is not None:
        window = TimeWindow(page.first_timestamp, page.last_timestamp + timedelta(microseconds=1))
    return LogFilter(window=window, page_ids=(page.page_id,), may_hold_exception=True)
