"""A case of the evaluation -> what an analysis starts from, in a temporary place that goes away afterwards.

Owns: the temporary index, its repositories, and reading a case's logs. No network, no store of the product. Keeps out:
the analysis, and verdicts, whose clusters are prepared where the product's stores are (flows).
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.database import Database
from connectors.errors import FirstcauseError, NotFoundError
from connectors.records import LOG_SCHEMA, SOURCE_SCHEMA
from connectors.source_control import SourceTree
from connectors.source_control.directory import DirectoryTree
from connectors.source_control.git import GitRepository
from indexers.code.index import CodeIndex
from indexers.code.releases import Release
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import chains, extract_exceptions
from rca.case import ClusterCase
from rca.evaluation.cases import EvaluationCase, Part, Truth
from rca.evaluation.shipped import shipped_history

FAILED_AT = datetime(2026, 1, 1, 4, tzinfo=UTC)  # of a case whose logs carry no time; any would do
_SEVERITIES = {"TRACE": 1, "DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "FATAL": 21}


@dataclass(frozen=True)
class PreparedCase:
    """A case that can be analysed. `truth` is the only thing here that the analysis never sees."""

    id: str
    project: str
    part: Part
    digest: str
    truth: Truth
    cluster: ClusterCase


@contextmanager
def bench() -> Iterator["Bench"]:
    """A bench in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="firstcause-eval-") as folder:
        made = Bench(Path(folder))
        try:
            yield made
        finally:
            made.close()


