"""What the orders service can be told."""

import os
from dataclasses import dataclass

from shopkit import settings


@dataclass(frozen=True)
class OrdersConfig:
    log_style: str
    workers: int
    tax_country: str
    max_lines: int
    inventory_url: str
    inventory_timeout: float
    payments_url: str
    payments_timeout: float
    database: settings.DatabaseSettings


def load(environment: str) -> OrdersConfig:
    section = settings.load("orders", environment)
    upstream = section["upstream"]
    return OrdersConfig(
        log_style=section.get("log_style", "text"),
        workers=section.get("workers", 8),
        tax_country=section["tax_country"],
        max_lines=section["max_lines"],
        inventory_url=os.environ["INVENTORY_URL"],
        inventory_timeout=upstream["inventory_timeout"],
        payments_url=os.environ["PAYMENTS_URL"],
        payments_timeout=upstream["payments_timeout"],
        database=settings.database("orders", section.get("database", {})),
    )
