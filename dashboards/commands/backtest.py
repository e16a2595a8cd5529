"""`firstcause backtest-grouping`: what would merge and split under another strategy or rules. Changes nothing.

Owns what is replayed and how the answer looks. Keeps out: the comparison (indexers.exceptions.backtest).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from connectors.warehouse import ExceptionFilter
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Paper, write_json
from flows.wiring import Workspace
from indexers.exceptions.backtest import Change, Replay, Sample, replay
from indexers.exceptions.tables import clusters

_SHOWN = 20  # changes of a kind on paper; JSON has all
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as given. Without `rules` the configured ones are used; `events` of the newest are read again."""

    strategy: str
    rules: tuple[Path, ...]
    events: int


def backtest(asked: Asked, as_json: bool) -> None:
    """Replay what is stored and print what would change. Raises BadInputError for a wrong strategy or rule."""
    from flows.steps.reading import reader_with
    from indexers.exceptions.constraints import in_force
    from indexers.exceptions.grouping_rules import load_rules

    with workspace() as opened:
        grouping = opened.settings.grouping
        rules = load_rules(asked.rules or grouping.rules)
        reader = reader_with(opened, asked.strategy or grouping.strategy, rules)
        with opened.database.read() as connection:
            found = replay(_samples(opened, connection, asked.events), reader, in_force(connection))
            titles = _titles(connection, found)
    if as_json:
        write_json(orjson.dumps(_shape(found, titles), option=orjson.OPT_INDENT_2).decode())
    else:
        _print(found, titles)


def _samples(opened: Workspace, connection: sa.Connection, events: int) -> Iterator[Sample]:
    from indexers.exceptions.backtest_samples import event_samples, stored_samples

    newest = opened.warehouse.exceptions(ExceptionFilter(), limit=events) if events else None
    return chain(stored_samples(connection), event_samples(connection, newest) if newest is not None else ())


def _titles(connection: sa.Connection, found: Replay) -> dict[str, str]:
    changes = (*found.merges, *found.splits, *found.conflicts)
    names = sorted({side.cluster_id for change in changes for side in change.sides})
    titles: dict[str, str] = {}
    for start in range(0, len(names), _CHUNK):
        select = sa.select(clusters.c.cluster_id, clusters.c.title)
        some = clusters.c.cluster_id.in_(names[start : start + _CHUNK])
        titles |= {row.cluster_id: row.title for row in connection.execute(select.where(some))}
    return titles


def _shape(found: Replay, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "strategy": found.strategy,
        "traces": found.samples,
        "clusters": found.clusters,
        "groups": found.groups,
        "unchanged": found.unchanged,
        "seconds": round(found.seconds, 3),
        "merges": [_change(change, titles) for change in found.merges],
        "splits": [_change(change, titles) for change in found.splits],
        "conflicts": [_change(change, titles) for change in found.conflicts],
    }


def _change(change: Change, titles: Mapping[str, str]) -> dict[str, Any]:
    sides = [
        {
            "cluster": side.cluster_id,
            "title": titles.get(side.cluster_id, ""),
            "group": side.group,
            "count": side.count,
            "fingerprints": side.fingerprints,
            "example": side.example,
        }
        for side in change.sides
    ]
    return {"kind": change.kind, "count": change.count, "why": change.why, "conflict": change.conflict, "sides": sides}


def _print(found: Replay, titles: Mapping[str, str]) -> None:
    paper = Paper()
    paper.say(
        f"{found.samples:,} stored traces of {found.clusters:,} clusters under {found.strategy}: {found.groups:,} "
        f"groups, {found.unchanged:,} clusters as they are ({found.seconds:.1f} s). Nothing was changed."
    )
    for head, changes in (
        ("Would be one cluster", found.merges),
        ("Would be several clusters", found.splits),
        ("People decided otherwise, and that stands", found.conflicts),
    ):
        _print_changes(paper, head, changes, titles)


def _print_changes(paper: Paper, head: str, changes: Sequence[Change], titles: Mapping[str, str]) -> None:
    if not changes:
        return
    paper.say()
    paper.head(f"{head} ({len(changes)})")
    for change in changes[:_SHOWN]:
        paper.say()
        paper.say(change.why + (f" [{change.conflict}]" if change.conflict else ""))
        for side in change.sides[:_SHOWN]:
            name = side.cluster_id[:8] if change.kind == "merge" else f"{side.cluster_id[:8]} as {side.group[:8]}"
            paper.say(f"{side.count:8,d}  {name}  {titles.get(side.cluster_id, '')}", indent=2)
    if len(changes) > _SHOWN:
        paper.say(f"... and {len(changes) - _SHOWN} more; --json has all of them.")
