"""What can be promised: our shelves plus what the supplier delivers within a day."""

import logging
from collections.abc import Sequence

from services.inventory.clients.supplier import SupplierClient
from services.inventory.data.stock import StockRepository
from shopkit.errors import UpstreamError, UpstreamTimeout

log = logging.getLogger(__name__)


class Availability:
    def __init__(self, stock: StockRepository, supplier: SupplierClient) -> None:
        self._stock = stock
        self._supplier = supplier

    def levels(self, skus: Sequence[str]) -> dict[str, int]:
        """Pieces that can be promised of each of `skus`."""
        own = self._stock.totals(skus)
        return {sku: own.get(sku, 0) + extra for sku, extra in self._from_supplier(skus).items()}

    def _from_supplier(self, skus: Sequence[str]) -> dict[str, int]:
        try:
            return self._supplier.levels(skus)
        except (UpstreamError, UpstreamTimeout) as error:
            log.warning("supplier levels are missing, promising own stock only: %s", error)
            return dict.fromkeys(skus, 0)
