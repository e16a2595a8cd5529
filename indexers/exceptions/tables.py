"""The tables of clusters in the metadata database.

`cluster_activity` is the truth, one row for each page, fingerprint, place and hour; `cluster_totals` is its sum, kept
beside it so that listing clusters reads a few rows a cluster however long they have been seen. `cluster_events` holds
what people decide (resolved, reopened) and what was noticed (regressed); merges by similarity stand with the
fingerprint they concern, and `cluster_constraints` keeps room for people's merges and splits.
Keeps out: queries.
"""

import sqlalchemy as sa

from connectors.database import UtcDateTime, metadata

clusters = sa.Table(
    "clusters",
    metadata,
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

cluster_fingerprints = sa.Table(
    "cluster_fingerprints",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("cluster_id", sa.String(16), nullable=False, index=True),
    sa.Column("strategy", sa.String(10), nullable=False),
    sa.Column("parts", sa.Text, nullable=False),
    sa.Column("kin", sa.String(32), nullable=False, index=True),  # similarity.Signature.kin: who may be near-identical
    sa.Column("reason", sa.Text, nullable=False),  # why it is in this cluster
    sa.Column("score", sa.Float, nullable=False),  # 1.0: began the cluster
    sa.Column("joined_at", UtcDateTime, nullable=False),
)

traces = sa.Table(
    "traces",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("chain", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

cluster_activity = sa.Table(
    "cluster_activity",
    metadata,
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

cluster_totals = sa.Table(
    "cluster_totals",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("service", sa.String(255), primary_key=True),
    sa.Column("environment", sa.String(255), primary_key=True),
    sa.Column("version", sa.String(255), primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_seen", UtcDateTime, nullable=False),
    sa.Column("last_seen", UtcDateTime, nullable=False),
)

cluster_events = sa.Table(
    "cluster_events",
    metadata,
    sa.Column("cluster_id", sa.String(16), primary_key=True),
    sa.Column("at", UtcDateTime, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),  # resolved, reopened, regressed
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

cluster_constraints = sa.Table(
    "cluster_constraints",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("other", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),  # together, apart
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("undone_at", UtcDateTime),
)
