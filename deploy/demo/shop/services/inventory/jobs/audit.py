"""Compares shelves with their movements again and again; a difference means that somebody sold air."""

import logging
import threading

from services.inventory.data.stock import StockRepository

log = logging.getLogger(__name__)


class StockMismatch(Exception):
    """A shelf and its movements do not agree."""

    def __init__(self, sku: str, warehouse: str, on_hand: int, expected: int) -> None:
        super().__init__(f"{sku} in {warehouse}: shelf says {on_hand}, movements say {expected}")
        self.sku = sku
        self.warehouse = warehouse
        self.expected = expected


class AuditJob:
    """A background thread that audits every `every` seconds and corrects what it finds."""

    def __init__(self, stock: StockRepository, *, every: float) -> None:
        self._stock = stock
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stock-audit", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self.audit()
            except StockMismatch as mismatch:
                log.exception("stock audit failed")
                self._stock.correct(mismatch.sku, mismatch.warehouse, mismatch.expected)
            except Exception:
                log.exception("stock audit could not run")

    def audit(self) -> None:
        """Raises StockMismatch at the first shelf that does not agree."""
        for sku, warehouse, on_hand, moved in self._stock.balances():
            if on_hand != moved:
                raise StockMismatch(sku, warehouse, on_hand, moved)
