"""Taking money and giving it back."""

from typing import Any

from services.payments.domain.charge import ChargeRequest
from services.payments.domain.charging import Charging
from shopkit.errors import ApiError
from shopkit.server import Request
from vendor.pathroute import Router


class ChargeHandlers:
    def __init__(self, charging: Charging) -> None:
        self._charging = charging

    def register(self, router: Router) -> None:
        router.add("POST", "/charges", self.create)
        router.add("POST", "/charges/{charge_id}/refund", self.refund)

    def create(self, request: Request) -> dict[str, Any]:
        body = request.body or {}
        try:
            wanted = ChargeRequest(body["order"], int(body["amount"]), body["currency"], body["card"])
        except (KeyError, ValueError) as error:
            raise ApiError(422, f"not a charge: {error}") from error
        charge = self._charging.charge(wanted)
        return {"id": charge.charge_id, "status": charge.status}

    def refund(self, request: Request, charge_id: str) -> dict[str, Any]:
        charge = self._charging.refund(charge_id)
        return {"id": charge.charge_id, "status": charge.status}
