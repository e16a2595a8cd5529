"""Amounts are whole cents; rates are decimals. Rounding is half up, as the invoices print it."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("1")


def percentage(amount: int, rate: Decimal) -> int:
    """`rate` of `amount` in cents, rounded half up: percentage(1000, Decimal("0.05")) is 50."""
    return int((Decimal(amount) * rate).quantize(CENT, rounding=ROUND_HALF_UP))


def convert(amount: int, rate: Decimal) -> int:
    """`amount` in another currency's cents."""
    return int((Decimal(amount) * rate).quantize(CENT, rounding=ROUND_HALF_UP))


def display(amount: int, currency: str) -> str:
    """12345 cents -> "123.45 EUR"."""
    return f"{amount // 100}.{amount % 100:02d} {currency}"
