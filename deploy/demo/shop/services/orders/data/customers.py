"""Customers as rows."""

from services.orders.domain.order import Customer
from shopkit.database import ConnectionPool
from shopkit.errors import NotFound


class CustomerRepository:
    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def get(self, customer_id: str) -> Customer:
        with self._pool.connection() as connection:
            row = connection.execute("SELECT * FROM customers WHERE customer_id = ?", (customer_id,)).fetchone()
        if row is None:
            raise NotFound(f"customer {customer_id}")
        return Customer(**dict(row))

    def insert(self, customer: Customer) -> None:
        with self._pool.transaction() as connection:
            connection.execute(
                "INSERT INTO customers VALUES (?, ?, ?, ?, ?)",
                (customer.customer_id, customer.name, customer.email, customer.points, customer.country),
            )

    def add_points(self, customer_id: str, points: int) -> None:
        with self._pool.transaction() as connection:
            connection.execute(
                "UPDATE customers SET points = points + ? WHERE customer_id = ?", (points, customer_id)
            )
