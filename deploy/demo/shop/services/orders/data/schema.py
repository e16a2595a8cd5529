"""The migrations of the orders database, in order."""

from pathlib import Path

from shopkit.database import ConnectionPool, migrate

DIRECTORY = Path(__file__).parent / "migrations"
MIGRATIONS = ("0001_orders", "0002_customers", "0003_order_index")


def prepare(pool: ConnectionPool) -> None:
    """Bring the database to this version's schema."""
    migrate(pool, DIRECTORY, MIGRATIONS)
