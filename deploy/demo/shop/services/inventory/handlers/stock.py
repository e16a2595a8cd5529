"""Questions about stock."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from services.inventory.data.stock import StockRepository
from services.inventory.domain.availability import Availability
from shopkit.errors import ApiError, NotFound
from shopkit.server import Request
from vendor.pathroute import Router


class StockHandlers:
    def __init__(self, availability: Availability, stock: StockRepository) -> None:
        self._availability = availability
        self._stock = stock

    def register(self, router: Router) -> None:
        router.add("GET", "/availability", self.availability)
        router.add("GET", "/stock/{sku}", self.show)

    def availability(self, request: Request) -> dict[str, int]:
        asked = parse_qs(urlsplit(request.path).query).get("skus", [""])[0]
        skus = [sku for sku in asked.split(",") if sku]
        if not skus:
            raise ApiError(400, "skus is missing")
        return self._availability.levels(skus)

    def show(self, request: Request, sku: str) -> dict[str, Any]:
        shelves = self._stock.shelves(sku)
        if not shelves:
            raise NotFound(f"sku {sku}")
        return {"sku": sku, "warehouses": {shelf.warehouse: shelf.on_hand for shelf in shelves}}
