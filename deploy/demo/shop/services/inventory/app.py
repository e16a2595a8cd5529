"""Puts the inventory service together."""

from services.inventory.clients.supplier import SupplierClient
from services.inventory.config import InventoryConfig
from services.inventory.data import schema
from services.inventory.data.reservations import ReservationRepository
from services.inventory.data.stock import StockRepository
from services.inventory.domain.availability import Availability
from services.inventory.domain.reserving import Reserving
from services.inventory.handlers.reservations import ReservationHandlers
from services.inventory.handlers.stock import StockHandlers
from services.inventory.jobs.audit import AuditJob
from shopkit.database import ConnectionPool
from vendor.pathroute import Router


def build(config: InventoryConfig) -> tuple[Router, AuditJob]:
    pool = ConnectionPool(config.database)
    schema.prepare(pool)
    stock, reservations = StockRepository(pool), ReservationRepository(pool)
    supplier = SupplierClient(config.supplier_url, config.supplier_timeout)
    router = Router()
    StockHandlers(Availability(stock, supplier), stock).register(router)
    ReservationHandlers(Reserving(stock, reservations)).register(router)
    return router, AuditJob(stock, every=config.audit_every)
