"""From a request's body to a draft of an order; refuses what cannot be one."""

from typing import Any

from services.orders.domain.order import Draft, DraftLine
from shopkit.errors import ApiError


def parse_order(body: Any, *, max_lines: int) -> Draft:
    if not isinstance(body, dict):
        raise ApiError(400, "an order is a JSON object")
    lines = [_parse_line(line) for line in body.get("lines") or []]
    if not lines:
        raise ApiError(422, "an order needs at least one line")
    if len(lines) > max_lines:
        raise ApiError(422, f"an order has at most {max_lines} lines")
    return Draft(
        customer_id=_text(body, "customer"),
        currency=body.get("currency") or "EUR",
        card=_text(body, "card"),
        voucher=body.get("voucher"),
        lines=tuple(lines),
    )


def _parse_line(line: Any) -> DraftLine:
    try:
        quantity = int(line["quantity"])
        price = int(line["price"])
    except (KeyError, TypeError, ValueError):
        raise ApiError(422, "a line needs sku, quantity and price") from None
    if not 1 <= quantity <= 50:
        raise ApiError(422, f"quantity {quantity} is out of range")
    return DraftLine(sku=_text(line, "sku"), quantity=quantity, price=price)


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise ApiError(422, f"{key} is missing")
    return value
