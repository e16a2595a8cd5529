"""Adding a quote up."""

from services.orders.domain import tax
from services.orders.domain.order import Quote, QuoteLine, Totals
from shopkit import money


def line_discount(line: QuoteLine) -> int:
    """Cents that one line is reduced by."""
    return money.percentage(line.price * line.quantity, line.discount)


def add_up(quote: Quote, *, country: str, home: str) -> Totals:
    """Goods, discount, tax and what the customer pays, in cents."""
    goods = sum(line.price * line.quantity for line in quote.lines)
    discount = sum(line_discount(line) for line in quote.lines)
    net = max(goods - discount - quote.voucher_value, 0) + quote.shipping
    vat = tax.tax_on(net, country, home)
    return Totals(goods=goods, discount=discount, tax=vat, grand_total=net + vat)
