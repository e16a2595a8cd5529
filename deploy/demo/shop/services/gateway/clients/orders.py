"""What the gateway asks of orders; refusals are passed on to the customer."""

from typing import Any
from urllib.parse import quote

from shopkit.client import ServiceClient
from shopkit.errors import ApiError, UpstreamError


class OrdersClient:
    def __init__(self, base_url: str, timeout: float) -> None:
        self._client = ServiceClient("orders", base_url, timeout)

    def place(self, order: dict[str, Any]) -> Any:
        return self._call("POST", "/orders", order)

    def get(self, order_id: str) -> Any:
        return self._call("GET", f"/orders/{quote(order_id)}")

    def cancel(self, order_id: str) -> Any:
        return self._call("POST", f"/orders/{quote(order_id)}/cancel", {})

    def sign_up(self, customer: dict[str, Any]) -> Any:
        return self._call("POST", "/customers", customer)

    def history(self, customer_id: str) -> Any:
        return self._call("GET", f"/customers/{quote(customer_id)}/orders")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        try:
            return self._client.get(path) if method == "GET" else self._client.post(path, body)
        except UpstreamError as error:
            if 400 <= error.status < 500:
                raise ApiError(error.status, error.detail) from error
            raise
