"""Looking at what was ordered before."""

from typing import Any

from services.orders.data.customers import CustomerRepository
from services.orders.data.orders import OrderRepository
from services.orders.handlers.orders import present
from shopkit.errors import NotFound
from shopkit.server import Request
from vendor.pathroute import Router


class HistoryHandlers:
    def __init__(self, orders: OrderRepository, customers: CustomerRepository) -> None:
        self._orders = orders
        self._customers = customers

    def register(self, router: Router) -> None:
        router.add("GET", "/orders/{order_id}", self.show)
        router.add("GET", "/customers/{customer_id}/orders", self.list_for_customer)

    def show(self, request: Request, order_id: str) -> dict[str, Any]:
        order = self._orders.get(order_id)
        if order is None:
            raise NotFound(f"order {order_id}")
        return present(order)

    def list_for_customer(self, request: Request, customer_id: str) -> dict[str, Any]:
        customer = self._customers.get(customer_id)
        orders = self._orders.of_customer(customer.customer_id, limit=20)
        return {"customer": customer.name, "orders": [present(order) for order in orders]}
