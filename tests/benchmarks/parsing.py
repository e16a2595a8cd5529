"""Reading a log file and parsing its lines into rows, by format, without storing them."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from connectors.records import TimeWindow, utc_now
from connectors.sources.file import open_file_source
from indexers.logs.page import parse_page

FORMATS = {
    "plain": "2026-03-01 12:00:{s:02d},{ms:03d} INFO [worker-{w}] shop.orders: order {n} accepted in {ms} ms\n",
    "json": '{{"ts":"2026-03-01T12:00:{s:02d}.{ms:03d}Z","level":"info","msg":"checked {n}","sku":"A{w}","n":{n}}}\n',
    "cri": "2026-03-01T12:00:{s:02d}.{ms:03d}Z stdout F INFO [worker-{w}] shop.orders: order {n} accepted\n",
    "logfmt": 'ts=2026-03-01T12:00:{s:02d}.{ms:03d}Z level=info msg="order {n} accepted" worker={w} took={ms}ms\n',
    "access": '10.0.0.{w} - - [01/Mar/2026:12:00:{s:02d} +0000] "GET /orders/{n} HTTP/1.1" 200 {ms}\n',
}


def measure(lines: int) -> dict[str, float]:
    """Lines a second of reading and parsing, for each format."""
    figures = {}
    now = utc_now()
    with tempfile.TemporaryDirectory() as folder:
        for name, form in FORMATS.items():
            path = Path(folder, f"{name}.log")
            path.write_text("".join(form.format(n=n, s=n % 60, ms=n % 1000, w=n % 97) for n in range(lines)))
            started = time.perf_counter()
            source = open_file_source(path.as_uri(), name="bench", resource={"service.name": "shop"})
            rows = 0
            for page in source.pages(TimeWindow(now - timedelta(days=1), now), None):
                parsed = parse_page(
                    page.lines,
                    source="bench",
                    page_id="p",
                    streams=page.streams,
                    observed_at=now,
                    carry=None,
                    final=True,
                )
                rows += parsed.rows.num_rows
            figures[f"{name}, lines a second"] = rows / (time.perf_counter() - started)
    return figures
