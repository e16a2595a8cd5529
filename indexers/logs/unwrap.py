"""Takes container and syslog envelopes off lines: CRI, Docker's JSON, journald's JSON, syslog, compose prefixes, ANSI.

What the envelope says (time, stream, host, program, severity) is kept beside the inner text, and lines that a
container runtime cut are joined again. Owns: envelopes. Keeps out: what the inner text means.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs.engine import case, extended, in_parts, literal

# kind -> pattern whose groups, where they are named below, are the envelope's parts and the inner text
_PATTERNS = {
    # https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
    "cri": r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) [FP](?: |$)",
    # https://datatracker.ietf.org/doc/html/rfc5424#section-6
    "syslog5424": r"^<(\d{1,3})>1 (\S+) \S+ (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?\x{FEFF}?((?s).*)$",
    # https://datatracker.ietf.org/doc/html/rfc3164#section-4.1, with and without the priority
    "syslog3164": r"^(?:<(\d{1,3})>)?([A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d) \S+ ([\w./-]+)(?:\[(\d+)\])?: ((?s).*)$",
    # kubectl logs --prefix: [pod/name/container] text
    "kubectl": r"^\[pod/([^/\]\s]+/[^\]\s]+)\] ?((?s).*)$",
    # docker compose: the container's name, padded
    "compose": r"^([A-Za-z0-9][\w.-]*[_-]\d+) +\| ?((?s).*)$",
}
_GROUPS = {
    "syslog5424": ("priority", "given_time", "program", "process", "inner"),
    "syslog3164": ("priority", "given_time", "program", "process", "inner"),
    "kubectl": ("part", "inner"),
    "compose": ("part", "inner"),
}
# https://docs.docker.com/engine/logging/drivers/json-file/: loggers have a key "log" too, but no stream beside it
_DOCKER = r'^\{"log": ?"'
# fields that only journald names so; a message as an array of bytes is its own too
_JOURNAL = r'"(?:__REALTIME_TIMESTAMP|__CURSOR|_SYSTEMD_UNIT)"|"MESSAGE" ?: ?\[ ?\d'
_MONTH_LETTERS = "65, 68, 70, 74, 77, 78, 79, 83"
ANSI = r"\x1b\[[0-9;?]*[ -/]*[@-~]"
EMPTY = ("part", "given_time", "given_severity", "program", "given_version", "given_environment", "unfinished")


def _is(kind: str) -> str:
    return f"regexp_matches(line, {literal(_PATTERNS[kind])})"


_KIND = case(
    {
        f"ascii(line) BETWEEN 48 AND 57 AND {_is('cri')}": "'cri'",
        f"regexp_matches(line, {literal(_DOCKER)}) AND contains(line, '\"stream\":') AND json_valid(line)": "'docker'",
        f"line LIKE '{{%' AND regexp_matches(line, {literal(_JOURNAL)}) AND json_valid(line)": "'journal'",
        f"ascii(line) = 60 AND {_is('syslog5424')}": "'syslog5424'",
        f"ascii(line) IN (60, {_MONTH_LETTERS}) AND {_is('syslog3164')}": "'syslog3164'",
        f"ascii(line) = 91 AND {_is('kubectl')}": "'kubectl'",
        f"contains(left(line, 64), ' | ') AND {_is('compose')}": "'compose'",
    },
    "''",
)


def _json(*names: str) -> str:
    return "coalesce(" + ", ".join(f"json_extract_string(line, '$.{name}')" for name in names) + ", '')"


# RFC 5424's PRI is facility * 8 + severity
_SEVERITY = "coalesce(CAST(TRY_CAST(m.priority AS INTEGER) % 8 AS VARCHAR), '')"
_SYSLOG = {
    "inner": "replace(replace(m.inner, '#012', chr(10)), '#011', chr(9))",
    "part": "m.program || '/' || m.process",
    "given_time": "m.given_time",
    "given_severity": _SEVERITY,
    "program": "m.program",
}
_HEX = "list_transform(from_json(json_extract(line, '$.MESSAGE'), '[\"UTINYINT\"]'), lambda x: printf('%02x', x))"
_BYTES = f"coalesce(TRY(decode(unhex(array_to_string({_HEX}, '')))), {_json('MESSAGE')})"
_COLUMNS: dict[str, dict[str, str]] = {
    "cri": {  # cut at its first three spaces: three times as fast as groups
        "inner": "substr(line, length(split_part(line, ' ', 1)) + 11)",
        "part": "split_part(line, ' ', 2)",
        "given_time": "split_part(line, ' ', 1)",
        "unfinished": "CASE WHEN left(split_part(line, ' ', 3), 1) = 'P' THEN 'P' ELSE '' END",
    },
    "docker": {
        "inner": f"replace(rtrim({_json('log')}, chr(13) || chr(10)), chr(0), '')",
        "part": _json("stream"),
        "given_time": _json("time"),
        # what `--log-opt labels=` and `env=` put beside the line, https://docs.docker.com/engine/logging/drivers/json-file/
        "program": _json("attrs.service", 'attrs."com.docker.compose.service"'),
        "given_version": _json("attrs.version", 'attrs."org.opencontainers.image.version"'),
        "given_environment": _json("attrs.environment", "attrs.env"),
        "unfinished": f"CASE WHEN suffix({_json('log')}, chr(10)) THEN '' ELSE 'P' END",
    },
    "journal": {
        # A message that is not plain printable text (colours are enough) is an array of its bytes.
        "inner": f"CASE WHEN json_type(line, '$.MESSAGE') = 'ARRAY' THEN {_BYTES} ELSE {_json('MESSAGE')} END",
        "part": f"{_json('_SYSTEMD_UNIT', 'SYSLOG_IDENTIFIER')} || '/' || {_json('_PID')}",
        "given_time": _json("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"),
        "given_severity": _json("PRIORITY"),
        "program": f"regexp_replace({_json('_SYSTEMD_UNIT', 'SYSLOG_IDENTIFIER')}, '\\.service$', '')",
    },
    "syslog5424": _SYSLOG,
    "syslog3164": _SYSLOG,
    "kubectl": {"inner": "m.inner", "part": "m.part", "program": "split_part(m.part, '/', 2)"},
    "compose": {"inner": "m.inner", "part": "m.part", "program": "regexp_replace(m.part, '[_-][0-9]+$', '')"},
}


def unwrap(lines: pa.Table) -> pa.Table:
    """`lines` (row, stream, position, timestamp, line) in order of `row`, with text columns in the place of `line`:
    `inner`, and what the envelope says, else "": `part`, `given_time`, `given_severity`, `program`, `given_version`,
    `given_environment` and `unfinished` (the line goes on in the next one of its part)."""
    return in_parts(_unwrapped, lines)


def _unwrapped(lines: pa.Table) -> pa.Table:
    found = extended(lines, {"envelope": _KIND})
    kinds = pc.unique(found["envelope"]).to_pylist()
    if len(kinds) == 1:
        opened = _opened(found, kinds[0])
    else:
        opened = pa.concat_tables([_opened(found.filter(pc.equal(found["envelope"], kind)), kind) for kind in kinds])
        opened = opened.take(np.argsort(opened["row"].to_numpy(), kind="stable"))
    if pc.any(pc.match_substring(opened["inner"], "\x1b")).as_py():
        clean = extended(opened, {"clean": f"regexp_replace(\"inner\", {literal(ANSI)}, '', 'g')"})["clean"]
        opened = opened.set_column(opened.schema.get_field_index("inner"), "inner", clean)
    return opened.drop_columns(["line", "envelope"])


def _opened(picked: pa.Table, kind: str) -> pa.Table:
    if not kind:
        picked = picked.append_column("inner", picked["line"])
        blank = pa.repeat(pa.scalar("", pa.string()), picked.num_rows)
        for name in EMPTY:
            picked = picked.append_column(name, blank)
        return picked
    columns = _COLUMNS[kind]
    wanted = {name: f"coalesce({columns.get(name, chr(39) * 2)}, '')" for name in ("inner", *EMPTY)}
    if kind not in _GROUPS:
        return extended(picked, wanted)
    names = ", ".join(literal(name) for name in _GROUPS[kind])
    return extended(picked, wanted, given={"m": f"regexp_extract(line, {literal(_PATTERNS[kind])}, [{names}])"})
