"""A back-test says what would merge and split, why, and where people decided otherwise; it changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from indexers.exceptions.backtest import Replay, Sample, replay
from indexers.exceptions.constraints import Constraints, Decision
from indexers.exceptions.fingerprint import STRATEGIES
from indexers.exceptions.grouping_rules import GroupingRules, parse_rules
from indexers.exceptions.reading import TraceReader
from tests.indexers.exceptions.grouping_traces import java, python
from tests.indexers.exceptions.grouping_variants import VARIANTS

EARLIEST = min(STRATEGIES)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOBODY = Constraints(())


def sample(text: str, cluster: str, count: int = 1, *, home: str = "", reader: TraceReader | None = None) -> Sample:
    (trace,) = (reader or TraceReader()).read(text)
    return Sample(trace.fingerprint, cluster, home or cluster, count, trace.chain)


def replayed(samples: Sequence[Sample], rules: str = "", strategy: str = "", decided: Constraints = NOBODY) -> Replay:
    ruled = GroupingRules(tuple(parse_rules(rules, "my.rules")))
    return replay(samples, TraceReader(strategy or TraceReader().strategy, ruled), decided)


ONE, TWO = (java(f"a.Shop.add{name}@S.java:1", "a.Web.go@W.java:1") for name in ("A", "B"))
RENAME = "rename jvm function add[AB] -> add"


def test_nothing_changes_under_the_same_rules() -> None:
    """Every cluster stays as it is."""
    found = replayed([sample(ONE, "c1", 3), sample(TWO, "c2", 5)])
    assert (found.samples, found.clusters, found.unchanged) == (2, 2, 2)
    assert (found.merges, found.splits, found.conflicts) == ((), (), ())


def test_a_merge_is_told_with_counts_and_reason() -> None:
    """What told them apart, and what the new rules make of it."""
    found = replayed([sample(ONE, "c1", 3), sample(TWO, "c2", 5)], RENAME)
    (merge,) = found.merges
    assert [(side.cluster_id, side.count) for side in merge.sides] == [("c2", 5), ("c1", 3)]
    assert merge.count == 8
    assert "'a.Shop.addB' (now 'a.Shop.add')" in merge.why
    assert found.unchanged == 0


def test_a_merge_of_a_new_strategy_names_what_is_left_out() -> None:
    """The glue that told two versions apart is named."""
    _, *texts = next(case for case in VARIANTS if case[0] == "java bounds check of another version")
    samples = [sample(text, f"c{at}", reader=TraceReader(EARLIEST)) for at, text in enumerate(texts)]
    (merge,) = replayed(samples).merges
    assert "'java.util.ArrayList.rangeCheck' (now left out: a check that moves between platform versions" in merge.why


def test_a_split_is_told_with_what_tells_apart() -> None:
    """Two fingerprints that a rule made one fall apart without it."""
    ruled = TraceReader(rules=GroupingRules(tuple(parse_rules(RENAME, "r"))))
    found = replayed([sample(ONE, "c1", 3, reader=ruled), sample(TWO, "c1", 2, reader=ruled)])
    (split,) = found.splits
    assert [side.count for side in split.sides] == [3, 2]
    assert split.why == "told apart by frame 'a.Shop.addA' against 'a.Shop.addB'"


def test_what_people_merged_is_no_split() -> None:
    """The contradiction is told, the decision stands."""
    sides = {"c1": frozenset[str](), "c2": frozenset[str]()}
    merge = Decision("d1", "merge", "c1", "", NOON, "ann", "", sides)
    found = replayed([sample(ONE, "c1"), sample(TWO, "c1", home="c2")], decided=Constraints((merge,)))
    assert found.splits == ()
    assert "kept together: c2 merged into c1 by ann" in found.conflicts[0].conflict


def test_what_people_split_is_no_merge() -> None:
    """The contradiction is told, the decision stands."""
    one, two = sample(ONE, "c1"), sample(TWO, "c2", home="c1")
    sides = {"c1": frozenset({one.fingerprint.value}), "c2": frozenset({two.fingerprint.value})}
    split = Decision("d1", "split", "c1", "c2", NOON, "ann", "", sides)
    found = replayed([one, two], RENAME, decided=Constraints((split,)))
    assert found.merges == ()
    assert "kept apart: c2 split from c1 by ann" in found.conflicts[0].conflict


def test_near_identical_members_of_a_cluster_are_no_split() -> None:
    """They would join again, as they did."""
    calls = ["a.Shop.add@S.java:1", "a.Web.go@W.java:1"]
    library = [f"org.postgresql.P{n}.run@P.java:1" for n in range(4)]
    samples = [sample(java(*library, *calls), "c1"), sample(java(*library[:2], library[3], *calls), "c1")]
    assert len({item.fingerprint.value for item in samples}) == 2
    assert replayed(samples).splits == ()


def test_the_earliest_strategy_can_be_replayed() -> None:
    """Backwards too: variants that are one now were several."""
    samples = [sample(text, name) for name, *texts in VARIANTS[:20] for text in texts]
    found = replayed(samples, strategy=EARLIEST)
    assert found.strategy == EARLIEST
    assert found.splits


@pytest.mark.parametrize("rules", ["", "ignore * function ^nothing$"])
def test_the_strategy_is_named_with_its_rules(rules: str) -> None:
    """So that an answer can be told from another."""
    found = replayed([sample(python("add@/app/a.py:1"), "c1")], rules)
    assert ("+" in found.strategy) is bool(rules)
