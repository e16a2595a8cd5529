"""The bank that takes the money."""

import logging

from services.payments.domain.charge import ChargeRequest
from shopkit.client import ServiceClient
from shopkit.errors import ApiError, UpstreamError

log = logging.getLogger(__name__)


class AcquirerError(Exception):
    """The acquirer could not process a charge, for a reason that is not the customer's."""


class AcquirerClient:
    def __init__(self, base_url: str, timeout: float) -> None:
        self._client = ServiceClient("acquirer", base_url, timeout)

    def capture(self, wanted: ChargeRequest) -> str:
        """Takes the money; returns the acquirer's reference."""
        body = {"card": wanted.card, "amount": wanted.amount, "currency": wanted.currency}
        try:
            return self._client.post("/captures", body)["reference"]
        except UpstreamError as error:
            if error.status == 402:
                raise ApiError(402, f"card declined: {error.detail}") from error
            raise AcquirerError(f"capture for {wanted.order_id} failed: {error.detail}") from error

    def refund(self, reference: str) -> None:
        self._client.post("/refunds", {"reference": reference})
