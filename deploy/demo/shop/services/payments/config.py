"""What the payments service can be told."""

import os
from dataclasses import dataclass
from decimal import Decimal

from shopkit import settings


@dataclass(frozen=True)
class PaymentsConfig:
    log_style: str
    workers: int
    acquirer_url: str
    acquirer_timeout: float
    settlement_currency: str
    fee_percent: Decimal
    fee_fixed: int
    database: settings.DatabaseSettings


def load(environment: str) -> PaymentsConfig:
    section = settings.load("payments", environment)
    fees = section["fees"]
    return PaymentsConfig(
        log_style=section.get("log_style", "text"),
        workers=section.get("workers", 8),
        acquirer_url=os.environ["ACQUIRER_URL"],
        acquirer_timeout=section["acquirer_timeout"],
        settlement_currency=section.get("settlement_currency"),
        fee_percent=Decimal(fees["percent"]),
        fee_fixed=fees["fixed"],
        database=settings.database("payments", section.get("database", {})),
    )
