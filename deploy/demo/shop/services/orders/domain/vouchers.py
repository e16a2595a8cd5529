"""Voucher codes and what they are worth."""

from shopkit.errors import ApiError

VOUCHERS = {"WELCOME5": 500, "SPRING10": 1000, "SORRY": 250}
LEAST_GOODS = 2000


def voucher_value(code: str | None, goods: int) -> int:
    """Cents that `code` takes off goods of `goods` cents; refuses codes that are unknown or not allowed here."""
    if not code:
        return 0
    if code not in VOUCHERS:
        raise ApiError(422, f"voucher {code} is not known")
    if goods < LEAST_GOODS:
        raise ApiError(422, f"voucher {code} needs goods for at least {LEAST_GOODS} cents")
    return VOUCHERS[code]
