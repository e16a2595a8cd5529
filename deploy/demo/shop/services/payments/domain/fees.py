"""What the acquirer keeps."""

from decimal import Decimal

from shopkit import money


class FeeTable:
    def __init__(self, percent: Decimal, fixed: int) -> None:
        self._percent = percent
        self._fixed = fixed

    def fee(self, gross: int) -> int:
        """Cents of `gross` that the acquirer keeps."""
        return money.percentage(gross, self._percent) + self._fixed
