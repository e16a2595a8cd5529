"""The words of the inventory service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    sku: str
    quantity: int


@dataclass(frozen=True)
class Shelf:
    """How much of a product lies in one warehouse."""

    sku: str
    warehouse: str
    on_hand: int


@dataclass(frozen=True)
class Movement:
    """A change of a shelf: negative when goods leave it."""

    sku: str
    warehouse: str
    quantity: int
    reason: str
