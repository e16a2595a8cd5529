"""What every warehouse does alike: what is written comes back, once, whole, in order."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from connectors.errors import BadInputError
from connectors.records import EXCEPTION_SCHEMA, LOG_SCHEMA
from connectors.warehouse import ExceptionFilter, LogFilter, Warehouse
from tests.conformance.warehouse.rows import (
    NOON,
    exception_batch,
    exception_row,
    log_batch,
    log_row,
    log_rows,
    numbers,
)

Open = Callable[[], Warehouse]
EVERYTHING = LogFilter()


def over_midnight(rows: int = 6) -> pa.Table:
    """Rows of three days, two a day."""
    return log_batch(
        *(log_row(number, timestamp=NOON + timedelta(days=number // 2, seconds=number)) for number in range(rows))
    )


def test_every_column_of_a_log_row_comes_back_as_it_was(warehouse: Warehouse) -> None:
    """Types, time zone, order of columns and values survive, also where text and maps are unusual."""
    batch = log_batch(
        log_row(1, severity_number=24, severity_text="FATAL", may_hold_exception=True, position=2**62),
        log_row(
            2,
            body="Zahlung für 👩‍👩‍👧 fehlgeschlagen\n\tat a.b(C.java:1)\r\n\\ 'quoted' \"twice\" \u202e ",
            attributes=[("schlüssel ü", "wert 🎉"), ("", ""), ("a.b", "x\ny")],
            stream="/var/log/a b/ü.log",
            service_name="日本語",
        ),
        log_row(3, **dict.fromkeys(("trace_id", "span_id", "request_id", "body", "service_name", "stream"), "")),
        log_row(4, attributes=[], position=0, severity_number=0, severity_text=""),
    )
    warehouse.write("logs", batch, "batch-1")
    found = warehouse.logs(EVERYTHING, newest_first=False)
    assert found.schema == LOG_SCHEMA
    assert found.to_pylist() == batch.to_pylist()


def test_every_column_of_an_exception_row_comes_back_as_it_was(warehouse: Warehouse) -> None:
    """Exception rows keep their types, their text and their place within the event."""
    batch = exception_batch(
        exception_row(1),
        exception_row(1, ordinal=1, exception_message="", exception_stacktrace="Ursache: 💥\n\tat x"),
    )
    warehouse.write("exceptions", batch, "batch-1")
    found = warehouse.exceptions(ExceptionFilter(), newest_first=False)
    assert found.schema == EXCEPTION_SCHEMA
    assert found.to_pylist() == batch.to_pylist()


def test_an_empty_warehouse_answers_everything(warehouse: Warehouse) -> None:
    """Before the first batch every question has an empty answer of the right shape."""
    assert warehouse.logs(EVERYTHING).schema == LOG_SCHEMA
    assert warehouse.exceptions(ExceptionFilter()).schema == EXCEPTION_SCHEMA
    assert warehouse.services().num_rows == warehouse.count(EVERYTHING) == 0
    assert list(warehouse.histogram(EVERYTHING, 60)) == []
    assert warehouse.compact() == warehouse.expire(NOON) == 0


@pytest.mark.parametrize("batch", [log_rows(0, 10), over_midnight(), log_rows(0, 0)], ids=["day", "days", "empty"])
def test_a_batch_id_is_written_once(open_warehouse: Open, batch: pa.Table) -> None:
    """A repeat is a no-op that says so: at once, over several days, without rows, and after opening again."""
    warehouse = open_warehouse()
    assert warehouse.write("logs", batch, "batch-1")
    assert not warehouse.write("logs", batch, "batch-1")
    warehouse.close()
    warehouse = open_warehouse()
    assert not warehouse.write("logs", batch, "batch-1")
    assert warehouse.count(EVERYTHING) == batch.num_rows


def test_a_repeat_is_a_no_op_whatever_it_holds(warehouse: Warehouse) -> None:
    """The id decides, not the rows: the first batch under an id is the one that stays."""
    warehouse.write("logs", log_rows(0, 3), "batch-1")
    assert not warehouse.write("logs", log_rows(5, 9), "batch-1")
    assert numbers(warehouse.logs(EVERYTHING, newest_first=False)) == [0, 1, 2]


def test_the_same_rows_under_two_batch_ids_are_two_batches(warehouse: Warehouse) -> None:
    """Nothing is left out because it looks like something else."""
    warehouse.write("logs", log_rows(0, 3), "batch-1")
    assert warehouse.write("logs", log_rows(0, 3), "batch-2")
    assert warehouse.count(EVERYTHING) == 6


def test_the_two_tables_do_not_share_batch_ids(warehouse: Warehouse) -> None:
    """A page's exceptions may be written under the id of the page."""
    assert warehouse.write("logs", log_rows(0, 3), "page-1")
    assert warehouse.write("exceptions", exception_batch(exception_row(1)), "page-1")


