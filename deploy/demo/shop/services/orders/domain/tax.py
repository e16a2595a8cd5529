"""Value added tax by country of delivery."""

from decimal import Decimal

from shopkit import money

RATES = {
    "AT": Decimal("0.20"),
    "DE": Decimal("0.19"),
    "FR": Decimal("0.20"),
    "NL": Decimal("0.21"),
    "PL": Decimal("0.23"),
}


def rate_for(country: str, home: str) -> Decimal:
    """The rate where the parcel goes; the home country's where we have no branch."""
    return RATES.get(country, RATES[home])


def tax_on(amount: int, country: str, home: str) -> int:
    return money.percentage(amount, rate_for(country, home))
