"""The migrations of the inventory database, in order."""

from pathlib import Path

from shopkit.database import ConnectionPool, migrate

DIRECTORY = Path(__file__).parent / "migrations"
MIGRATIONS = ("0001_stock", "0002_reservations", "0003_opening_stock")


def prepare(pool: ConnectionPool) -> None:
    """Bring the database to this version's schema."""
    migrate(pool, DIRECTORY, MIGRATIONS)
