"""Charges: booked in the ledger, captured at the acquirer, kept."""

import logging
import secrets

from services.payments.clients.acquirer import AcquirerClient
from services.payments.data.charges import ChargeRepository
from services.payments.domain.charge import Charge, ChargeRequest
from services.payments.domain.ledger import Ledger
from shopkit import money
from shopkit.errors import ApiError, NotFound

log = logging.getLogger(__name__)


class Charging:
    def __init__(self, charges: ChargeRepository, acquirer: AcquirerClient, ledger: Ledger) -> None:
        self._charges = charges
        self._acquirer = acquirer
        self._ledger = ledger

    def charge(self, wanted: ChargeRequest) -> Charge:
        """The captured charge; refuses with 402 when the card is declined."""
        entry = self._ledger.entry_for(wanted)
        reference = self._acquirer.capture(wanted)
        charge = Charge(
            charge_id=f"ch-{secrets.token_hex(4)}",
            order_id=wanted.order_id,
            amount=wanted.amount,
            currency=wanted.currency,
            reference=reference,
            entry=entry,
        )
        self._charges.insert(charge)
        log.info("captured %s for %s", money.display(wanted.amount, wanted.currency), wanted.order_id)
        return charge

    def refund(self, charge_id: str) -> Charge:
        charge = self._charges.get(charge_id)
        if charge is None:
            raise NotFound(f"charge {charge_id}")
        if charge.status != "captured":
            raise ApiError(409, f"charge {charge_id} is {charge.status}")
        self._acquirer.refund(charge.reference)
        self._charges.set_status(charge_id, "refunded")
        charge.status = "refunded"
        return charge
