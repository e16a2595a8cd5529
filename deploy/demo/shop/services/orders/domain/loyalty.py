"""What regular customers save."""

from decimal import Decimal

from services.orders.domain.order import Customer

RATES = {"bronze": Decimal("0.00"), "silver": Decimal("0.03"), "gold": Decimal("0.05")}
THRESHOLDS = (("gold", 1000), ("silver", 400))


def tier_for(points: int) -> str:
    """The loyalty tier of a customer with so many points."""
    for tier, threshold in THRESHOLDS:
        if points >= threshold:
            return tier
    return "bronze"


def discount_rate(customer: Customer) -> Decimal:
    """The share that `customer` saves on every line."""
    return RATES[tier_for(customer.points)]


def points_earned(total: int) -> int:
    """One point for each full euro."""
    return total // 100
