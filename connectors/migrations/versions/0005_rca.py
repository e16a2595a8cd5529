"""Root cause reports and people's verdicts on them."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0005_rca"
down_revision = "0004_code"


def upgrade() -> None:
    op.create_table(
        "rca_reports",
        sa.Column("report_id", sa.String(32), primary_key=True),
        sa.Column("cluster_id", sa.String(64), nullable=False),
        sa.Column("version", sa.String(255), nullable=False),
        sa.Column("analyst", sa.String(255), nullable=False),
        sa.Column("prompt_version", sa.String(64), nullable=False),
        sa.Column("evidence_digest", sa.String(64), nullable=False),
        sa.Column("fallback", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("suspects", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
    )
    op.create_index("rca_reports_by_cluster", "rca_reports", ["cluster_id", "created_at"])
    op.create_table(
        "rca_feedback",
        sa.Column("feedback_id", sa.String(32), primary_key=True),
        sa.Column("cluster_id", sa.String(64), nullable=False, index=True),
        sa.Column("report_id", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("blamed_path", sa.Text, nullable=False),
        sa.Column("blamed_symbol", sa.Text, nullable=False),
        sa.Column("true_path", sa.Text, nullable=False),
        sa.Column("true_symbol", sa.Text, nullable=False),
        sa.Column("lessons", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
