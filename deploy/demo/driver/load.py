"""A handful of customers who browse, buy, cancel and look at their orders through the gateway.

Owns: what customers do and how often. Keeps out: what the shop makes of it.
"""

import json
import random
import threading
import time
from collections import Counter
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

CUSTOMERS = 8  # who act at the same time
PAUSE = 0.03  # seconds between two actions of one customer
POPULAR = ("mug-blue", "mug-red", "teapot")
PRODUCTS = (*POPULAR, "kettle", "tray-oak", "tray-ash", "spoon-set", "tea-green", "tea-black", "honey")
REGULARS = tuple(f"c-{number}" for number in range(1, 9))
NOTES = ("Happy birthday!", "With love", "Enjoy your tea")


class Shopper:
    """One customer; the same seed does the same things."""

    def __init__(self, url: str, seed: int) -> None:
        self._url = url
        self._random = random.Random(seed)
        self._orders: list[str] = []
        self.answers: Counter[int] = Counter()

    def act(self) -> None:
        """One visit."""
        dice = self._random.random()
        if dice < 0.6:
            self._check_out()
        elif dice < 0.75:
            self._send("GET", f"/products/{self._random.choice((*PRODUCTS, 'lamp'))}")
        elif dice < 0.85 and self._orders:
            self._send("POST", f"/orders/{self._orders.pop()}/cancel", {})
        else:
            self._send("GET", f"/customers/{self._random.choice(REGULARS)}/orders")

    def _check_out(self) -> None:
        cart = self.cart()
        if self._random.random() < 0.2:
            new = self._send("POST", "/customers", {"name": "New Face", "email": "new@example.org", "country": "DE"})
            cart["customer"] = new.get("id", cart["customer"])
        placed = self._send("POST", "/checkout", cart)
        if "id" in placed:
            self._orders.append(placed["id"])

    def cart(self) -> dict[str, Any]:
        """A cart as a browser sends it."""
        pick = self._random
        skus = {pick.choice(POPULAR), *pick.sample(PRODUCTS, pick.randint(0, 5))}
        declined = pick.random() < 0.12
        cart: dict[str, Any] = {
            "customer": pick.choice(REGULARS),
            "currency": pick.choice(("EUR", "EUR", "EUR", "USD", "PLN")),
            "card": f"4000-{pick.randrange(10**8):08d}-{'0002' if declined else '0001'}",
            "items": [{"sku": sku, "quantity": pick.choice((1, 1, 1, 2, 3, 12))} for sku in sorted(skus)],
        }
        if pick.random() < 0.25:
            cart["gift_note"] = pick.choice(NOTES)
        if pick.random() < 0.1:
            cart["voucher"] = pick.choice(("WELCOME5", "SPRING10", "XMAS"))
        return cart

    def _send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, method=method, data=data, headers={"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=10) as response:
                self.answers[response.status] += 1
                answer = json.load(response)
                return answer if isinstance(answer, dict) else {}
        except HTTPError as error:
            self.answers[error.code] += 1
        except (URLError, TimeoutError, ConnectionError):
            self.answers[0] += 1
        return {}


def run(url: str, seconds: float, *, seed: int) -> Counter[int]:
    """Let customers act on the shop behind `url` for `seconds`; how often each HTTP status was answered (0: none)."""
    end = time.monotonic() + seconds
    shoppers = [Shopper(url, seed * 100 + number) for number in range(CUSTOMERS)]

    def visit(shopper: Shopper) -> None:
        while time.monotonic() < end:
            shopper.act()
            time.sleep(PAUSE)

    threads = [threading.Thread(target=visit, args=(shopper,), daemon=True) for shopper in shoppers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum((shopper.answers for shopper in shoppers), Counter())
