"""Booking charges in the currency that the shop settles in."""

from services.payments.domain import currency
from services.payments.domain.charge import ChargeRequest, LedgerEntry
from services.payments.domain.fees import FeeTable


class Ledger:
    def __init__(self, settlement_currency: str, fees: FeeTable) -> None:
        self._settlement_currency = settlement_currency
        self._fees = fees

    def entry_for(self, wanted: ChargeRequest) -> LedgerEntry:
        """The entry that a charge makes."""
        gross = currency.exchange(wanted.amount, wanted.currency, self._settlement_currency)
        return LedgerEntry(currency=self._settlement_currency, gross=gross, fee=self._fees.fee(gross))
