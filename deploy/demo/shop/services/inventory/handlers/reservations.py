"""Setting goods aside and giving them back."""

from typing import Any

from services.inventory.domain.reserving import Reserving
from services.inventory.domain.stock import Wanted
from shopkit.errors import ApiError
from shopkit.server import Request
from vendor.pathroute import Router


class ReservationHandlers:
    def __init__(self, reserving: Reserving) -> None:
        self._reserving = reserving

    def register(self, router: Router) -> None:
        router.add("POST", "/reservations", self.create)
        router.add("POST", "/reservations/{reservation_id}/release", self.release)

    def create(self, request: Request) -> dict[str, Any]:
        body = request.body or {}
        wanted = [Wanted(line["sku"], int(line["quantity"])) for line in body.get("lines", [])]
        if not wanted:
            raise ApiError(422, "nothing to reserve")
        return {"id": self._reserving.reserve(body.get("order", ""), wanted)}

    def release(self, request: Request, reservation_id: str) -> dict[str, Any]:
        self._reserving.release(reservation_id)
        return {"id": reservation_id, "status": "released"}
