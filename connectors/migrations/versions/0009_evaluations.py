"""Results of evaluations."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0009_evaluations"
down_revision = "0008_conversations"


def upgrade() -> None:
    op.create_table(
        "evaluations",
        sa.Column("evaluation_id", sa.String(32), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("analyst", sa.String(255), nullable=False),
        sa.Column("analyst_version", sa.String(64), nullable=False),
        sa.Column("product_version", sa.String(64), nullable=False),
        sa.Column("commit_id", sa.String(64), nullable=False),
        sa.Column("data_set", sa.String(32), nullable=False),
        sa.Column("usable", sa.Boolean, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_index("evaluations_by_set", "evaluations", ["analyst", "data_set", "at"])
    op.create_index("evaluations_by_time", "evaluations", ["at"])
