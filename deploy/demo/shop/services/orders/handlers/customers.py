"""Signing up."""

import secrets
from typing import Any

from services.orders.data.customers import CustomerRepository
from services.orders.domain.order import Customer
from shopkit.errors import ApiError
from shopkit.server import Request
from vendor.pathroute import Router


class CustomerHandlers:
    def __init__(self, customers: CustomerRepository) -> None:
        self._customers = customers

    def register(self, router: Router) -> None:
        router.add("POST", "/customers", self.sign_up)

    def sign_up(self, request: Request) -> dict[str, Any]:
        body = request.body or {}
        if "@" not in body.get("email", ""):
            raise ApiError(422, "an address needs an @")
        customer = Customer(
            customer_id=f"c-{secrets.token_hex(4)}",
            name=body.get("name", ""),
            email=body["email"],
            points=0,
            country=body.get("country", "DE"),
        )
        self._customers.insert(customer)
        return {"id": customer.customer_id}
