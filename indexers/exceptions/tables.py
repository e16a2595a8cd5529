"""The tables of clusters in the metadata database.

`cluster_activity` is the truth, one row for each page, fingerprint, place and hour; what is too old to be shown by the
hour is rolled up into `cluster_base`. `cluster_totals` is the sum of both, kept beside them so that listing clusters
reads a few rows a cluster however long they have been seen. `cluster_events` holds what people decide (resolved,
reopened, merged, ...) and what was noticed (regressed, impure); merges by similarity stand with the fingerprint they
concern. People's merges and splits are in `cluster_decisions`, what they tie together or keep apart in
`cluster_constraints`; a fingerprint's `home` is where it belongs when none of them is in force.
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
    sa.Column("founder", sa.String(32), nullable=False, server_default=""),  # began it, and may have been split off
    sa.Column("first_fingerprint", sa.String(32), nullable=False),  # represents it: the founder while it is here
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
    sa.Column("home", sa.String(16), nullable=False, server_default=""),  # the cluster it joined or began by itself
    sa.Column("strategy", sa.String(32), nullable=False),
    sa.Column("parts", sa.Text, nullable=False),
    sa.Column("kin", sa.String(32), nullable=False, index=True),  # similarity.Signature.kin: who may be near-identical
    sa.Column("reason", sa.Text, nullable=False),  # why it is in this cluster
    sa.Column("score", sa.Float, nullable=False),  # 1.0: began a cluster
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
    sa.Column(
        "kind", sa.String(16), primary_key=True
    ),  # resolved, reopened, regressed, merged, split, undone, impure, dismissed
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

cluster_decisions = sa.Table(
    "cluster_decisions",
    metadata,
    sa.Column("decision_id", sa.String(12), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # order; the later one goes before the earlier
    sa.Column("kind", sa.String(8), nullable=False),  # merge, split
    sa.Column("cluster_id", sa.String(16), nullable=False, index=True),  # merged into, or split
    sa.Column("result_id", sa.String(16), nullable=False),  # the cluster that a split began
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("undone_at", UtcDateTime),
    sa.Column("undone_by", sa.Text, nullable=False),
)

cluster_constraints = sa.Table(
    "cluster_constraints",
    metadata,
    sa.Column("decision_id", sa.String(12), primary_key=True),
    sa.Column("fingerprint", sa.String(32), primary_key=True, index=True),
    sa.Column("kind", sa.String(8), nullable=False),  # together: all sides; apart: one side from the other
    sa.Column("side", sa.String(16), nullable=False, index=True),  # the cluster it was in, or that a split gave it
)

cluster_facets = sa.Table(
    "cluster_facets",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),  # line, message, member, inner
    sa.Column("version", sa.String(255), primary_key=True),  # of the service, where lines are compared; else ""
    sa.Column("value_id", sa.String(16), primary_key=True),  # hash of the value
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # known, watched, raised, dismissed
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("before", sa.BigInteger, nullable=False),  # what of this kind was seen before the value was
    sa.Column("first_seen", UtcDateTime, nullable=False),
    sa.Column("last_seen", UtcDateTime, nullable=False),
    sa.Column("event_id", sa.String(64), nullable=False),
)

cluster_signals = sa.Table(
    "cluster_signals",
    metadata,
    sa.Column("signal_id", sa.String(16), primary_key=True),
    sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),  # a kind of facet, or service, environment
    sa.Column("version", sa.String(255), nullable=False),
    sa.Column("value_id", sa.String(16), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),  # JSON: what was usual, [[value, count], ...]
    sa.Column("count", sa.BigInteger, nullable=False),  # occurrences of the new value when it was raised
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("event_id", sa.String(64), nullable=False),
    sa.Column("dismissed_at", UtcDateTime),
    sa.Column("dismissed_by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

cluster_base = sa.Table(
    "cluster_base",
    metadata,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("service", sa.String(255), primary_key=True),
    sa.Column("environment", sa.String(255), primary_key=True),
    sa.Column("version", sa.String(255), primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_seen", UtcDateTime, nullable=False),
    sa.Column("last_seen", UtcDateTime, nullable=False),
)

cluster_trimmed = sa.Table(
    "cluster_trimmed",
    metadata,
    sa.Column("page_id", sa.String(64), primary_key=True),
    sa.Column("before", UtcDateTime, nullable=False),  # its hours before this are in cluster_base
)
