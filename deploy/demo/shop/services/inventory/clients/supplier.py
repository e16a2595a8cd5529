"""What inventory asks of the wholesale supplier."""

from collections.abc import Sequence
from urllib.parse import quote

from shopkit.client import ServiceClient


class SupplierClient:
    def __init__(self, base_url: str, timeout: float) -> None:
        self._client = ServiceClient("supplier", base_url, timeout)

    def levels(self, skus: Sequence[str]) -> dict[str, int]:
        """Pieces that the supplier can send within a day, for all `skus` in one call."""
        answer = self._client.get(f"/levels?skus={quote(','.join(skus))}")
        return {sku: int(answer["levels"].get(sku, 0)) for sku in skus}

    def level(self, sku: str) -> int:
        """Pieces of one product, with the supplier's latest figures."""
        return int(self._client.get(f"/levels/{quote(sku)}")["level"])
