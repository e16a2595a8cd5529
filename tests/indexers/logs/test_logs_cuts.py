"""A page is an accident of reading: wherever a stream is cut into pages, the same events come out."""

import json
from itertools import pairwise

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.indexers.logs.parsing import page, raw

CRI = "2026-03-01T12:00:00.123456789Z"
# What the lines of a stream are made of: heads, continuations, orphans, whole events, cut lines in envelopes.
PIECES = [
    "2026-03-01 12:00:00,000 INFO [w] shop: fine",
    "2026-03-01 12:00:01,000 ERROR [w] shop: failed",
    "ERROR:root:no time here",
    "Traceback (most recent call last):",
    '  File "/app/a.py", line 3, in f',
    "ValueError: x",
    "During handling of the above exception, another exception occurred:",
    'Exception in thread "main" java.lang.IllegalStateException: no',
    "\tat shop.A.b(A.java:12)",
    "\t... 3 more",
    "Caused by: java.io.IOException: z",
    "panic: boom",
    "goroutine 1 [running]:",
    "a line that says nothing of itself",
    "",
    "   ",
    '{"ts":"2026-03-01T12:00:02Z","level":"error","msg":"whole"}',
    '{"msg":"no time"}',
    '10.0.0.1 - - [01/Mar/2026:12:00:03 +0000] "GET / HTTP/1.1" 200 17',
    f"{CRI} stdout P the first half and ",
    f"{CRI} stdout F the second half",
    f"{CRI} stderr F Traceback (most recent call last):",
    f"{CRI} stderr F ValueError: on the other pipe",
    json.dumps({"log": "docker's first half, ", "stream": "stdout", "time": CRI}),
    json.dumps({"log": "docker's second half\n", "stream": "stdout", "time": CRI}),
    "web-1  | 2026-03-01 12:00:04,000 WARN composed",
    "web-1  | \tat shop.A.b(A.java:12)",
    "<134>Mar  1 12:00:05 host app[42]: from syslog#012  in two lines#012",
]
STREAMS = ("a.log", "b.log")
COLUMNS = ["event_id", "stream", "position", "timestamp", "severity_number", "service_name", "body"]


def interleaved(choices: list[tuple[int, str]]) -> pa.Table:
    """Lines of two streams as they would stand in one page."""
    own = {name: raw([line for at, line in choices if STREAMS[at] == name], name) for name in STREAMS}
    taken = dict.fromkeys(STREAMS, 0)
    rows = []
    for at, _ in choices:
        rows.append(own[STREAMS[at]].slice(taken[STREAMS[at]], 1))
        taken[STREAMS[at]] += 1
    return pa.concat_tables(rows) if rows else raw([])


def parsed(lines: pa.Table, cuts: list[int]) -> list[dict[str, object]]:
    """All rows of `lines` when they come in pages cut at `cuts`."""
    borders = [0, *sorted(min(cut, lines.num_rows) for cut in cuts), lines.num_rows]
    tables, carry = [], None
    for number, (start, end) in enumerate(pairwise(borders)):
        last = number == len(borders) - 2
        found = page(lines.slice(start, end - start), carry=carry, final=last)
        tables.append(found.rows)
        carry = found.carry
    assert carry is None
    rows: list[dict[str, object]] = pa.concat_tables(tables).select(COLUMNS).sort_by("event_id").to_pylist()
    return rows


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from(PIECES)), max_size=40),
    st.lists(st.integers(0, 40), min_size=1, max_size=4),
)
def test_pages_cut_anywhere_give_the_rows_of_one_page(choices: list[tuple[int, str]], cuts: list[int]) -> None:
    """Two interleaved streams of anything, in up to five pages: the same ids, times, levels and texts."""
    lines = interleaved(choices)
    assert parsed(lines, cuts) == parsed(lines, [])
