"""The code index: parsed files by content, indexed commits, and releases."""

import sqlalchemy as sa
from alembic import op

from connectors.database import UtcDateTime

revision = "0004_code"
down_revision = "0003_exceptions"


def upgrade() -> None:
    op.create_table(
        "code_files",
        sa.Column("blob", sa.String(64), primary_key=True),
        sa.Column("language", sa.String(16), primary_key=True),
        sa.Column("chunker", sa.Integer, primary_key=True),
        sa.Column("blocks", sa.Integer, nullable=False),
        sa.Column("skipped", sa.String(32), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.Column("outline", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "code_commits",
        sa.Column("repository", sa.String(255), primary_key=True),
        sa.Column("commit_id", sa.String(64), primary_key=True),
        sa.Column("chunker", sa.Integer, primary_key=True),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("listing", sa.LargeBinary, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("blocks", sa.Integer, nullable=False),
        sa.Column("skipped", sa.Text, nullable=False),
        sa.Column("indexed_at", UtcDateTime, nullable=False, index=True),
        sa.Column("embedded_with", sa.String(255), nullable=False, server_default=""),
    )
    op.create_table(
        "releases",
        sa.Column("service", sa.String(255), primary_key=True),
        sa.Column("environment", sa.String(255), primary_key=True),
        sa.Column("started_at", UtcDateTime, primary_key=True),
        sa.Column("version", sa.String(255), nullable=False),
        sa.Column("commit_id", sa.String(64), nullable=False),
        sa.Column("repository", sa.String(255), nullable=False),
    )
    op.create_index("releases_by_version", "releases", ["service", "version"])
