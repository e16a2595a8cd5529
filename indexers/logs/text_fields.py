"""Values of text events: time, level, logger, thread, ids and key=value parameters of an event's first line.

Owns: where they stand in the usual layouts (Python, log4j, logback, Spring, Rails, glog, syslog, nginx, Apache,
logfmt). Keeps out: JSON (json_fields.py), what times and levels mean.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs import heads
from indexers.logs.attributes import attribute_map
from indexers.logs.engine import case, extended, literal, query
from indexers.logs.pairs import pairs
from indexers.logs.shapes import found_in, shapes_of

WIDTH = 160  # bytes of a line in which its time, level, thread and logger stand
_WORDS = f"{heads.LEVEL}|CONFIG"
_LEVEL = rf"(?:^|[\s\[|(<:\"])({_WORDS})(?:[\s\]|)>:,\"/]|$)"
_LOWER = (
    r"(?:\[(?:\w+:)?|\b(?:level|lvl|severity)=\"?|\|\s*)"
    r"(trace|debug|info|notice|warn|warning|error|err|crit|fatal|panic)\b"
)
_NAME = r"[A-Za-z_][\w$-]*(?:[.:/][\w$-]+)*"
# How thread and logger stand beside the level: name -> (before, thread, between, logger, behind); the first that fits.
_LAYOUTS = {
    # INFO [shop,trace,span] 42 --- [shop] [nio-8080-exec-1] c.e.OrderService  : message
    "spring": (
        rf"(?:{_WORDS}) +(?:\[[^\]]*\] +)?\d+ --- (?:\[[^\]]*\] )?\[ *",
        r"[^\]]*",
        r"\] ",
        r"[\w.$\[\]/-]+",
        " *: ",
    ),
    # [main] INFO  c.e.OrderService - message
    "thread_first": (r"\[", r"[^\]]+", rf"\] +(?:{_WORDS}) +", r"[A-Za-z_][\w$.-]*", " +- "),
    # 2026-03-01 12:00:00,123 - shop.orders - INFO - message
    "dashes": (" - ", "", "", r"[\w.]+", rf" - (?:{_WORDS}) - "),
    # 2026-03-01 12:00:00.123 | INFO     | shop.orders:place:42 - message
    "bars": (rf"\| (?:{_WORDS}) +\| ", "", "", r"[\w.]+", r":[\w<>]+:\d+ - "),
    # INFO [worker-1] shop.orders: message
    "level_thread": (rf"(?:{_WORDS})\]? +\[", r"[^\]]*", r"\] +", _NAME, r" *(?:: | - |:\d+ - )"),
    # ERROR c.e.OrderService - message
    "level_first": (rf"(?:{_WORDS})\]? +", "", "", _NAME, r" *(?:: | - |:\d+ - )"),
    # INFO:shop.orders:message
    "colons": (rf"\A(?:{_WORDS}):", "", "", r"[\w.]+", ":"),
}
_LOGFMT_TIME = rf"(?:level=\S+ )?(?:ts|t|time|timestamp|at)=\"?({heads.ISO}|\d{{10,19}}(?:\.\d+)?)"

_ID_KEYS = {
    "trace_id": r"(?i)\b(?:dd\.)?trace[_.-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-f]{16,32}|\d{6,20})\b",
    "span_id": r"(?i)\b(?:dd\.)?span[_.-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-f]{16}|\d{6,20})\b",
    "request_id": r"(?i)\b(?:x-)?(?:request|req|correlation)[_.-]?id[\"']?\s*[=:]\s*[\"']?([\w-]{4,64})",
}
# What a line that holds such an id is bound to hold.
_HINTS = {"trace_id": ("race",), "span_id": ("pan",), "request_id": ("equest", "req_", "req-", "req.", "orrelation")}
_TIMES = {**heads.TEXT_HEADS, **heads.COMPLETE_HEADS, "logfmt": _LOGFMT_TIME}


def fields(events: pa.Table) -> pa.Table:
    """`events` (with `head`) plus text columns `time`, `level`, `scope_name`, the ids, and `attributes`."""
    head = events["head"].combine_chunks()
    shapes = shapes_of(head, WIDTH)
    ways = query(
        f"SELECT {_WAYS} FROM (SELECT *, {_TIME} AS time, {_LAYOUT} AS m FROM lines)",
        lines=pa.table({"head": shapes.distinct}),
    )
    for name in ("time", "level", "scope_name", "thread"):
        found, starts = (ways[column].combine_chunks() for column in (name, f"{name}_start"))
        events = events.append_column(name, found_in(head, shapes, found, starts))
    return _with_pairs(_with_ids(events, head))


def _layout() -> str:
    """SQL for {lead, thread, between, logger}."""
    names = "['lead', 'thread', 'between', 'logger']"
    patterns = (
        literal(f"^((?s:.*?){before})({thread})({between})({logger}){behind}")
        for before, thread, between, logger, behind in _LAYOUTS.values()
    )
    extracted = [f"regexp_extract(head, {pattern}, {names})" for pattern in patterns]
    return case({f"{found}.logger <> ''": found for found in extracted[:-1]}, extracted[-1])


def _time() -> str:
    """SQL for the time at the beginning of a line; two forms never begin alike."""
    texts = [f"nullif(regexp_extract(head, {literal('^' + form)}, 1), '')" for form in _TIMES.values()]
    return f"coalesce({', '.join(texts)}, '')"


def _level() -> str:
    word = f"nullif(regexp_extract(head, {literal(_LEVEL)}, 1), '')"
    return case(
        {"regexp_matches(head, '^[IWEF]0000 ')": "left(head, 1)"},
        f"coalesce({word}, regexp_extract(head, {literal(_LOWER)}, 1))",
    )


_TIME, _LAYOUT = _time(), _layout()
# What is found in a shape and at which byte; levels hold no digits, so theirs does not matter.
_WAYS = (
    f"time, strpos(head, time) - 1 AS time_start, {_level()} AS level, 0::BIGINT AS level_start, "
    "m.thread AS thread, length(m.lead) AS thread_start, "
    "m.logger AS scope_name, length(m.lead) + length(m.thread) + length(m.between) AS scope_name_start"
)


def _with_ids(events: pa.Table, head: pa.Array) -> pa.Table:
    data = head.buffers()[2]
    text = bytes(data) if data is not None else b""
    present = [name for name, words in _HINTS.items() if any(word.encode() in text for word in words)]
    blank = pa.repeat(pa.scalar("", pa.string()), events.num_rows)
    for name in _ID_KEYS:
        if name not in present:
            events = events.append_column(name, blank)
    return extended(events, {name: _identity(name) for name in present}) if present else events


def _identity(name: str) -> str:
    pattern = literal(_ID_KEYS[name])
    hinted = " OR ".join(f"contains(head, '{word}')" for word in _HINTS[name])
    return f"CASE WHEN {hinted} THEN regexp_extract(head, {pattern}, 1) ELSE '' END"


def _with_pairs(events: pa.Table) -> pa.Table:
    """Adds `attributes`: the thread, and every key=value of the first line."""
    row, keys, values = pairs(events["head"].combine_chunks())
    threads = events["thread"].combine_chunks()
    with_thread = np.flatnonzero(pc.not_equal(threads, "").to_numpy(zero_copy_only=False))
    if len(with_thread):
        name = pa.repeat(pa.scalar("thread.name", pa.string()), len(with_thread))
        row = np.concatenate((row, with_thread))
        order = np.argsort(row, kind="stable")
        keys = pa.concat_arrays([keys, name]).take(pa.array(order))
        values = pa.concat_arrays([values, threads.take(pa.array(with_thread))]).take(pa.array(order))
        row = row[order]
    return events.append_column("attributes", attribute_map(events.num_rows, row, keys, values)).drop_columns(
        ["thread"]
    )
