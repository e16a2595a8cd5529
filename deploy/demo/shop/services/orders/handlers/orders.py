"""Placing and cancelling orders."""

from typing import Any

from services.orders.domain.checkout import Checkout
from services.orders.domain.order import Order
from services.orders.handlers.parsing import parse_order
from shopkit.server import Request
from vendor.pathroute import Router


class OrderHandlers:
    def __init__(self, checkout: Checkout, *, max_lines: int) -> None:
        self._checkout = checkout
        self._max_lines = max_lines

    def register(self, router: Router) -> None:
        router.add("POST", "/orders", self.place)
        router.add("POST", "/orders/{order_id}/cancel", self.cancel)

    def place(self, request: Request) -> dict[str, Any]:
        draft = parse_order(request.body, max_lines=self._max_lines)
        return present(self._checkout.place(draft))

    def cancel(self, request: Request, order_id: str) -> dict[str, Any]:
        return present(self._checkout.cancel(order_id))


def present(order: Order) -> dict[str, Any]:
    """An order as the outside sees it."""
    return {
        "id": order.order_id,
        "status": order.status,
        "customer": order.customer_id,
        "total": order.total,
        "currency": order.currency,
        "lines": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
    }
