"""What the gateway asks of inventory."""

from urllib.parse import quote

from shopkit.client import ServiceClient


class StockClient:
    def __init__(self, base_url: str, timeout: float) -> None:
        self._client = ServiceClient("inventory", base_url, timeout)

    def on_hand(self, sku: str) -> int:
        """Pieces in all warehouses together."""
        return sum(self._client.get(f"/stock/{quote(sku)}")["warehouses"].values())
