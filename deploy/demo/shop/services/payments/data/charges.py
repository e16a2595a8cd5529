"""Charges as rows."""

from services.payments.domain.charge import Charge, LedgerEntry
from shopkit.database import ConnectionPool


class ChargeRepository:
    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def insert(self, charge: Charge) -> None:
        with self._pool.transaction() as connection:
            connection.execute(
                "INSERT INTO charges (charge_id, order_id, amount, currency, reference, settled_currency, gross, fee,"
                " status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    charge.charge_id,
                    charge.order_id,
                    charge.amount,
                    charge.currency,
                    charge.reference,
                    charge.entry.currency,
                    charge.entry.gross,
                    charge.entry.fee,
                    charge.status,
                ),
            )

    def get(self, charge_id: str) -> Charge | None:
        with self._pool.connection() as connection:
            row = connection.execute("SELECT * FROM charges WHERE charge_id = ?", (charge_id,)).fetchone()
        if row is None:
            return None
        return Charge(
            charge_id=row["charge_id"],
            order_id=row["order_id"],
            amount=row["amount"],
            currency=row["currency"],
            reference=row["reference"],
            entry=LedgerEntry(row["settled_currency"], row["gross"], row["fee"]),
            status=row["status"],
        )

    def set_status(self, charge_id: str, status: str) -> None:
        with self._pool.transaction() as connection:
            connection.execute("UPDATE charges SET status = ? WHERE charge_id = ?", (status, charge_id))
