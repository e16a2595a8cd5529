"""Reservations as rows."""

from collections.abc import Sequence

from services.inventory.domain.stock import Movement
from shopkit.database import ConnectionPool


class ReservationRepository:
    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def insert(self, reservation_id: str, order_id: str, movements: Sequence[Movement]) -> None:
        with self._pool.transaction() as connection:
            connection.executemany(
                "INSERT INTO reservations VALUES (?, ?, ?, ?, ?)",
                [(reservation_id, order_id, m.sku, m.warehouse, m.quantity) for m in movements],
            )

    def take(self, reservation_id: str) -> list[Movement] | None:
        """The movements of a reservation, which is gone afterwards; None when there is no such reservation."""
        with self._pool.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM reservations WHERE reservation_id = ?", (reservation_id,)
            ).fetchall()
            connection.execute("DELETE FROM reservations WHERE reservation_id = ?", (reservation_id,))
        return [Movement(row["sku"], row["warehouse"], row["quantity"], "reserved") for row in rows] or None