class Bench:
    """Prepares cases; trees and histories that several of them share are read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = Database(f"sqlite:///{folder / 'bench.db'}")
        self._database.migrate()
        self._index = CodeIndex(self._database)
        self._repositories: dict[str, GitRepository] = {}

    def close(self) -> None:
        """Let go of the index."""
        self._database.close()

    def prepare(self, case: EvaluationCase, part: Part) -> PreparedCase:
        """Everything that an analysis of `case` starts from. Raises FirstcauseError when its code cannot be read."""
        code, repository = self._code(case)
        chain = _chain(case)
        own = chain[0] if chain else None
        logs = _logs(case)
        failed = _failing(case, logs)
        at = failed["timestamp"] if failed else FAILED_AT
        failing, good = self._releases(case, repository, at)
        missing = "the case names no code"
        cluster = ClusterCase(
            cluster_id=hashlib.sha256(case.id.encode()).hexdigest()[:16],
            service=case.service,
            environment=case.environment,
            version=case.version,
            exception_type=own.type if own else "",
            exception_message=(own.message or "") if own else "",
            trace_text=case.trace,
            chain=chain,
            event_id=failed["event_id"] if failed else "",
            count=case.count,
            first_seen=at,
            last_seen=at,
            counts_by_version={case.version: case.count} if case.version else {},
            counts_by_environment={case.environment: case.count} if case.environment else {},
            logs=logs,
            code=code,
            code_missing="" if code else missing,
            repository=repository,
            repository_missing="" if repository else missing,
            failing_release=failing,
            good_release=good,
            looked_at={"evaluation": f"case {case.id}"},
        )
        return PreparedCase(case.id, case.project or "none", part, case.digest, case.truth, cluster)

    def _code(self, case: EvaluationCase) -> tuple[CodeSnapshot | None, GitRepository | None]:
        repository = self._repository(case)
        if repository is not None:
            return self._snapshot(repository.tree(case.ref)), repository
        if case.source is not None:
            return self._snapshot(DirectoryTree(case.source, name=_name(case.source))), None
        return None, None

    def _repository(self, case: EvaluationCase) -> GitRepository | None:
        if case.history:
            if case.history not in self._repositories:
                self._repositories[case.history] = shipped_history(case.history, self._folder / "git" / case.history)
            return self._repositories[case.history]
        if case.repo is None:
            return None
        name = _name(case.repo)
        return self._repositories.setdefault(name, GitRepository(case.repo, name=name))

    def _snapshot(self, tree: SourceTree) -> CodeSnapshot:
        self._index.index(tree)
        return self._index.snapshot(tree.name, tree.commit)

    def _releases(
        self, case: EvaluationCase, repository: GitRepository | None, at: datetime
    ) -> tuple[Release | None, Release | None]:
        """(failing, last good); the times are made up, only their order counts."""
        if repository is None:
            return None, None

        def release(ref: str, version: str, before: timedelta) -> Release:
            commit = repository.resolve(ref)
            return Release(case.service, case.environment, at - before, version, commit, repository.name)

        failing = release(case.ref, case.version or case.ref, timedelta(minutes=10))
        good = release(case.good_ref, case.good_ref[:12], timedelta(days=1)) if case.good_ref else None
        return failing, good


def _name(path: Path) -> str:
    """What the index calls a tree: one name for each absolute path, so that trees do not mix."""
    absolute = str(path.absolute())
    return f"{path.absolute().name}-{hashlib.sha256(absolute.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _chain(case: EvaluationCase) -> tuple[ExceptionRecord, ...]:
    """The first exception of the trace with what belongs to it; production prefixes taken off, as the flows do."""
    found = chains(extract_exceptions(case.trace))
    if not found:
        return ()
    prefix = case.path_prefix
    return tuple(
        replace(record, frames=tuple(replace(frame, file=frame.file.removeprefix(prefix)) for frame in record.frames))
        for record in found[0]
    )


def _logs(case: EvaluationCase) -> pa.Table:
    rows = pa.Table.from_pylist([_row(case, number) for number in range(len(case.rows))], schema=LOG_SCHEMA)
    return pa.concat_tables([rows, _parsed(case)]) if case.log else rows


def _row(case: EvaluationCase, number: int) -> dict[str, Any]:
    given = case.rows[number]
    row: dict[str, Any] = dict.fromkeys((field.name for field in LOG_SCHEMA), "")
    return row | {
        "event_id": hashlib.sha256(f"{case.id}\0{number}".encode()).hexdigest()[:16],
        "timestamp": given.at,
        "observed_timestamp": given.at,
        "severity_number": _SEVERITIES.get(given.severity, 0),
        "severity_text": given.severity,
        "service_name": given.service or case.service,
        "service_version": case.version,
        "deployment_environment_name": case.environment,
        "source": "evaluation",
        "stream": given.service or case.service,
        "position": number,
        "trace_id": given.trace_id,
        "request_id": given.request_id,
        "body": given.body,
        "attributes": list(given.attributes.items()),
        "may_hold_exception": given.failing,
    }


def _parsed(case: EvaluationCase) -> pa.Table:
    """The raw log read as a source's page would be."""
    from indexers.logs.page import parse_page

    lines = case.log.split("\n")
    table = pa.table(
        {
            "stream": pa.array(["log"] * len(lines)),
            "position": pa.array(range(len(lines)), pa.int64()),
            "timestamp": pa.nulls(len(lines), SOURCE_SCHEMA.field("timestamp").type),
            "line": pa.array(lines),
        },
        schema=SOURCE_SCHEMA,
    )
    resource = {
        "service.name": case.service,
        "service.version": case.version,
        "deployment.environment.name": case.environment,
    }
    streams = {"log": {name: value for name, value in resource.items() if value}}
    return parse_page(
        table, source="evaluation", page_id=case.id, streams=streams, observed_at=FAILED_AT, carry=None, final=True
    ).rows


def _failing(case: EvaluationCase, logs: pa.Table) -> dict[str, Any] | None:
    """The log event that holds the trace: the one marked, else the last one with the trace's text in it."""
    marked = next((number for number, row in enumerate(case.rows) if row.failing), None)
    if marked is not None:
        found: dict[str, Any] = logs.slice(marked, 1).to_pylist()[0]
        return found
    trace = case.trace.strip()
    holding = [row for row in logs.select(["event_id", "timestamp", "body"]).to_pylist() if trace in row["body"]]
    return holding[-1] if holding else None


def readable(case: EvaluationCase, error: FirstcauseError) -> str:
    """One sentence on a case that could not be prepared."""
    what = "its code is not there" if isinstance(error, NotFoundError) else "it could not be prepared"
    return f"case {case.id}: {what} ({error})"
