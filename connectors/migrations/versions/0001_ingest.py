"""The ledger of source pages and the list of live lake segments."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0001_ingest"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "source_pages",
        sa.Column("page_id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("watermark", sa.Text, nullable=False),
        sa.Column("observed_at", UtcDateTime, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rejects", sa.Integer, nullable=False, server_default="0"),
        sa.Column("carry_key", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
        sa.Column("first_timestamp", UtcDateTime),
        sa.Column("last_timestamp", UtcDateTime),
        sa.UniqueConstraint("source", "sequence"),
    )
    op.create_table(
        "page_rejects",
        sa.Column("page_id", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("sample", sa.Text, nullable=False),
    )
