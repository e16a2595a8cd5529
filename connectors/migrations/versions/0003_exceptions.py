"""Clusters of exceptions: what they hold, where they were seen, what people decided about them."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0003_exceptions"
down_revision = "0002_lake"


def upgrade() -> None:
    op.create_table(
        "clusters",
        sa.Column("cluster_id", sa.String(16), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("culprit_file", sa.Text, nullable=False),
        sa.Column("culprit_function", sa.Text, nullable=False),
        sa.Column("culprit_line", sa.Integer),
        sa.Column("first_fingerprint", sa.String(32), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("last_seen", UtcDateTime, nullable=False, index=True),
        sa.Column("resolved_at", UtcDateTime),
        sa.Column("regressed_at", UtcDateTime),
    )
    op.create_table(
        "cluster_fingerprints",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("cluster_id", sa.String(16), nullable=False, index=True),
        sa.Column("strategy", sa.String(10), nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("kin", sa.String(32), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("joined_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "traces",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "cluster_activity",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("hour", UtcDateTime, primary_key=True),
        sa.Column("service", sa.String(255), primary_key=True),
        sa.Column("environment", sa.String(255), primary_key=True),
        sa.Column("version", sa.String(255), primary_key=True),
        sa.Column("page_id", sa.String(64), primary_key=True, index=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("last_seen", UtcDateTime, nullable=False),
        sa.Column("sample_event_id", sa.String(64), nullable=False),
    )
    op.create_table(
        "cluster_totals",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(255), primary_key=True),
        sa.Column("environment", sa.String(255), primary_key=True),
        sa.Column("version", sa.String(255), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("last_seen", UtcDateTime, nullable=False),
    )
    op.create_table(
        "cluster_events",
        sa.Column("cluster_id", sa.String(16), primary_key=True),
        sa.Column("at", UtcDateTime, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "cluster_constraints",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("other", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("undone_at", UtcDateTime),
    )
