"""Puts the orders service together."""

from services.orders.clients.inventory import InventoryClient
from services.orders.clients.payments import PaymentsClient
from services.orders.config import OrdersConfig
from services.orders.data import schema
from services.orders.data.customers import CustomerRepository
from services.orders.data.orders import OrderRepository
from services.orders.domain.checkout import Checkout
from services.orders.handlers.customers import CustomerHandlers
from services.orders.handlers.history import HistoryHandlers
from services.orders.handlers.orders import OrderHandlers
from shopkit.database import ConnectionPool
from vendor.pathroute import Router


def build_router(config: OrdersConfig) -> Router:
    pool = ConnectionPool(config.database)
    schema.prepare(pool)
    orders, customers = OrderRepository(pool), CustomerRepository(pool)
    inventory = InventoryClient(config.inventory_url, config.inventory_timeout)
    payments = PaymentsClient(config.payments_url, config.payments_timeout)
    checkout = Checkout(orders, customers, inventory, payments, country=config.tax_country)
    router = Router()
    OrderHandlers(checkout, max_lines=config.max_lines).register(router)
    CustomerHandlers(customers).register(router)
    HistoryHandlers(orders, customers).register(router)
    return router
