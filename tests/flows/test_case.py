"""The case of a cluster as it is put together from what was stored, and which code is embedded first for it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flows.settings import RepositorySettings, Settings
from flows.steps.case import case_of
from flows.steps.cluster import cluster_pages
from flows.steps.index import embed, index_repository
from flows.steps.pull import pull
from flows.wiring import Workspace
from indexers.code.releases import Release, ReleaseStore
from indexers.exceptions.clusters import ClusterStore
from tests.e2e.scene import git
from tests.flows.test_pull import ListSource

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
FUNCTIONS = ("total", "rate", "stock", "label", "place")


def failed(second: int, service: str, said: str, function: str, *, trace_id: str = "") -> list[str]:
    """An event with a traceback through the shared entry and `function`."""
    mark = f" trace_id={trace_id}" if trace_id else ""
    return [
        f"2026-03-01 12:00:{second:02d},000 ERROR {service}: request failed{mark}",
        "Traceback (most recent call last):",
        '  File "/app/web.py", line 2, in run',
        "    return work()",
        f'  File "/app/{function}.py", line 2, in {function}',
        "    raise problem",
        said,
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    repository = tmp_path / "repo"
    repository.mkdir()
    (repository / "web.py").write_text("def run(work):\n    return work()\n")
    for name in FUNCTIONS:
        (repository / f"{name}.py").write_text(f"def {name}(problem):\n    raise problem\n")
    git(repository, "init", "-q")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "First")
    settings = Settings(
        state_dir=tmp_path / "state",
        embeddings="none",
        repositories=[RepositorySettings(name="shop", path=repository)],
    )
    with Workspace(settings) as workspace:
        yield workspace


def stored(workspace: Workspace, pages: dict[str, list[str]]) -> dict[str, str]:
    """Read `pages` (service -> lines) and cluster them; exception type -> cluster id."""
    pull(workspace, ListSource(pages), final=True, sleep=lambda _: None)
    cluster_pages(workspace)
    return {cluster.type: cluster.id for cluster in ClusterStore(workspace.database).list()}


def test_the_failing_services_own_cluster_is_named(workspace: Workspace) -> None:
    """By the trace id that both logged; the failing service itself has nobody upstream."""
    clusters = stored(
        workspace,
        {
            "payments": failed(1, "payments", "KeyError: 'currency of the account'", "rate", trace_id=TRACE_ID),
            "orders": failed(
                2,
                "orders",
                "UpstreamError: payments answered 500: 'currency of the account'",
                "place",
                trace_id=TRACE_ID,
            ),
        },
    )
    found = case_of(workspace, clusters["UpstreamError"]).upstream
    assert [(one.service, one.cluster_id) for one in found] == [("payments", clusters["KeyError"])]
    assert found[0].evidence == "logged 1000 ms earlier in the same request, and this exception repeats its message"
    assert case_of(workspace, clusters["KeyError"]).upstream == ()


def test_without_trace_ids_the_named_services_failure_near_by_is(workspace: Workspace) -> None:
    """Seconds apart, of the service that the exception names."""
    clusters = stored(
        workspace,
        {
            "payments": failed(1, "payments", "KeyError: 'currency'", "rate"),
            "orders": failed(2, "orders", "UpstreamError: payments answered 503", "place"),
        },
    )
    found = case_of(workspace, clusters["UpstreamError"]).upstream
    assert [(one.service, one.cluster_id) for one in found] == [("payments", clusters["KeyError"])]
    assert "no trace id joins the two" in found[0].evidence


def test_a_service_that_only_a_release_names_is_recognised(workspace: Workspace) -> None:
    """It logged nothing at all, which is said."""
    ReleaseStore(workspace.database).record(Release("stock", "production", datetime(2026, 3, 1, tzinfo=UTC), "1", ""))
    clusters = stored(workspace, {"orders": failed(2, "orders", "UpstreamTimeout: stock did not answer", "place")})
    found = case_of(workspace, clusters["UpstreamTimeout"]).upstream
    assert [(one.service, one.cluster_id) for one in found] == [("stock", "")]
    assert found[0].evidence == "the exception names it, and it logged nothing about this request"


def test_what_other_faults_share_is_counted(workspace: Workspace) -> None:
    """The entry that all go through, and not the function that only this one reached."""
    kinds = dict(zip(FUNCTIONS, ("KeyError", "TypeError", "ValueError", "IndexError", "OSError"), strict=True))
    lines = [
        line
        for second, (function, kind) in enumerate(kinds.items())
        for line in failed(second, "shop", f"{kind}: it broke", function)
    ]
    clusters = stored(workspace, {"shop": lines})
    sharing = case_of(workspace, clusters["KeyError"]).sharing
    assert (sharing.service, sharing.others, dict(sharing.touching)) == ("shop", 4, {("web.py", "run"): 4})


class Recorder:
    """An embedding model that remembers what it was given."""

    model_id = "recorder"
    dimension = 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        return np.ones((len(texts), 2), dtype=np.float32)


def test_code_near_a_fault_is_embedded_first(workspace: Workspace) -> None:
    """Whatever its place in the repository; then the queue goes on, and ends without asking the model again."""
    stored(workspace, {"shop": failed(1, "shop", "KeyError: it broke", "total")})
    embedder = Recorder()
    workspace.embedder = embedder
    index_repository(workspace, workspace.settings.repositories[0])
    assert embed(workspace, 1) == 1
    assert embedder.texts[0] == "KeyError: it broke"  # what the fault says, to search by
    assert embedder.texts[1].startswith("total\n")
    assert embed(workspace) == len(FUNCTIONS)
    assert embed(workspace) == 0
    assert len(embedder.texts) == len(FUNCTIONS) + 2
