"""From a cart, as browsers send it, to an order, as the orders service wants it."""

from typing import Any

from services.gateway.domain import products
from shopkit.errors import ApiError

CURRENCIES = ("EUR", "USD", "GBP", "PLN")


def to_order(cart: dict[str, Any]) -> dict[str, Any]:
    """The order for `cart`, with our prices, not the browser's."""
    currency = cart.get("currency", "EUR")
    if currency not in CURRENCIES:
        raise ApiError(422, f"currency {currency} is not accepted")
    return {
        "customer": cart.get("customer"),
        "currency": currency,
        "card": cart.get("card"),
        "voucher": cart.get("voucher"),
        "lines": [_line(item) for item in cart.get("items", [])],
    }


def _line(item: dict[str, Any]) -> dict[str, Any]:
    product = products.find(item.get("sku", ""))
    if product is None:
        raise ApiError(422, f"product {item.get('sku')} is not on sale")
    return {"sku": product.sku, "quantity": item.get("quantity", 1), "price": product.price}
