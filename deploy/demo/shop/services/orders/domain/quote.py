"""From a draft to prices."""

from decimal import Decimal

from services.orders.domain import loyalty, vouchers
from services.orders.domain.order import Customer, Draft, DraftLine, Quote, QuoteLine

FREE_SHIPPING_FROM = 5000
SHIPPING = 490
BULK_QUANTITY = 10
BULK_RATE = Decimal("0.02")


def build_quote(draft: Draft, customer: Customer) -> Quote:
    """Every line with its discount, the voucher, and shipping."""
    goods = sum(line.price * line.quantity for line in draft.lines)
    rate = loyalty.discount_rate(customer)
    return Quote(
        lines=tuple(_quote_line(line, rate) for line in draft.lines),
        currency=draft.currency,
        voucher_value=vouchers.voucher_value(draft.voucher, goods),
        shipping=0 if goods >= FREE_SHIPPING_FROM else SHIPPING,
    )


def _quote_line(line: DraftLine, rate: Decimal) -> QuoteLine:
    discount = max(rate, BULK_RATE) if line.quantity >= BULK_QUANTITY else rate
    return QuoteLine(sku=line.sku, quantity=line.quantity, price=line.price, discount=discount)
