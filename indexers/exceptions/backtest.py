"""Replays stored exceptions under another strategy or other rules, and says what would merge and split.

Nothing is changed by it. Known fingerprints stay in their clusters when the rules change (`reading.known_as`), so this
is about what is met from then on: which faults would have been one cluster, or several. What people merged or split
stands above every rule; where they contradict the replay, that is said. One pass; of each new fingerprint one
signature is kept, never the texts. Keeps out: where samples come from (backtest_samples.py).
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from indexers.exceptions.backtest_words import why_one, why_two
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.constraints import Constraints
from indexers.exceptions.fingerprint import Fingerprint
from indexers.exceptions.reading import TraceReader
from indexers.exceptions.similarity import Signature, nearest, signature


@dataclass(frozen=True, slots=True)
class Sample:
    """One stored exception: where it is now, how often it was seen (0: counted with another sample), its chain."""

    fingerprint: Fingerprint
    cluster_id: str
    home: str
    count: int
    chain: tuple[ExceptionRecord, ...]
    service: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One cluster of a merge, or what one new group takes of a split cluster; with a stored fingerprint as example."""

    cluster_id: str
    group: str
    count: int
    fingerprints: int
    example: str


@dataclass(frozen=True, slots=True)
class Change:
    """Clusters that become one, or one that becomes several. `conflict`: people decided otherwise, and that stands."""

    kind: Literal["merge", "split"]
    sides: tuple[Side, ...]  # the most seen first
    why: str
    conflict: str = ""

    @property
    def count(self) -> int:
        """Occurrences of all sides."""
        return sum(side.count for side in self.sides)


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found. `merges`, `splits` and `conflicts` are those with most occurrences first."""

    strategy: str
    samples: int
    clusters: int
    groups: int
    unchanged: int  # clusters that stay as they are
    merges: tuple[Change, ...]
    splits: tuple[Change, ...]
    conflicts: tuple[Change, ...]
    seconds: float


@dataclass(slots=True)
class _Seen:
    """What is kept of the samples: (cluster, new value) -> occurrences, fingerprints, one example with both records."""

    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    members: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    examples: dict[tuple[str, str], tuple[Fingerprint, Fingerprint]] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    samples: int = 0


def replay(samples: Iterable[Sample], reader: TraceReader, constraints: Constraints) -> Replay:
    """What `reader` would make of `samples`; `constraints` are people's decisions in force."""
    start = time.perf_counter()
    seen = _Seen()
    strategy = reader.strategy
    for sample in samples:
        made = reader.fingerprint(sample.chain, service=sample.service, version=sample.version)
        strategy = made.strategy
        key = (sample.cluster_id, made.value)
        seen.samples += 1
        seen.counts[key] += sample.count
        seen.members[key].add(sample.fingerprint.value)
        seen.examples.setdefault(key, (sample.fingerprint, made))
        seen.homes[sample.fingerprint.value] = sample.home
        if made.value not in seen.signatures:
            seen.signatures[made.value] = signature(made, sample.chain)
    group_of = _groups(seen.signatures)
    changes = [*_merges(seen, group_of, constraints), *_splits(seen, group_of, constraints)]
    changes.sort(key=lambda change: (-change.count, change.sides[0].cluster_id))
    moved = {side.cluster_id for change in changes for side in change.sides}
    clusters = {cluster for cluster, _ in seen.counts}
    return Replay(
        strategy=strategy,
        samples=seen.samples,
        clusters=len(clusters),
        groups=len(set(group_of.values())),
        unchanged=len(clusters - moved),
        merges=tuple(change for change in changes if change.kind == "merge" and not change.conflict),
        splits=tuple(change for change in changes if change.kind == "split" and not change.conflict),
        conflicts=tuple(change for change in changes if change.conflict),
        seconds=time.perf_counter() - start,
    )


def _groups(signatures: Mapping[str, Signature]) -> dict[str, str]:
    """New value -> the value that stands for its group: near-identical ones are one, as they are when recorded."""
    group_of: dict[str, str] = {}
    founders: dict[str, list[Signature]] = defaultdict(list)
    for value in sorted(signatures, key=lambda value: (-len(signatures[value].calls), value)):
        own = signatures[value]
        others = founders[own.kin]
        near = nearest(own, others) if others else None
        if near is None:
            others.append(own)
        group_of[value] = value if near is None else others[near.index].fingerprint
    return group_of


def _merges(seen: _Seen, group_of: Mapping[str, str], constraints: Constraints) -> Iterable[Change]:
    clusters: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for key in seen.counts:
        clusters[group_of[key[1]]][key[0]].append(key)
    for group, some in clusters.items():
        if len(some) < 2:
            continue
        sides = _sorted(_side(seen, group, keys) for keys in some.values())
        one, two = (_example(seen, some[side.cluster_id]) for side in sides[:2])
        members = {member for keys in some.values() for key in keys for member in seen.members[key]}
        against = "; ".join(decision.words for decision in constraints.crossed(members))
        yield Change("merge", sides, why_one(one, two), f"kept apart: {against}" if against else "")


def _splits(seen: _Seen, group_of: Mapping[str, str], constraints: Constraints) -> Iterable[Change]:
    groups: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for key in seen.counts:
        groups[key[0]][group_of[key[1]]].append(key)
    for some in groups.values():
        if len(some) < 2:
            continue
        sides = _sorted(_side(seen, group, keys) for group, keys in some.items())
        one, two = (_example(seen, some[side.group]) for side in sides[:2])
        held = _held(seen, [key for keys in some.values() for key in keys], constraints)
        yield Change("split", sides, why_two(one[1], two[1]), f"kept together: {held}" if held else "")


def _held(seen: _Seen, keys: Collection[tuple[str, str]], constraints: Constraints) -> str:
    """The merges by people that brought the fingerprints together."""
    members = {member for key in keys for member in seen.members[key]}
    words = {decision.words for name in members for decision in constraints.holding(name, seen.homes[name])}
    return "; ".join(sorted(words))


def _side(seen: _Seen, group: str, keys: Collection[tuple[str, str]]) -> Side:
    members = {member for key in keys for member in seen.members[key]}
    most = max(keys, key=lambda key: (seen.counts[key], key))
    example = seen.examples[most][0].value
    return Side(most[0], group, sum(seen.counts[key] for key in keys), len(members), example)


def _sorted(sides: Iterable[Side]) -> tuple[Side, ...]:
    return tuple(sorted(sides, key=lambda side: (-side.count, side.cluster_id, side.group)))


def _example(seen: _Seen, keys: Collection[tuple[str, str]]) -> tuple[Fingerprint, Fingerprint]:
    return seen.examples[max(keys, key=lambda key: (seen.counts[key], key))]
