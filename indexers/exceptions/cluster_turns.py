"""Whose turn it is to change clusters: one writer at a time, whichever process. Keeps out: what is written."""

import sqlalchemy as sa

from connectors.database import Database


def take_turn(database: Database, connection: sa.Connection) -> None:
    """SQLite's writers queue at BEGIN IMMEDIATE already; this makes PostgreSQL's do so too. Readers go on reading."""
    if not database.is_sqlite:
        connection.execute(sa.text("LOCK TABLE clusters IN SHARE ROW EXCLUSIVE MODE"))
