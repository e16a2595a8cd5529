"""Exception rows: one for each chain in each event, read from distinct bodies only."""

from connectors.records import EXCEPTION_SCHEMA
from indexers.exceptions.rows import exception_rows
from tests.indexers.exceptions.log_rows import log_rows, traceback


def test_every_event_with_a_trace_gets_a_row_in_order() -> None:
    """Rows keep the order of the log, and copy what the event says about itself."""
    rows, traces = exception_rows(log_rows([traceback(), "all well", traceback("ValueError"), traceback()]))
    assert rows.schema.equals(EXCEPTION_SCHEMA)
    assert rows["event_id"].to_pylist() == ["page-0-0000", "page-0-0002", "page-0-0003"]
    assert rows["exception_type"].to_pylist() == ["KeyError", "ValueError", "KeyError"]
    assert set(rows["fingerprint"].to_pylist()) == set(traces)
    assert rows["service_version"].to_pylist() == ["1.0"] * 3


def test_the_chains_of_one_event_are_numbered() -> None:
    """Two traces in one event are two rows."""
    rows, _ = exception_rows(log_rows([traceback() + "\n" + traceback("ValueError")]))
    assert list(zip(rows["ordinal"].to_pylist(), rows["exception_type"].to_pylist(), strict=True)) == [
        (0, "KeyError"),
        (1, "ValueError"),
    ]


def test_a_representative_is_kept_for_each_fingerprint() -> None:
    """Chain and text are those of the first event with it."""
    rows, traces = exception_rows(log_rows([traceback(line=5), traceback(line=6)]))
    (trace,) = traces.values()
    assert trace.chain[0].frames[-1].line == 5
    assert trace.text.startswith("Traceback (most recent call last):")
    assert trace.text.endswith("KeyError: 'sku'")
    assert rows["exception_stacktrace"][0].as_py() == trace.text


def test_no_candidates_give_an_empty_table() -> None:
    """Events that cannot hold an exception are not read at all."""
    rows, traces = exception_rows(log_rows(["all well", "still well"]))
    assert (rows.num_rows, traces) == (0, {})
    assert rows.schema.equals(EXCEPTION_SCHEMA)