def test_rows_outlive_the_process_that_wrote_them(open_warehouse: Open) -> None:
    """What was written is there after closing and opening again."""
    warehouse = open_warehouse()
    warehouse.write("logs", over_midnight(), "batch-1")
    warehouse.close()
    assert numbers(open_warehouse().logs(EVERYTHING, newest_first=False)) == [0, 1, 2, 3, 4, 5]


def test_writers_that_race_with_one_batch_store_it_once(open_warehouse: Open) -> None:
    """Four writers with the same batch at the same moment leave one copy of each row."""
    batch = over_midnight()
    writers = [open_warehouse() for _ in range(4)]
    start = threading.Barrier(4)

    def write(warehouse: Warehouse) -> None:
        start.wait()
        warehouse.write("logs", batch, "batch-1")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(writers[0].logs(EVERYTHING, newest_first=False)) == [0, 1, 2, 3, 4, 5]


def test_a_reader_sees_whole_batches_only(open_warehouse: Open) -> None:
    """While batches over thirty days are written and merged, each is seen with all its rows or not at all."""
    warehouse, reader = open_warehouse(), open_warehouse()
    done = threading.Event()

    def write() -> None:
        for number in range(3):
            rows = (
                log_row(number * 1000 + day, timestamp=NOON + timedelta(days=day), page_id=f"page-{number}")
                for day in range(30)
            )
            warehouse.write("logs", log_batch(*rows), f"batch-{number}")
            warehouse.compact()
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen: set[int] = set()
    while not done.is_set():
        pages = reader.logs(EVERYTHING)["page_id"].value_counts().to_pylist()
        seen.update(page["counts"] for page in pages)
    writer.join()
    assert seen <= {30}
    assert reader.count(EVERYTHING) == 3 * 30


def test_a_null_is_refused(warehouse: Warehouse) -> None:
    """A batch with a null is refused whole, naming the column."""
    nullable = pa.schema([field.with_nullable(True) for field in LOG_SCHEMA])
    batch = pa.Table.from_pylist([log_row(1), log_row(2, body=None)], nullable)
    with pytest.raises(BadInputError, match=r"'body'.* 1 nulls"):
        warehouse.write("logs", batch, "batch-1")
    assert warehouse.count(EVERYTHING) == 0


def test_a_missing_column_is_refused(warehouse: Warehouse) -> None:
    """A batch without an agreed column is refused, naming it."""
    with pytest.raises(BadInputError, match="'body'"):
        warehouse.write("logs", log_rows(0, 2).drop_columns(["body"]), "batch-1")


def test_columns_may_come_in_any_order_and_with_others(warehouse: Warehouse) -> None:
    """Only the agreed columns are stored, whatever stands around them."""
    batch = log_rows(0, 2)
    mixed = batch.select(batch.column_names[::-1]).append_column("extra", pa.array([1, 2]))
    warehouse.write("logs", mixed, "batch-1")
    assert warehouse.logs(EVERYTHING, newest_first=False).to_pylist() == batch.to_pylist()


