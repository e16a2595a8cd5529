"""How texts are read: what is known of a service decides, and what a chain was known as before."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.database import Database
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.clusters import ClusterStore
from indexers.exceptions.fingerprint import CURRENT, OWN_HASH, STRATEGIES
from indexers.exceptions.own_code import OwnCode
from indexers.exceptions.reading import Known, Trace, TraceReader, known_as
from indexers.exceptions.rows import page_exceptions
from tests.fixtures.traces.record.expect import TRACES
from tests.indexers.exceptions.grouping_traces import java, node
from tests.indexers.exceptions.grouping_variants import VARIANTS
from tests.indexers.exceptions.log_rows import log_rows, stored_page

EARLIEST = min(STRATEGIES)
FRAMEWORK = java("com.acme.Shop.add@Shop.java:1", "com.framework.F.call@F.java:1", "com.framework.F.serve@F.java:2")
ACME = Known(OwnCode.from_paths(["src/main/java/com/acme/Shop.java"]))


def of_acme(service: str, version: str) -> Known | None:
    return ACME if service == "shop" else None


class Renames:
    """Source maps that call every function `original`."""

    def mapped(self, records: Sequence[ExceptionRecord]) -> list[ExceptionRecord]:
        return [
            replace(record, frames=tuple(replace(frame, function="original") for frame in record.frames))
            for record in records
        ]


def test_a_repository_knows_better_than_patterns() -> None:
    """A framework nobody listed is foreign where the tree says so, for the service it belongs to."""
    reader = TraceReader(known=of_acme)
    known, unknown = (reader.read(FRAMEWORK, service=name)[0] for name in ("shop", "mail"))
    assert [frame.in_app for frame in known.chain[0].frames] == [True, False, False]
    assert [frame.in_app for frame in unknown.chain[0].frames] == [True, True, True]
    assert own_hash(known) != own_hash(unknown)


def own_hash(trace: Trace) -> str:
    return next(part.value for part in trace.fingerprint.parts if part.name == OWN_HASH)


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_indexing_a_repository_moves_no_cluster(strategy: str) -> None:
    """The plain value is among those the chain is known as."""
    known = TraceReader(strategy, known=of_acme).read(FRAMEWORK, service="shop")[0]
    plain = TraceReader(strategy).read(FRAMEWORK)[0]
    assert plain.fingerprint.value in known_as(known.chain)


def test_source_maps_are_applied_first() -> None:
    """The mapped names are what counts and what is shown."""
    reader = TraceReader(known=lambda service, version: Known(source_maps=Renames()))
    assert reader.read(node("t@https://x.example/a.js:1"))[0].chain[0].frames[0].function == "original"


def test_one_body_is_read_for_each_service_that_is_known() -> None:
    """Equal bodies of services known and unknown are read apart; the rows stay in order."""
    rows = pa.concat_tables([log_rows([FRAMEWORK] * 2), log_rows([FRAMEWORK], service="mail", page_id="page-1")])
    found = page_exceptions(rows, TraceReader(EARLIEST, known=of_acme))
    first, second, third = found.rows["fingerprint"].to_pylist()
    assert first == second != third
    assert found.rows["service_name"].to_pylist() == ["shop", "shop", "mail"]
    assert len(found.traces) == 2


def test_every_chain_is_known_as_what_earlier_strategies_made_of_it() -> None:
    """For every recorded trace and every case: the earlier values, by the earlier patterns."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(TRACES.glob("*.txt"))]
    for text in [*texts, *(case[1] for case in VARIANTS)]:
        for now, before in zip(TraceReader().read(text), TraceReader(EARLIEST).read(text), strict=True):
            assert known_as(now.chain) == tuple(dict.fromkeys((now.fingerprint.value, before.fingerprint.value)))


def test_switching_the_strategy_begins_no_cluster_for_a_known_fault(tmp_path: Path) -> None:
    """A database written under the earliest strategy, then the same faults under the one in use."""
    texts = [case[1] for case in VARIANTS] + [
        path.read_text(encoding="utf-8") for path in sorted(TRACES.glob("*plain*.txt"))
    ]
    database = Database(f"sqlite:///{tmp_path}/metadata.db")
    database.migrate()
    store = ClusterStore(database)
    done = []
    for page_id, reader in (("one", TraceReader(EARLIEST)), ("two", TraceReader(CURRENT))):
        stored_page(database, page_id)
        rows = log_rows(texts, page_id=page_id)
        rows = rows.set_column(
            rows.schema.get_field_index("may_hold_exception"), "may_hold_exception", [[True] * rows.num_rows]
        )
        page = page_exceptions(rows, reader)
        done.append(store.record_page(page_id, page.rows, page.traces, facets=page.facets))
    before, after = done
    assert before is not None
    assert after is not None
    assert after.new == ()
    assert set(after.counts) <= set(before.counts)
    database.close()
