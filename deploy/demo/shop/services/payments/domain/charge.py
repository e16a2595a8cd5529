"""The words of the payments service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChargeRequest:
    order_id: str
    amount: int  # cents
    currency: str
    card: str


@dataclass(frozen=True)
class LedgerEntry:
    """What a charge is worth to us, in the currency that we settle in."""

    currency: str
    gross: int
    fee: int

    @property
    def net(self) -> int:
        return self.gross - self.fee


@dataclass
class Charge:
    charge_id: str
    order_id: str
    amount: int
    currency: str
    reference: str
    entry: LedgerEntry
    status: str = "captured"