def test_the_time_of_a_broken_clock_is_moved_into_what_can_be_stored(warehouse: Warehouse) -> None:
    """Years that no engine holds are moved to the ends of 1970..2105, where a window of that year finds them."""
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    warehouse.write("logs", log_batch(log_row(1, timestamp=first), log_row(2), log_row(3, timestamp=last)), "batch-1")
    found = warehouse.logs(EVERYTHING, newest_first=False)
    assert numbers(found) == [1, 2, 3]
    assert [moment.year for moment in found["timestamp"].to_pylist()] == [1970, 2026, 2105]


def test_rows_of_a_page_are_replaced(warehouse: Warehouse) -> None:
    """Reading a page anew leaves its new rows and everybody else's, over all days and merged segments."""
    warehouse.write("logs", over_midnight(), "page-1")
    warehouse.write("logs", log_rows(10, 14, page_id="page-2"), "page-2")
    warehouse.write("logs", log_rows(20, 24, page_id="page-3"), "page-3")
    warehouse.compact()
    anew = log_rows(0, 2, body="read anew", page_id="page-1")
    assert warehouse.replace("logs", anew, "page-1:2", page_ids=["page-1"])
    assert numbers(warehouse.logs(EVERYTHING, newest_first=False)) == [0, 1, 10, 11, 12, 13, 20, 21, 22, 23]
    assert warehouse.count(LogFilter(text='"read anew"')) == 2


def test_replacing_again_is_a_no_op(warehouse: Warehouse) -> None:
    """A repeated replacement says so, and the replaced batch cannot come back under its old id."""
    warehouse.write("logs", log_rows(0, 5), "page-1")
    assert warehouse.replace("logs", log_rows(0, 2), "page-1:2", page_ids=["page-1"])
    assert not warehouse.replace("logs", log_rows(0, 2), "page-1:2", page_ids=["page-1"])
    assert not warehouse.write("logs", log_rows(0, 5), "page-1")
    assert numbers(warehouse.logs(EVERYTHING, newest_first=False)) == [0, 1]


def test_a_page_can_be_replaced_by_nothing(warehouse: Warehouse) -> None:
    """When a page read anew holds no events its old rows go."""
    warehouse.write("exceptions", exception_batch(exception_row(1), exception_row(2)), "page-1")
    warehouse.replace("exceptions", exception_batch(), "page-1:2", page_ids=["page-1"])
    assert warehouse.exceptions(ExceptionFilter()).num_rows == 0


def test_whole_days_expire(warehouse: Warehouse) -> None:
    """Days that ended before the moment go, the day of the moment and later ones stay, also of one batch."""
    warehouse.write("logs", over_midnight(), "batch-1")
    warehouse.write("logs", log_rows(10, 12), "batch-2")
    warehouse.write("exceptions", exception_batch(exception_row(1)), "batch-1")
    assert warehouse.expire(NOON + timedelta(days=2)) > 0
    assert numbers(warehouse.logs(EVERYTHING, newest_first=False)) == [4, 5]
    assert warehouse.exceptions(ExceptionFilter()).num_rows == 0
    assert warehouse.expire(NOON + timedelta(days=2)) == 0


def test_expired_rows_do_not_come_back_with_a_repeat(warehouse: Warehouse) -> None:
    """A batch that is written again after its days were dropped is still a repeat."""
    warehouse.write("logs", log_rows(0, 3), "batch-1")
    warehouse.expire(NOON + timedelta(days=30))
    assert not warehouse.write("logs", log_rows(0, 3), "batch-1")
    assert warehouse.count(EVERYTHING) == 0


def test_compaction_changes_nothing_a_reader_sees(warehouse: Warehouse) -> None:
    """After merging, every answer is the same."""
    for number in range(10):
        warehouse.write("logs", log_rows(number * 10, number * 10 + 10, service_name=f"s{number % 3}"), f"b-{number}")
    before = (warehouse.logs(EVERYTHING), warehouse.histogram(EVERYTHING, 10), warehouse.services().to_pylist())
    warehouse.compact()
    after = (warehouse.logs(EVERYTHING), warehouse.histogram(EVERYTHING, 10), warehouse.services().to_pylist())
    assert after == before
