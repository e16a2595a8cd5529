"""Product pages."""

from typing import Any

from services.gateway.clients.stock import StockClient
from services.gateway.domain import products
from shopkit.errors import NotFound
from shopkit.server import Request
from vendor.pathroute import Router


class ProductHandlers:
    def __init__(self, stock: StockClient) -> None:
        self._stock = stock

    def register(self, router: Router) -> None:
        router.add("GET", "/products/{sku}", self.show)

    def show(self, request: Request, sku: str) -> dict[str, Any]:
        product = products.find(sku)
        if product is None:
            raise NotFound(f"product {sku}")
        return {"sku": sku, "title": product.title, "price": product.price, "stock": self._stock.on_hand(sku)}
