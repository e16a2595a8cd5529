"""The whole ingest path on one file of mixed lines: read, archive, parse, store, then extract and cluster."""

import tempfile
import time
from pathlib import Path

from flows.settings import Settings, SourceSettings
from flows.steps.cluster import cluster_pages
from flows.steps.pull import pull
from flows.wiring import Workspace

TRACE = """2026-03-01 12:00:{s:02d},{ms:03d} ERROR [worker-{n}] shop.orders: order {n} failed
Traceback (most recent call last):
  File "/app/shop/orders.py", line 41, in place
    total = price * quantity
TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
"""


def write_log(path: Path, lines: int) -> None:
    """A log of about `lines` lines: plain, JSON and access lines, a stack trace every 500 lines."""
    with path.open("w", encoding="utf8") as file:
        for n in range(0, lines, 4):
            s, ms = n // 1000 % 60, n % 1000
            file.write(
                f"2026-03-01 12:00:{s:02d},{ms:03d} INFO [worker-{n % 8}] shop.orders: order {n} accepted in {ms} ms\n"
                f'{{"ts":"2026-03-01T12:00:{s:02d}.{ms:03d}Z","level":"info","msg":"checked","sku":"A-{n % 97}"}}\n'
                f'10.0.0.{n % 250} - - [01/Mar/2026:12:00:{s:02d} +0000] "GET /orders/{n} HTTP/1.1" 200 {ms}\n'
                f"2026-03-01T12:00:{s:02d}.{ms:03d}Z DEBUG cache hit key=user:{n} trace_id={n:032x}\n"
            )
            if n % 500 == 0:
                file.write(TRACE.format(s=s, ms=ms, n=n))


def measure(lines: int) -> dict[str, float]:
    """Lines a second of the path from file to queryable rows, and exceptions clustered a second."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "app.log")
        write_log(log, lines)
        source = SourceSettings(name="bench", url=log.as_uri(), service="shop", environment="bench", version="1")
        settings = Settings(state_dir=Path(folder, "state"), sources=(source,), embeddings="none")
        with Workspace(settings) as workspace:
            started = time.perf_counter()
            pulled = pull(workspace, workspace.source(source), final=True)
            stored = time.perf_counter()
            clustered = cluster_pages(workspace)
            done = time.perf_counter()
    return {
        "lines": pulled.lines,
        "lines a second, file to rows": pulled.lines / (stored - started),
        "lines a second, file to clusters": pulled.lines / (done - started),
        "exceptions a second": clustered.exceptions / max(done - stored, 1e-9),
    }
