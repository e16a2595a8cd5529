"""Orders as rows."""

import sqlite3

from services.orders.domain.order import DraftLine, Order
from shopkit.database import ConnectionPool


class OrderRepository:
    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def insert(self, order: Order) -> None:
        with self._pool.transaction() as connection:
            connection.execute(
                "INSERT INTO orders (order_id, customer_id, currency, total, status, reservation, charge)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    order.order_id,
                    order.customer_id,
                    order.currency,
                    order.total,
                    order.status,
                    order.reservation,
                    order.charge,
                ),
            )
            connection.executemany(
                "INSERT INTO order_lines VALUES (?, ?, ?, ?)",
                [(order.order_id, line.sku, line.quantity, line.price) for line in order.lines],
            )

    def get(self, order_id: str) -> Order | None:
        with self._pool.connection() as connection:
            row = connection.execute("SELECT * FROM orders WHERE order_id = ?", (order_id,)).fetchone()
            if row is None:
                return None
        return _order(row, self._lines(order_id))

    def of_customer(self, customer_id: str, *, limit: int) -> list[Order]:
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT * FROM orders WHERE customer_id = ? ORDER BY placed_at DESC LIMIT ?", (customer_id, limit)
            )
            return [_order(row, self._lines(row["order_id"])) for row in rows]

    def _lines(self, order_id: str) -> list[DraftLine]:
        with self._pool.connection() as connection:
            rows = connection.execute("SELECT * FROM order_lines WHERE order_id = ?", (order_id,)).fetchall()
        return [DraftLine(row["sku"], row["quantity"], row["price"]) for row in rows]

    def set_status(self, order_id: str, status: str) -> None:
        with self._pool.transaction() as connection:
            connection.execute("UPDATE orders SET status = ? WHERE order_id = ?", (status, order_id))


def _order(row: sqlite3.Row, lines: list[DraftLine]) -> Order:
    return Order(
        order_id=row["order_id"],
        customer_id=row["customer_id"],
        currency=row["currency"],
        total=row["total"],
        status=row["status"],
        reservation=row["reservation"],
        charge=row["charge"],
        lines=lines,
    )
