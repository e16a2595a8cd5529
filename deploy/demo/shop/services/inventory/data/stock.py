"""Shelves and movements as rows. A shelf's figure and its movements are written together."""

from collections.abc import Sequence

from services.inventory.domain.stock import Movement, Shelf
from shopkit.database import ConnectionPool


class StockRepository:
    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def shelves(self, sku: str) -> list[Shelf]:
        with self._pool.connection() as connection:
            rows = connection.execute("SELECT * FROM shelves WHERE sku = ? ORDER BY warehouse", (sku,)).fetchall()
        return [Shelf(**dict(row)) for row in rows]

    def shelf(self, sku: str, warehouse: str) -> Shelf:
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT * FROM shelves WHERE sku = ? AND warehouse = ?", (sku, warehouse)
            ).fetchone()
        return Shelf(**dict(row))

    def totals(self, skus: Sequence[str]) -> dict[str, int]:
        """Pieces on all shelves together, for each of `skus`."""
        marks = ",".join("?" * len(skus))
        with self._pool.connection() as connection:
            rows = connection.execute(
                f"SELECT sku, SUM(on_hand) AS pieces FROM shelves WHERE sku IN ({marks}) GROUP BY sku", list(skus)
            ).fetchall()
        return {row["sku"]: row["pieces"] for row in rows}

    def apply(self, movement: Movement, *, on_hand: int) -> None:
        """Write a movement and the shelf's new figure."""
        with self._pool.transaction() as connection:
            connection.execute(
                "INSERT INTO movements (sku, warehouse, quantity, reason) VALUES (?, ?, ?, ?)",
                (movement.sku, movement.warehouse, movement.quantity, movement.reason),
            )
            connection.execute(
                "UPDATE shelves SET on_hand = ? WHERE sku = ? AND warehouse = ?",
                (on_hand, movement.sku, movement.warehouse),
            )

    def balances(self) -> list[tuple[str, str, int, int]]:
        """(sku, warehouse, pieces on the shelf, pieces according to the movements) of every shelf."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT s.sku, s.warehouse, s.on_hand, COALESCE(SUM(m.quantity), 0) AS moved FROM shelves s"
                " LEFT JOIN movements m ON m.sku = s.sku AND m.warehouse = s.warehouse"
                " GROUP BY s.sku, s.warehouse, s.on_hand"
            ).fetchall()
        return [(row["sku"], row["warehouse"], row["on_hand"], row["moved"]) for row in rows]

    def correct(self, sku: str, warehouse: str, on_hand: int) -> None:
        """Set a shelf to the figure that its movements give."""
        with self._pool.transaction() as connection:
            connection.execute(
                "UPDATE shelves SET on_hand = ? WHERE sku = ? AND warehouse = ?", (on_hand, sku, warehouse)
            )
