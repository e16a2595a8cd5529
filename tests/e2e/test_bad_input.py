"""Everything that can be wrong with logs and repositories at once: counted, said, and the rest unharmed."""

import gzip
import os
from pathlib import Path

import pytest

from connectors.warehouse import LogFilter
from flows.settings import load_settings
from flows.steps.whole import run_stages
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from rca.reports import ReportStore
from tests.e2e.scene import git, make_scene

GOOD = "2026-03-01 12:00:00,000 INFO good line\n"


@pytest.mark.slow
def test_bad_logs_are_counted_and_the_rest_is_unharmed(tmp_path: Path) -> None:
    """Binary bytes, broken text, a 50 MB line, clock jumps, a cut gzip, a half line, empty files."""
    config = make_scene(tmp_path / "scene")
    logs = tmp_path / "scene/logs"
    (logs / "binary.log").write_bytes(b"\x7fELF\0\0\1\2" * 500)
    (logs / "latin.log").write_bytes(GOOD.encode() + b"caf\xe9 closed\n" + GOOD.encode())
    (logs / "long.log").write_bytes(GOOD.encode() + b"x" * 50_000_000 + b"\n" + GOOD.encode())
    (logs / "clock.log").write_text("9999-12-31 23:59:59 ERROR future\n1000-01-01 00:00:00 INFO past\n" + GOOD)
    (logs / "cut.log.gz").write_bytes(gzip.compress(os.urandom(20).hex().encode() + GOOD.encode() * 5_000)[:-20])
    (logs / "half.log").write_text(GOOD + "2026-03-01 12:00:01,000 INFO half a li")
    (logs / "empty.log").write_text("")
    with Workspace(load_settings(config)) as workspace:
        result = run_stages(workspace, ("ingest", "exceptions"), final=True)
        rejects = workspace.ledger.reject_counts()
        good = workspace.warehouse.count(LogFilter(text='"good line"'))
        assert result.clusters.exceptions == 6
    assert result.problems == []
    assert good > 5 + 2
    assert {
        "file is not text",
        "invalid UTF-8 replaced",
        "line longer than 1 MiB",
        "time stamp cannot be right",
        "gzip file is cut off or damaged",
    } <= rejects.keys()


@pytest.mark.slow
def test_a_missing_repository_is_said_and_logs_are_still_clustered(tmp_path: Path) -> None:
    """The run goes on, the problem names the repository, and the report says what it could not look at."""
    config = make_scene(tmp_path / "scene")
    config.write_text(config.read_text().replace(f"{tmp_path}/scene/repo", f"{tmp_path}/nowhere"))
    with Workspace(load_settings(config)) as workspace:
        result = run_stages(workspace, final=True)
        (cluster,) = ClusterStore(workspace.database).list()
        stored = ReportStore(workspace.database).latest(cluster.id)
    assert len(result.problems) == 1
    assert "nowhere" in result.problems[0]
    assert stored is not None
    assert stored.result.report.root_cause is None or stored.result.report.commit == ""
    assert any("nowhere" in stamp.result for stamp in stored.result.report.looked_at)


@pytest.mark.slow
def test_a_commit_that_is_not_there_and_a_language_nobody_knows(tmp_path: Path) -> None:
    """A released commit that was never fetched is a problem in words; unknown languages do not stop the index."""
    config = make_scene(tmp_path / "scene")
    repository = tmp_path / "scene/repo"
    (repository / "main.zz").write_text("@@ what is this @@\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Something else")
    config.write_text(config.read_text().replace('version = "1.0.0"', 'version = "1.0.0"\nrevision = "deadbeef"'))
    with Workspace(load_settings(config)) as workspace:
        result = run_stages(workspace, final=True)
        (cluster,) = ClusterStore(workspace.database).list()
        stored = ReportStore(workspace.database).latest(cluster.id)
    assert [commit.problem for commit in result.commits if commit.problem] != []
    assert any(commit.blocks == 3 for commit in result.commits)
    assert stored is not None
    assert any("deadbeef" in stamp.result for stamp in stored.result.report.looked_at)
