"""What orders asks of payments."""

from shopkit.client import ServiceClient
from shopkit.errors import ApiError, UpstreamError
from vendor import retrier


def _worth_retrying(error: Exception) -> bool:
    return isinstance(error, UpstreamError) and error.status == 503


RETRIES = retrier.Policy(attempts=3, wait=0.1, worth_it=_worth_retrying)


class PaymentsClient:
    def __init__(self, base_url: str, timeout: float) -> None:
        self._client = ServiceClient("payments", base_url, timeout)

    def charge(self, order_id: str, amount: int, currency: str, card: str) -> str:
        """Charges `amount` cents; returns the charge's id. Refuses with 402 when the card is declined."""
        body = {"order": order_id, "amount": amount, "currency": currency, "card": card}
        try:
            return retrier.run("charge", lambda: self._client.post("/charges", body), RETRIES)["id"]
        except UpstreamError as error:
            if error.status == 402:
                raise ApiError(402, error.detail) from error
            raise

    def refund(self, charge: str) -> None:
        self._client.post(f"/charges/{charge}/refund", {})
