"""The words of the orders service."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Customer:
    customer_id: str
    name: str
    email: str
    points: int
    country: str


@dataclass(frozen=True)
class DraftLine:
    sku: str
    quantity: int
    price: int  # cents a piece


@dataclass(frozen=True)
class Draft:
    """What a customer asks for, before prices and stock are looked at."""

    customer_id: str
    currency: str
    card: str
    lines: tuple[DraftLine, ...]
    voucher: str | None = None


@dataclass(frozen=True)
class QuoteLine:
    sku: str
    quantity: int
    price: int
    discount: Decimal  # share of the price that is taken off


@dataclass(frozen=True)
class Quote:
    """A priced order. `voucher_value` and `shipping` are cents."""

    lines: tuple[QuoteLine, ...]
    currency: str
    voucher_value: int
    shipping: int


@dataclass(frozen=True)
class Totals:
    goods: int
    discount: int
    tax: int
    grand_total: int


@dataclass
class Order:
    order_id: str
    customer_id: str
    currency: str
    total: int
    status: str = "placed"
    reservation: str = ""
    charge: str = ""
    lines: list[DraftLine] = field(default_factory=list)
