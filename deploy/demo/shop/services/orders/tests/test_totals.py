from decimal import Decimal

from services.orders.domain.order import Quote, QuoteLine
from services.orders.domain.totals import add_up


def test_discount_and_tax_are_rounded_half_up():
    quote = Quote(
        lines=(QuoteLine("mug", 2, 999, Decimal("0.05")),), currency="EUR", voucher_value=0, shipping=490
    )
    totals = add_up(quote, country="DE", home="DE")
    assert totals.discount == 100
    assert totals.grand_total == 2388 + 454
