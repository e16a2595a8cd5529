"""The live segments and the batches of the lake."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0002_lake"
down_revision = "0001_ingest"


def upgrade() -> None:
    op.create_table(
        "lake_segments",
        sa.Column("segment_id", sa.String(64), primary_key=True),
        sa.Column("table_name", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("first_timestamp", UtcDateTime, nullable=False),
        sa.Column("last_timestamp", UtcDateTime, nullable=False),
        sa.Column("batch_id", sa.String(255)),
        sa.Column("live_at", UtcDateTime, nullable=False),
        sa.Column("retired_at", UtcDateTime),
    )
    op.create_index("lake_segments_live", "lake_segments", ["table_name", "retired_at", "last_timestamp"])
    op.create_table(
        "lake_batches",
        sa.Column("table_name", sa.String(16), primary_key=True),
        sa.Column("batch_id", sa.String(255), primary_key=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("written_at", UtcDateTime, nullable=False),
    )
