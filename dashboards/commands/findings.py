"""`firstcause findings FILE`: what the finding rules see in a log; the place to try rules of one's own.

Owns: reading the file in pieces, the output's shape, the table. Keeps out: rules and matching (rca.findings).
"""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboards.commands.templates import pieces
from dashboards.wording import plain

SEVERITY_WIDTH = 10


def findings(file: Path, rules: Sequence[Path], as_json: bool) -> None:
    """Print what the shipped rules, as changed by the files `rules`, find in `file` ("-" is standard input).

    With `as_json` one object: `{"findings": [...], "lines", "events", "rules"}`. Raises BadInputError when the log
    cannot be read or a rules file cannot be used.
    """
    import pyarrow as pa

    from connectors.records import utc_now
    from rca.findings.rules import load_rules
    from rca.findings.scan import scan

    pa.set_cpu_count(1)
    chosen = load_rules(*rules)
    now = utc_now()
    rows, lines, events = _told(file, chosen, now)
    positions = dict(zip(rows["event_id"].to_pylist(), rows["position"].to_pylist(), strict=True))
    found = [_as_json(finding, positions, now) for finding in scan(rows, rules=chosen)]
    if as_json:
        sys.stdout.write(json.dumps({"findings": found, "lines": lines, "events": events, "rules": len(chosen)}) + "\n")
    else:
        sys.stdout.write(_table(found, lines, len(chosen)))


def _told(file: Path, rules: Sequence[Any], now: datetime) -> tuple[Any, int, int]:
    """(rows of the events that a rule may see, lines read, events read); piece by piece, so that little is held.

    A row's position is the number of its first line, from 1.
    """
    import numpy as np
    import pyarrow as pa

    from connectors.records import LOG_SCHEMA, SOURCE_SCHEMA
    from indexers.logs.page import parse_page
    from indexers.logs.templates_rough import lines_of
    from rca.findings.scan import telling_rows

    tables, carry, lines, events = [LOG_SCHEMA.empty_table()], None, 0, 0
    for piece in (*pieces(file), None):
        texts = lines_of(piece or b"")
        source = pa.table(
            [
                pa.repeat(pa.scalar("file"), len(texts)),
                pa.array(np.arange(lines + 1, lines + 1 + len(texts))),
                pa.nulls(len(texts), SOURCE_SCHEMA.field("timestamp").type),
                texts,
            ],
            names=SOURCE_SCHEMA.names,
        ).cast(SOURCE_SCHEMA)
        page = parse_page(
            source, source="file", page_id="", streams={}, observed_at=now, carry=carry, final=piece is None
        )
        carry = page.carry
        lines += len(texts)
        events += page.rows.num_rows
        tables.append(telling_rows(page.rows, rules))
    return pa.concat_tables(tables), lines, events


def _as_json(finding: Any, positions: dict[str, int], now: datetime) -> dict[str, Any]:
    """A finding with the first line of each event that it quotes; times are null where the log prints none."""
    rule = finding.rule
    return {
        "rule": rule.id,
        "topic": rule.topic,
        "title": rule.title,
        "severity": rule.severity,
        "confidence": finding.confidence,
        "count": finding.count,
        "first_at": _time(finding.first_at, now),
        "last_at": _time(finding.last_at, now),
        "seen": "single" if finding.rare else "group",
        "evidence": [
            {"line": positions[shown.event_id], "at": _time(shown.at, now), "quote": shown.quote, "count": shown.count}
            for shown in finding.shown
        ],
        "quick": rule.quick,
        "durable": rule.durable,
        "check": rule.check,
    }


def _time(when: datetime, now: datetime) -> str | None:
    return None if when == now else when.isoformat()


def _table(found: Sequence[dict[str, Any]], lines: int, rules: int) -> str:
    told = [f"{len(found)} of {rules} rules found something in {lines:,} lines."]
    for finding in found:
        times = dict.fromkeys(when for when in (finding["first_at"], finding["last_at"]) if when)
        told += [
            "",
            f"{finding['severity']:<{SEVERITY_WIDTH}}{finding['title']}",
            f"{'':<{SEVERITY_WIDTH}}{finding['rule']}, confidence {finding['confidence']:.0%}, "
            f"{finding['count']:,} event{'s' * (finding['count'] != 1)}{', ' if times else ''}{' to '.join(times)}",
        ]
        for shown in finding["evidence"]:
            often = f"x{shown['count']:,}" if shown["count"] > 1 else ""
            told.append(f"{often:>{SEVERITY_WIDTH - 1}} L{shown['line']} {plain(shown['quote'].strip())}")
        told += [f"{'':<{SEVERITY_WIDTH}}{name}: {finding[name]}" for name in ("quick", "check") if finding[name]]
    return "\n".join(told) + "\n"
