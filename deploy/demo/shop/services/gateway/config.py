"""What the gateway can be told."""

import os
from dataclasses import dataclass

from shopkit import settings


@dataclass(frozen=True)
class GatewayConfig:
    log_style: str
    workers: int
    orders_url: str
    orders_timeout: float
    inventory_url: str
    inventory_timeout: float


def load(environment: str) -> GatewayConfig:
    section = settings.load("gateway", environment)
    return GatewayConfig(
        log_style=section.get("log_style", "text"),
        workers=section.get("workers", 8),
        orders_url=os.environ["ORDERS_URL"],
        orders_timeout=section["orders_timeout"],
        inventory_url=os.environ["INVENTORY_URL"],
        inventory_timeout=section["inventory_timeout"],
    )
