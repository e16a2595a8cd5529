"""Puts the payments service together."""

from services.payments.clients.acquirer import AcquirerClient
from services.payments.config import PaymentsConfig
from services.payments.data import schema
from services.payments.data.charges import ChargeRepository
from services.payments.domain.charging import Charging
from services.payments.domain.fees import FeeTable
from services.payments.domain.ledger import Ledger
from services.payments.handlers.charges import ChargeHandlers
from shopkit.database import ConnectionPool
from vendor.pathroute import Router


def build_router(config: PaymentsConfig) -> Router:
    pool = ConnectionPool(config.database)
    schema.prepare(pool)
    charges = ChargeRepository(pool)
    ledger = Ledger(config.settlement_currency, FeeTable(config.fee_percent, config.fee_fixed))
    acquirer = AcquirerClient(config.acquirer_url, config.acquirer_timeout)
    router = Router()
    ChargeHandlers(Charging(charges, acquirer, ledger)).register(router)
    return router
