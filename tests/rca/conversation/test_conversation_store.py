"""Stored conversations: read back as they were, found by a beginning of their id, one turn at a time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connectors.database import Database
from connectors.errors import BadInputError, ConflictError, NotFoundError
from rca.conversation.store import ConversationStore, conversations, turns
from rca.conversation.values import Answer, Cited, LookedUp, Sentence, Turn
from rca.evidence import EvidenceItem

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ITEM = EvidenceItem("E1", "log", "a line", "it broke")
TURN = Turn(
    number=0,
    at=NOW,
    question="why? password=hunter22x",
    answer=Answer(sentences=(Sentence(text="It broke.", citations=(Cited(evidence_id="E1", quote="broke"),)),)),
    look_ups=(LookedUp(tool="search_logs", arguments={"text": "x"}, evidence=("E1",)),),
    analyst="model:m",
    input_tokens=10,
    micro_usd=7,
    checked=1,
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    made.migrate()
    return made


def test_a_turn_is_read_back_as_it_was(database: Database) -> None:
    """With its number, its evidence, and the secret in the question masked."""
    store = ConversationStore(database)
    made = store.begin(NOW, cluster_id="c1")
    kept = store.add(made, TURN, [ITEM], after=0)
    found, evidence = store.turns(made.id)
    assert found == [kept]
    assert (kept.number, kept.answer, kept.look_ups) == (1, TURN.answer, TURN.look_ups)
    assert evidence == [ITEM]
    assert "hunter22x" not in kept.question + store.get(made.id).title


def test_who_asks_at_the_same_time_is_told_to_ask_again(database: Database) -> None:
    """A turn that was thought out before another came in is not stored: its evidence ids would mean something else."""
    store = ConversationStore(database)
    made = store.begin(NOW)
    store.add(made, TURN, [ITEM], after=0)
    with pytest.raises(ConflictError):
        store.add(made, TURN, [ITEM], after=0)
    assert len(store.turns(made.id)[0]) == 1


def test_a_beginning_of_the_id_will_do(database: Database) -> None:
    """Four characters or more; none and several are told apart."""
    store = ConversationStore(database)
    made = store.begin(NOW)
    assert store.get(made.id[:4]) == made
    for wrong in ("", "a", "%%%%", "nosuch"):
        with pytest.raises((NotFoundError, BadInputError)):
            store.get(wrong)


def test_the_list_has_the_newest_first(database: Database) -> None:
    """By the last turn, of one cluster or of all, in pages."""
    store = ConversationStore(database)
    first, second = store.begin(NOW, cluster_id="c1"), store.begin(NOW + timedelta(minutes=1), cluster_id="c2")
    later = Turn(0, NOW + timedelta(hours=1), "why?", Answer())
    store.add(first, later, [], after=0)
    found, total = store.list()
    assert ([one.conversation.id for one in found], [one.turns for one in found], total) == (
        [first.id, second.id],
        [1, 0],
        2,
    )
    assert [one.conversation.id for one in store.list(cluster_id="c2")[0]] == [second.id]
    assert store.list(limit=1, offset=1)[0][0].conversation.id == second.id


def test_the_migration_makes_the_tables_that_are_declared(database: Database) -> None:
    """Neither a column nor an index is missing or too many."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, conversations.metadata)
    names = {conversations.name, turns.name}
    assert not [one for one in differences if names & set(str(one).replace("'", " ").replace(".", " ").split())]
