"""Puts the gateway together."""

from services.gateway.clients.orders import OrdersClient
from services.gateway.clients.stock import StockClient
from services.gateway.config import GatewayConfig
from services.gateway.handlers.checkout import CheckoutHandlers
from services.gateway.handlers.products import ProductHandlers
from services.gateway.middleware import slow_calls
from vendor.pathroute import Router


def build_router(config: GatewayConfig) -> Router:
    router = Router()
    router.use(slow_calls)
    orders = OrdersClient(config.orders_url, config.orders_timeout)
    stock = StockClient(config.inventory_url, config.inventory_timeout)
    CheckoutHandlers(orders).register(router)
    ProductHandlers(stock).register(router)
    return router
