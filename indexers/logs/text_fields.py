"""Values of text events: time, level, logger, thread, ids and key=value parameters of an event's first line.

Owns: where they stand in the usual layouts (Python, log4j, logback, Spring, Rails, glog, syslog, nginx, Apache,
logfmt). Keeps out: JSON (json_fields.py), what times and levels mean.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs import heads
from indexers.logs.attributes import attribute_map
from indexers.logs.engine import case, literal, query

_WORDS = f"{heads.LEVEL}|CONFIG"
_LEVEL = rf"(?:^|[\s\[|(<:\"])({_WORDS})(?:[\s\]|)>:,\"]|$)"
_LOWER = (
    r"(?:\[(?:\w+:)?|\b(?:level|lvl|severity)=\"?|\|\s*)"
    r"(trace|debug|info|notice|warn|warning|error|err|crit|fatal|panic)\b"
)
_SPRING = rf"(?:{_WORDS}) +\d+ --- (?:\[[^\]]*\] )?\[ *([^\]]*)\] ([\w.$\[\]/-]+) *: "
_LEVEL_FIRST = rf"(?:{_WORDS})\]? +(?:\[([^\]]*)\] +)?([A-Za-z_][\w$-]*(?:[.:/][\w$-]+)*|root) *(?:: | - |:\d+ - )"
_THREAD_FIRST = rf"\[([^\]]+)\] +(?:{_WORDS}) +([A-Za-z_][\w$.-]*) +- "
_PYTHON = rf"() - ([\w.]+) - (?:{_WORDS}) - "
_COLONS = rf"^(?:{_WORDS}):()([\w.]+):"
_LAYOUTS = (_SPRING, _THREAD_FIRST, _PYTHON, _COLONS, _LEVEL_FIRST)
_PAIR = r"(?:^|[\s,;(\[{])([A-Za-z_][\w.-]{0,63})=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,;)\]}\"']+)"
_LOGFMT_TIME = rf"(?:level=\S+ )?(?:ts|t|time|timestamp|at)=\"?({heads.ISO}|\d{{10,19}}(?:\.\d+)?)"

_ID_KEYS = {
    "trace_id": r"(?i)\b(?:dd\.)?trace[_.-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-f]{16,32}|\d{6,20})\b",
    "span_id": r"(?i)\b(?:dd\.)?span[_.-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-f]{16}|\d{6,20})\b",
    "request_id": r"(?i)\b(?:x-)?(?:request|req|correlation)[_.-]?id[\"']?\s*[=:]\s*[\"']?([\w-]{4,64})",
}
_HINTS = {"trace_id": "trace", "span_id": "span", "request_id": "id"}


def fields(events: pa.Table) -> pa.Table:
    """`events` (with `head`) plus text columns `time`, `level`, `scope_name`, the ids, and `attributes`."""
    table = {**heads.TEXT_HEADS, **heads.COMPLETE_HEADS, "logfmt": _LOGFMT_TIME}
    names = "[" + ", ".join(literal(name) for name in table) + "]"
    pattern = literal("^(?:" + "|".join(table.values()) + ")")
    time = " || ".join(f"m.{name}" for name in table)
    layout = case({f"{_layout(pattern)}.logger <> ''": _layout(pattern) for pattern in _LAYOUTS}, "NULL")
    ids = ", ".join(f"{_identity(name)} AS {name}" for name in _ID_KEYS)
    found = query(
        f"SELECT * EXCLUDE (m, layout), {time} AS time, coalesce(layout.logger, '') AS scope_name, "
        f"coalesce(layout.thread, '') AS thread, {_level()} AS level, {ids} "
        f"FROM (SELECT *, regexp_extract(left(head, 160), {pattern}, {names}) AS m, {layout} AS layout FROM events)",
        events=events,
    )
    return _with_pairs(found)


def _layout(pattern: str) -> str:
    return f"regexp_extract(left(head, 240), {literal(pattern)}, ['thread', 'logger'])"


def _level() -> str:
    start = "left(head, 200)"
    return case(
        {
            "regexp_matches(head, '^[IWEF][0-9]{4} ')": "left(head, 1)",
            f"regexp_matches({start}, {literal(_LEVEL)})": f"regexp_extract({start}, {literal(_LEVEL)}, 1)",
        },
        f"regexp_extract({start}, {literal(_LOWER)}, 1)",
    )


def _identity(name: str) -> str:
    pattern = literal(_ID_KEYS[name])
    return f"CASE WHEN contains(lower(head), '{_HINTS[name]}') THEN regexp_extract(head, {pattern}, 1) ELSE '' END"


def _with_pairs(found: pa.Table) -> pa.Table:
    """Adds `attributes`: the thread, and every key=value of the first line."""
    rows = len(found)
    pairs = (
        query(
            f"SELECT row_number() OVER () - 1 AS row, regexp_extract_all(head, {literal(_PAIR)}) AS pairs "
            "FROM (SELECT head FROM found)",
            found=found.select(["head"]),
        )
        if pc.any(pc.match_substring(found["head"], "=")).as_py()
        else None
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
