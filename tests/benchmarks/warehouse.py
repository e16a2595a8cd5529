"""How fast the warehouses write, merge and answer at a given number of rows. Measurements, no pass or fail.

Owns: what is asked and how it is timed. Keeps out: the sample (warehouse_rows.py), printing.
"""

import itertools
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from connectors.database import Database
from connectors.records import TimeWindow
from connectors.warehouse import LogFilter, Warehouse
from connectors.warehouse.clickhouse import open_clickhouse
from connectors.warehouse.lake import Lake
from connectors.warehouse.lake_segments import batches, segments
from tests.benchmarks.warehouse_rows import START, STEP_US, sample, trace_of

PAGE_ROWS = 50_000  # of one source page
REPEATS = 3


def measure(rows: int) -> dict[str, float]:
    """Figures of the lake with this many rows, by name: rows a second, milliseconds (`_ms`), bytes a row.

    `scattered` queries run over the segments as they were written, a page each; the others after compaction.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/metadata.db")
        with database.write() as connection:
            segments.create(connection)
            batches.create(connection)
        lake = Lake(Path(folder) / "lake", database)
        figures = {"write_rows_per_second": rows / _filled(lake, rows)}
        figures["scattered_segments"] = float(len(lake.segments("logs")))
        figures |= {f"scattered_{name}": value for name, value in _latencies(lake, rows).items()}
        begun = time.perf_counter()
        lake.compact()
        figures["compact_rows_per_second"] = rows / (time.perf_counter() - begun)
        live = lake.segments("logs")
        figures["segments"] = float(len(live))
        figures["bytes_per_row"] = sum(segment.bytes for segment in live) / rows
        figures |= _latencies(lake, rows)
        lake.close()
        database.close()
    return figures


def measure_clickhouse(rows: int, url: str = "") -> dict[str, float]:
    """The same figures of ClickHouse: of the server at `url`, else of the engine in this process (chdb)."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = open_clickhouse(url or f"chdb://{folder}/chdb")
        figures = {"write_rows_per_second": rows / _filled(warehouse, rows), **_latencies(warehouse, rows)}
        warehouse.close()
    return figures


def _filled(warehouse: Warehouse, rows: int) -> float:
    """Seconds spent in writing, the making of rows left out."""
    spent = 0.0
    for first in range(0, rows, PAGE_ROWS):
        batch = sample(min(PAGE_ROWS, rows - first), first)
        begun = time.perf_counter()
        warehouse.write("logs", batch, f"benchmark-{first}")
        spent += time.perf_counter() - begun
    return spent


def _latencies(warehouse: Warehouse, rows: int) -> dict[str, float]:
    middle = START + timedelta(microseconds=rows // 2 * STEP_US)
    hour = TimeWindow(middle, middle + timedelta(hours=1))
    everything = LogFilter()
    page = LogFilter(page_ids=(f"page-{rows // 2 // 100_000}",), may_hold_exception=True)
    # A new id each time, as nobody asks for the same trace twice.
    traces = (trace_of(number) for number in itertools.count(rows // 3, 1000))
    questions: dict[str, Callable[[], object]] = {
        "histogram_ms": lambda: warehouse.histogram(everything, 60),
        "histogram_hour_ms": lambda: warehouse.histogram(LogFilter(window=hour), 60),
        "count_errors_ms": lambda: warehouse.count(LogFilter(min_severity=17)),
        "newest_errors_of_service_ms": lambda: warehouse.logs(
            LogFilter(services=("payment",), min_severity=17), limit=100
        ),
        "newest_ms": lambda: warehouse.logs(everything, limit=100),
        "trace_ms": lambda: warehouse.logs(LogFilter(trace_id=next(traces)), newest_first=False),
        "text_rare_ms": lambda: warehouse.logs(LogFilter(text='"order 4711 in 42"'), limit=100),
        "text_common_count_ms": lambda: warehouse.count(LogFilter(text="declined")),
        "text_hour_ms": lambda: warehouse.logs(LogFilter(window=hour, text="DECLINED"), limit=100),
        "page_candidates_ms": lambda: warehouse.logs(page, newest_first=False),
        "services_ms": warehouse.services,
    }
    return {name: _best_ms(question) for name, question in questions.items()}


def _best_ms(question: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        begun = time.perf_counter()
        question()
        best = min(best, time.perf_counter() - begun)
    return best * 1000
