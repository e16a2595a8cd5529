"""Grouping that people and time can change: decisions, facets and signals, rolled-up activity."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0006_grouping"
down_revision = "0005_rca"


def upgrade() -> None:
    with op.batch_alter_table("clusters") as table:
        table.add_column(sa.Column("founder", sa.String(32), nullable=False, server_default=""))
    op.execute("UPDATE clusters SET founder = first_fingerprint")
    with op.batch_alter_table("cluster_fingerprints") as table:
        table.alter_column("strategy", existing_type=sa.String(10), type_=sa.String(32), existing_nullable=False)
        table.add_column(sa.Column("home", sa.String(16), nullable=False, server_default=""))
    op.execute("UPDATE cluster_fingerprints SET home = cluster_id")
    op.drop_table("cluster_constraints")  # was never written to
    _create_decisions()
    _create_facets()
    _create_rolled_up()


def _create_decisions() -> None:
    op.create_table(
        "cluster_decisions",
        sa.Column("decision_id", sa.String(12), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("cluster_id", sa.String(16), nullable=False, index=True),
        sa.Column("result_id", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("undone_at", UtcDateTime),
        sa.Column("undone_by", sa.Text, nullable=False),
    )
    op.create_table(
        "cluster_constraints",
        sa.Column("decision_id", sa.String(12), primary_key=True),
        sa.Column("fingerprint", sa.String(32), primary_key=True, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("side", sa.String(16), nullable=False, index=True),
    )


def _create_facets() -> None:
    op.create_table(
        "cluster_facets",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("version", sa.String(255), primary_key=True),
        sa.Column("value_id", sa.String(16), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("last_seen", UtcDateTime, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
    )
    op.create_table(
        "cluster_signals",
        sa.Column("signal_id", sa.String(16), primary_key=True),
        sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.String(255), nullable=False),
        sa.Column("value_id", sa.String(16), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("raised_at", UtcDateTime, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("dismissed_at", UtcDateTime),
        sa.Column("dismissed_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )


def _create_rolled_up() -> None:
    op.create_table(
        "cluster_base",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(255), primary_key=True),
        sa.Column("environment", sa.String(255), primary_key=True),
        sa.Column("version", sa.String(255), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("last_seen", UtcDateTime, nullable=False),
    )
    op.create_table(
        "cluster_trimmed",
        sa.Column("page_id", sa.String(64), primary_key=True),
        sa.Column("before", UtcDateTime, nullable=False),
    )
