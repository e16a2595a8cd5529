"""What orders asks of inventory."""

from collections.abc import Sequence
from urllib.parse import quote

from services.orders.domain.order import DraftLine
from shopkit.client import ServiceClient
from shopkit.errors import ApiError, UpstreamError


class InventoryClient:
    def __init__(self, base_url: str, timeout: float) -> None:
        self._client = ServiceClient("inventory", base_url, timeout)

    def require_available(self, wanted: Sequence[tuple[str, int]]) -> None:
        """Refuses the order when something cannot be delivered."""
        skus = ",".join(sku for sku, _ in wanted)
        levels = self._client.get(f"/availability?skus={quote(skus)}")
        for sku, quantity in wanted:
            if levels.get(sku, 0) < quantity:
                raise ApiError(409, f"{sku}: {quantity} wanted, {levels.get(sku, 0)} available")

    def reserve(self, order_id: str, lines: Sequence[DraftLine]) -> str:
        """Sets the goods aside; returns the reservation's id."""
        wanted = [{"sku": line.sku, "quantity": line.quantity} for line in lines]
        try:
            return self._client.post("/reservations", {"order": order_id, "lines": wanted})["id"]
        except UpstreamError as error:
            if error.status == 409:
                raise ApiError(409, error.detail) from error
            raise

    def release(self, reservation: str) -> None:
        """Gives reserved goods back."""
        self._client.post(f"/reservations/{reservation}/release", {})
