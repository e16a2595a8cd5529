"""What the inventory service can be told."""

import os
from dataclasses import dataclass

from shopkit import settings


@dataclass(frozen=True)
class InventoryConfig:
    log_style: str
    workers: int
    audit_every: float
    supplier_url: str
    supplier_timeout: float
    database: settings.DatabaseSettings


def load(environment: str) -> InventoryConfig:
    section = settings.load("inventory", environment)
    return InventoryConfig(
        log_style=section.get("log_style", "text"),
        workers=section.get("workers", 8),
        audit_every=section["audit_every"],
        supplier_url=os.environ["SUPPLIER_URL"],
        supplier_timeout=section["supplier"]["timeout"],
        database=settings.database("inventory", section.get("database", {})),
    )
