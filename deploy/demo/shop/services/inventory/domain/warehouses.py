"""From which warehouse goods are taken."""

from collections.abc import Sequence

from services.inventory.domain.stock import Shelf

PREFERENCE = ("berlin", "lyon", "gdansk")


def choose(shelves: Sequence[Shelf], quantity: int) -> Shelf | None:
    """The preferred warehouse that can deliver everything alone, or None."""
    able = [shelf for shelf in shelves if shelf.on_hand >= quantity]
    return min(able, key=lambda shelf: PREFERENCE.index(shelf.warehouse), default=None)
