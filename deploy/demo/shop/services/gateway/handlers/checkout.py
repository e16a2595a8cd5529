"""Carts become orders here."""

from typing import Any

from services.gateway.clients.orders import OrdersClient
from services.gateway.domain.cart import to_order
from shopkit.server import Request
from vendor.pathroute import Router


class CheckoutHandlers:
    def __init__(self, orders: OrdersClient) -> None:
        self._orders = orders

    def register(self, router: Router) -> None:
        router.add("POST", "/customers", self.sign_up)
        router.add("POST", "/checkout", self.checkout)
        router.add("GET", "/orders/{order_id}", self.order)
        router.add("POST", "/orders/{order_id}/cancel", self.cancel)
        router.add("GET", "/customers/{customer_id}/orders", self.history)

    def sign_up(self, request: Request) -> Any:
        return self._orders.sign_up(request.body or {})

    def checkout(self, request: Request) -> Any:
        return self._orders.place(to_order(request.body or {}))

    def order(self, request: Request, order_id: str) -> Any:
        return self._orders.get(order_id)

    def cancel(self, request: Request, order_id: str) -> Any:
        return self._orders.cancel(order_id)

    def history(self, request: Request, customer_id: str) -> Any:
        return self._orders.history(customer_id)
