"""Stored conversations: what they are over, their turns, and the evidence of every turn.

Owns: the two tables and the questions asked of them. Of two people who ask at the same time in one
conversation, one is told to ask again. Keeps out: answering.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from connectors.errors import BadInputError, ConflictError, NotFoundError
from connectors.redaction import mask
from rca.conversation.values import Answer, LookedUp, Turn
from rca.evidence import EvidenceItem

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("cluster_id", sa.String(64), nullable=False, index=True),  # "" when it is not over one
    sa.Column("log_key", sa.Text, nullable=False),  # in the object store; "" when no log was handed in
    sa.Column("log_name", sa.Text, nullable=False),
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # from 1
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("look_ups", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),  # the pieces that this turn brought
    sa.Column("analyst", sa.String(255), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("input_tokens", sa.BigInteger, nullable=False),
    sa.Column("output_tokens", sa.BigInteger, nullable=False),
    sa.Column("micro_usd", sa.BigInteger, nullable=False),
    sa.Column("latency_ms", sa.BigInteger, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("dropped", sa.Integer, nullable=False),
)
LONGEST_TITLE = 120
_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation is over: a cluster, a log that was handed in (`log_key` in the object store), or everything.

    `title` is its first question.
    """

    id: str
    created_at: datetime
    updated_at: datetime
    title: str = ""
    cluster_id: str = ""
    log_key: str = ""
    log_name: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list, and how many turns it has."""

    conversation: Conversation
    turns: int


class ConversationStore:
    """Every method is one short transaction; safe over processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, at: datetime, *, cluster_id: str = "", log_key: str = "", log_name: str = "") -> Conversation:
        """A new conversation without turns."""
        made = Conversation(secrets.token_hex(6), at, at, "", cluster_id, log_key, log_name)
        row = asdict(made)
        with self._database.write() as connection:
            connection.execute(sa.insert(conversations).values(conversation_id=row.pop("id"), **row))
        return made

    def get(self, conversation_id: str) -> Conversation:
        """A conversation by its id or a unique beginning of it. Raises NotFoundError, or BadInputError when
        several fit."""
        column = conversations.c.conversation_id
        fits = column == conversation_id
        if len(conversation_id) >= _SHORTEST_PREFIX:
            fits = column.startswith(conversation_id, autoescape=True)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(conversations).where(fits).order_by(column).limit(2)).all()
        if not rows:
            raise NotFoundError(
                f"there is no conversation {conversation_id!r}; `firstcause ask --list` lists those that are."
            )
        if len(rows) > 1:
            raise BadInputError(f"several conversations begin with {conversation_id!r}; give more of its id.")
        return _conversation(rows[0])

    def list(self, *, cluster_id: str = "", limit: int = 20, offset: int = 0) -> tuple[Sequence[Listed], int]:
        """Conversations, the newest first, of one cluster or of all; and how many there are on all pages."""
        where = [conversations.c.cluster_id == cluster_id] if cluster_id else []
        number = sa.func.count(turns.c.number).label("turns")
        query = (
            sa.select(conversations, number)
            .outerjoin(turns, turns.c.conversation_id == conversations.c.conversation_id)
            .where(*where)
            .group_by(*conversations.c)
            .order_by(conversations.c.updated_at.desc(), conversations.c.conversation_id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query.limit(limit).offset(offset)).all()
            total = connection.execute(sa.select(sa.func.count()).select_from(conversations).where(*where)).scalar_one()
        return [Listed(_conversation(row), int(row.turns)) for row in rows], int(total)

    def turns(self, conversation_id: str) -> tuple[Sequence[Turn], Sequence[EvidenceItem]]:
        """All turns of a conversation, oldest first, and all pieces of evidence that they brought."""
        query = sa.select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.number)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        evidence = {item["id"]: EvidenceItem(**item) for row in rows for item in json.loads(row.evidence)}
        return [_turn(row) for row in rows], list(evidence.values())

    def add(self, conversation: Conversation, turn: Turn, evidence: Sequence[EvidenceItem], *, after: int) -> Turn:
        """Store a turn with the evidence it brought, as the next one after number `after`; returns it with its number.

        Secrets in the question are masked. Raises ConflictError when somebody else's turn came in between: the ids of
        evidence that this one cites would then mean something else.
        """
        question = mask(turn.question).text
        with self._database.write() as connection:
            if not self._database.is_sqlite:  # SQLite's writers queue at BEGIN IMMEDIATE already
                connection.execute(sa.text("LOCK TABLE turns IN SHARE ROW EXCLUSIVE MODE"))
            own = turns.c.conversation_id == conversation.id
            last = connection.execute(sa.select(sa.func.max(turns.c.number)).where(own)).scalar() or 0
            if last != after:
                raise ConflictError("somebody else asked in this conversation at the same time; ask again.")
            connection.execute(
                sa.insert(turns).values(
                    conversation_id=conversation.id,
                    number=last + 1,
                    at=turn.at,
                    question=question,
                    status=turn.answer.status,
                    answer=turn.answer.model_dump_json(),
                    look_ups=json.dumps([one.model_dump(mode="json") for one in turn.look_ups]),
                    evidence=json.dumps([asdict(item) for item in evidence]),
                    analyst=turn.analyst,
                    note=turn.note,
                    input_tokens=turn.input_tokens,
                    output_tokens=turn.output_tokens,
                    micro_usd=turn.micro_usd,
                    latency_ms=turn.latency_ms,
                    checked=turn.checked,
                    dropped=len(turn.answer.dropped),
                )
            )
            changed: dict[str, Any] = {"updated_at": turn.at}
            if not last:
                changed["title"] = question[:LONGEST_TITLE]
            connection.execute(
                sa.update(conversations).where(conversations.c.conversation_id == conversation.id).values(**changed)
            )
        return replace(turn, number=last + 1, question=question)


def _conversation(row: Any) -> Conversation:
    return Conversation(
        id=row.conversation_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        title=row.title,
        cluster_id=row.cluster_id,
        log_key=row.log_key,
        log_name=row.log_name,
    )


def _turn(row: Any) -> Turn:
    return Turn(
        number=row.number,
        at=row.at,
        question=row.question,
        answer=Answer.model_validate_json(row.answer),
        look_ups=tuple(LookedUp.model_validate(one) for one in json.loads(row.look_ups)),
        analyst=row.analyst,
        note=row.note,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        micro_usd=row.micro_usd,
        latency_ms=row.latency_ms,
        checked=row.checked,
    )
