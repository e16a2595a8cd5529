"""Conversations over a cluster or over uploaded logs, and their turns."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0008_conversations"
down_revision = "0007_llm_calls"


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("cluster_id", sa.String(64), nullable=False),
        sa.Column("log_key", sa.Text, nullable=False),
        sa.Column("log_name", sa.Text, nullable=False),
    )
    op.create_index("ix_conversations_cluster_id", "conversations", ["cluster_id"])
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])
    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("look_ups", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("analyst", sa.String(255), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("micro_usd", sa.BigInteger, nullable=False),
        sa.Column("latency_ms", sa.BigInteger, nullable=False),
        sa.Column("checked", sa.Integer, nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
    )
