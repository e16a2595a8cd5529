"""Reservations: goods leave the shelf when an order is placed and come back when it fails."""

import logging
import secrets
from collections.abc import Sequence

from services.inventory.data.reservations import ReservationRepository
from services.inventory.data.stock import StockRepository
from services.inventory.domain import warehouses
from services.inventory.domain.locks import SkuLocks
from services.inventory.domain.stock import Movement, Wanted
from shopkit.errors import ApiError, NotFound

log = logging.getLogger(__name__)


class Reserving:
    def __init__(self, stock: StockRepository, reservations: ReservationRepository) -> None:
        self._stock = stock
        self._reservations = reservations
        self._locks = SkuLocks()

    def reserve(self, order_id: str, wanted: Sequence[Wanted]) -> str:
        """Takes everything that is wanted off the shelves, or nothing; returns the reservation's id."""
        reservation_id = f"r-{secrets.token_hex(4)}"
        with self._locks.holding(item.sku for item in wanted):
            picks = [self._pick(item) for item in wanted]
            for movement, left in picks:
                self._stock.apply(movement, on_hand=left)
        self._reservations.insert(reservation_id, order_id, [movement for movement, _ in picks])
        return reservation_id

    def _pick(self, item: Wanted) -> tuple[Movement, int]:
        shelf = warehouses.choose(self._stock.shelves(item.sku), item.quantity)
        if shelf is None:
            raise ApiError(409, f"{item.sku}: no warehouse has {item.quantity}")
        movement = Movement(item.sku, shelf.warehouse, -item.quantity, "reserved")
        return movement, shelf.on_hand - item.quantity

    def release(self, reservation_id: str) -> None:
        """Puts the goods of a reservation back where they came from."""
        movements = self._reservations.take(reservation_id)
        if movements is None:
            raise NotFound(f"reservation {reservation_id}")
        with self._locks.holding(movement.sku for movement in movements):
            for movement in movements:
                back = Movement(movement.sku, movement.warehouse, -movement.quantity, "released")
                shelf = self._stock.shelf(movement.sku, movement.warehouse)
                self._stock.apply(back, on_hand=shelf.on_hand + back.quantity)
