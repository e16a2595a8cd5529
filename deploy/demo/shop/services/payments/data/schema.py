"""The migrations of the payments database, in order."""

from pathlib import Path

from shopkit.database import ConnectionPool, migrate

DIRECTORY = Path(__file__).parent / "migrations"
MIGRATIONS = ("0001_charges",)


def prepare(pool: ConnectionPool) -> None:
    """Bring the database to this version's schema."""
    migrate(pool, DIRECTORY, MIGRATIONS)
