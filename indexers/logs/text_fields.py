"""Values of text events: time, level, logger, thread, ids and key=value parameters of an event's first line.

Owns: where they stand in the usual layouts (Python, log4j, logback, Spring, Rails, glog, syslog, nginx, Apache,
logfmt). Keeps out: JSON (json_fields.py), what times and levels mean.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs import heads
from indexers.logs.attributes import attribute_map
from indexers.logs.engine import case, literal, query, row_by_row

_WORDS = f"{heads.LEVEL}|CONFIG"
_LEVEL = rf"(?:^|[\s\[|(<:\"])({_WORDS})(?:[\s\]|)>:,\"]|$)"
_LOWER = (
    r"(?:\[(?:\w+:)?|\b(?:level|lvl|severity)=\"?|\|\s*)"
    r"(trace|debug|info|notice|warn|warning|error|err|crit|fatal|panic)\b"
)
# How thread and logger stand beside the level: name -> pattern with the groups thread and logger.
_LAYOUTS = {
    # INFO 42 --- [shop] [nio-8080-exec-1] c.e.OrderService  : message
    "spring": rf"(?:{_WORDS}) +\d+ --- (?:\[[^\]]*\] )?\[ *([^\]]*)\] ([\w.$\[\]/-]+) *: ",
    # [main] INFO  c.e.OrderService - message
    "thread_first": rf"\[([^\]]+)\] +(?:{_WORDS}) +([A-Za-z_][\w$.-]*) +- ",
    # 2026-03-01 12:00:00,123 - shop.orders - INFO - message
    "dashes": rf"() - ([\w.]+) - (?:{_WORDS}) - ",
    # INFO:shop.orders:message
    "colons": rf"^(?:{_WORDS}):()([\w.]+):",
    # INFO [worker-1] shop.orders: message / ERROR c.e.OrderService - message
    "level_first": (
        rf"(?:{_WORDS})\]? +(?:\[([^\]]*)\] +)?([A-Za-z_][\w$-]*(?:[.:/][\w$-]+)*|root) *(?:: | - |:\d+ - )"
    ),
}
_SAMPLE = 2_000  # lines looked at to see which layouts a page has at all
_PAIR = r"(?:^|[\s,;(\[{])([A-Za-z_][\w.-]{0,63})=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,;)\]}\"']+)"
_LOGFMT_TIME = rf"(?:level=\S+ )?(?:ts|t|time|timestamp|at)=\"?({heads.ISO}|\d{{10,19}}(?:\.\d+)?)"

_ID_KEYS = {
    "trace_id": r"(?i)\b(?:dd\.)?trace[_.-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-f]{16,32}|\d{6,20})\b",
    "span_id": r"(?i)\b(?:dd\.)?span[_.-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-f]{16}|\d{6,20})\b",
    "request_id": r"(?i)\b(?:x-)?(?:request|req|correlation)[_.-]?id[\"']?\s*[=:]\s*[\"']?([\w-]{4,64})",
}
_HINTS = {
    "trace_id": ("trace", "Trace"),
    "span_id": ("span", "Span"),
    "request_id": ("request", "Request", "req_", "correlation", "Correlation"),
}
_TIMES = {**heads.TEXT_HEADS, **heads.COMPLETE_HEADS, "logfmt": _LOGFMT_TIME}


def fields(events: pa.Table) -> pa.Table:
    """`events` (with `head`) plus text columns `time`, `level`, `scope_name`, the ids, and `attributes`."""
    ids = ", ".join(f"{_identity(name)} AS {name}" for name in _ID_KEYS)
    found = row_by_row(
        f"SELECT * EXCLUDE (layout), {_time(events)} AS time, coalesce(layout.logger, '') AS scope_name, "
        f"coalesce(layout.thread, '') AS thread, {_level()} AS level, {ids} "
        f"FROM (SELECT *, {_layout(events)} AS layout FROM lines)",
        events,
    )
    return _with_pairs(found)


def _time(events: pa.Table) -> str:
    """SQL for the time at the beginning of a line; only forms that occur are looked for."""
    which = case({f"regexp_matches(head, {literal('^' + form)})": literal(name) for name, form in _TIMES.items()}, "''")
    present = query(f"SELECT DISTINCT {which} AS form FROM events", events=events)["form"].to_pylist()
    forms = {name: form for name, form in _TIMES.items() if name in present}
    if not forms:
        return "''"
    # Two forms never begin alike, so the first that gives something is the one.
    texts = [f"nullif(regexp_extract(left(head, 160), {literal('^' + form)}, 1), '')" for form in forms.values()]
    return f"coalesce({', '.join(texts)}, '')"


def _layout(events: pa.Table) -> str:
    """SQL for {thread, logger}; layouts that an even sample of the lines does not show are not looked for."""
    step = max(1, events.num_rows // _SAMPLE)
    sample = events.select(["head"]).take(pa.array(np.arange(0, events.num_rows, step)))
    counts = ", ".join(f"count_if({_matches(pattern)}) AS {name}" for name, pattern in _LAYOUTS.items())
    seen = query(f"SELECT {counts} FROM sample", sample=sample).to_pylist()[0]
    names = [name for name in sorted(_LAYOUTS, key=lambda name: -seen[name]) if seen[name]]
    branches = {f"{_groups(_LAYOUTS[name])}.logger <> ''": _groups(_LAYOUTS[name]) for name in names}
    nothing = "NULL::STRUCT(thread VARCHAR, logger VARCHAR)"
    return case(branches, nothing) if branches else nothing


def _matches(pattern: str) -> str:
    return f"regexp_matches(left(head, 240), {literal(pattern)})"


def _groups(pattern: str) -> str:
    return f"regexp_extract(left(head, 240), {literal(pattern)}, ['thread', 'logger'])"


def _level() -> str:
    start = "left(head, 200)"
    word = f"nullif(regexp_extract({start}, {literal(_LEVEL)}, 1), '')"
    return case(
        {"regexp_matches(head, '^[IWEF][0-9]{4} ')": "left(head, 1)"},
        f"coalesce({word}, regexp_extract({start}, {literal(_LOWER)}, 1))",
    )


def _identity(name: str) -> str:
    pattern = literal(_ID_KEYS[name])
    hinted = " OR ".join(f"contains(head, '{word}')" for word in _HINTS[name])
    return f"CASE WHEN {hinted} THEN regexp_extract(head, {pattern}, 1) ELSE '' END"


def _with_pairs(found: pa.Table) -> pa.Table:
    """Adds `attributes`: the thread, and every key=value of the first line."""
    rows = len(found)
    pairs = None
    if pc.any(pc.match_substring(found["head"], "=")).as_py():
        pairs = row_by_row(
            f"SELECT regexp_extract_all(head, {literal(_PAIR)}) AS pairs FROM lines", found.select(["head"])
        )
    row, keys, values = np.empty(0, dtype=np.int64), pa.array([], pa.string()), pa.array([], pa.string())
    if pairs is not None:
        lists = pairs["pairs"].combine_chunks()
        row = np.repeat(np.arange(rows), pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False))
        flat = pc.extract_regex(pc.list_flatten(lists), r"^[\s,;(\[{]?(?P<key>[^=]+)=[\"']?(?P<value>(?s:.*?))[\"']?$")
        keys, values = pc.struct_field(flat, "key"), pc.struct_field(flat, "value")
    threads = found["thread"].combine_chunks()
    with_thread = np.flatnonzero(pc.not_equal(threads, "").to_numpy(zero_copy_only=False))
    if len(with_thread):
        name = pa.repeat(pa.scalar("thread.name", pa.string()), len(with_thread))
        row = np.concatenate((row, with_thread))
        order = np.argsort(row, kind="stable")
        keys = pa.concat_arrays([keys, name]).take(pa.array(order))
        values = pa.concat_arrays([values, threads.take(pa.array(with_thread))]).take(pa.array(order))
        row = row[order]
    return found.append_column("attributes", attribute_map(rows, row, keys, values)).drop_columns(["thread"])
