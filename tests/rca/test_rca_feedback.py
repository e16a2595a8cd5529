"""Verdicts are kept for ever and move the next ranking a little, within bounds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.database import Database
from rca.feedback import (
    MOST_PER_BLOCK,
    MOST_PER_SIGNAL,
    FeedbackInput,
    FeedbackRecord,
    FeedbackStore,
    TrueCause,
    Verdict,
    block_changes,
    lessons,
    signal_factors,
)
from rca.result import RankedPlace
from tests.fakes.rca_shop import NOW


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> FeedbackStore:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('db') / 'metadata.db'}")
    database.migrate()
    return FeedbackStore(database)


def place(symbol: str, **signals: float) -> RankedPlace:
    return RankedPlace("a.py", symbol, 1, 2, None, True, 0.5, ("why",), signals)


RANKING = [place("first", position=0.0, substance=0.1), place("second", position=-1.0, substance=0.4)]


def given_verdict(verdict: Verdict, true: str = "", author: str = "ann") -> FeedbackInput:
    cause = TrueCause(file="a.py", symbol=true) if true else None
    return FeedbackInput(cluster_id="c1", verdict=verdict, true_cause=cause, author=author)


def test_a_verdict_comes_back_as_it_was_given(store: FeedbackStore) -> None:
    """Stored whole, with what the report had blamed."""
    added = store.add(given_verdict("reject", "second"), suspects=RANKING, at=NOW)
    assert store.of_cluster("c1") == [added]
    assert added.blamed == ("a.py", "first")


def test_repeating_a_verdict_is_harmless(store: FeedbackStore) -> None:
    """The same words at the same moment are one record."""
    for _ in range(2):
        store.add(given_verdict("accept"), suspects=RANKING, at=NOW)
    assert len(store.all()) == 1


def test_accepting_confirms_what_stood_first(store: FeedbackStore) -> None:
    """Its block gains in this cluster, and only in this one."""
    store.add(given_verdict("accept"), suspects=RANKING, at=NOW)
    assert store.adjustments("c1").blocks[("a.py", "first")][0] > 0
    assert store.adjustments("c2").blocks == {}


def test_rejecting_lowers_the_blamed_and_raises_the_true(store: FeedbackStore) -> None:
    """Both, with the reason in words."""
    store.add(given_verdict("reject", "second"), suspects=RANKING, at=NOW)
    blocks = store.adjustments("c1").blocks
    assert blocks[("a.py", "first")][0] < 0 < blocks[("a.py", "second")][0]
    assert "verdicts" in blocks[("a.py", "first")][1]


def test_a_changed_mind_counts_once(store: FeedbackStore) -> None:
    """Of one person's verdicts the newest counts; the older stays on record."""
    store.add(given_verdict("reject", "second"), suspects=RANKING, at=NOW)
    store.add(given_verdict("accept"), suspects=RANKING, at=NOW + timedelta(hours=1))
    blocks = store.adjustments("c1").blocks
    assert blocks[("a.py", "first")][0] > 0
    assert ("a.py", "second") not in blocks
    assert len(store.all()) == 2


def test_a_lesson_names_the_signals_that_spoke_for_the_true_cause() -> None:
    """Plus where it spoke more for the true one, minus where it spoke for what was blamed."""
    assert lessons(RANKING, ("a.py", "second"), "reject") == {"position": -1, "substance": 1}


@pytest.mark.parametrize(
    ("true", "verdict"), [("first", "reject"), ("elsewhere", "reject"), ("second", "accept"), ("", "reject")]
)
def test_nothing_is_learnt_where_nothing_can_be(true: str, verdict: Verdict) -> None:
    """The first place confirmed, a cause outside the ranking, or no cause named teach no weights."""
    assert lessons(RANKING, ("a.py" if true else "", true), verdict) == {}


def test_two_verdicts_move_no_shared_weight(store: FeedbackStore) -> None:
    """It takes three before a weight moves everywhere."""
    for author in ("ann", "bob"):
        store.add(given_verdict("reject", "second", author), suspects=RANKING, at=NOW)
    assert store.adjustments("c9").factors == {}
    store.add(given_verdict("reject", "second", "eve"), suspects=RANKING, at=NOW)
    assert store.adjustments("c9").factors == pytest.approx({"position": 0.94, "substance": 1.06})


def record(number: int, verdict: Verdict, vote: int) -> FeedbackRecord:
    return FeedbackRecord(
        str(number), "c1", "", verdict, str(number), "", ("a.py", "x"), ("a.py", "y"), {"position": vote}, NOW
    )


@given(
    st.lists(st.tuples(st.sampled_from(["accept", "reject", "partly_correct"]), st.sampled_from([-1, 1])), max_size=200)
)
def test_no_number_of_verdicts_moves_anything_beyond_its_bound(votes: list[tuple[Verdict, int]]) -> None:
    """A crowd cannot turn the ranking over."""
    records = [record(number, verdict, vote) for number, (verdict, vote) in enumerate(votes)]
    assert all(abs(value) <= MOST_PER_BLOCK for value, _ in block_changes(records).values())
    assert all(abs(factor - 1) <= MOST_PER_SIGNAL + 1e-9 for factor in signal_factors(records).values())


@pytest.mark.parametrize(
    "wrong", [{"verdict": "maybe"}, {"colour": "red"}, {"cluster_id": ""}, {"true_cause": {"file": ""}}]
)
def test_a_verdict_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """Input is validated before it is stored."""
    with pytest.raises(ValidationError):
        FeedbackInput.model_validate({"cluster_id": "c1", "verdict": "accept", **wrong})
