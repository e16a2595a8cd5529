"""The outside world of the shop: a bank that takes cards and a wholesale supplier, with their habits and limits.

Owns: how partners answer. Keeps out: the shop, which only knows their addresses.
"""

import json
import threading
import time
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

DECLINED_SUFFIX = "-0002"
ATTEMPTS_PER_CARD = 3  # more within the window look like fraud
WINDOW = 2.0
SUPPLIER_DELAY = 0.15  # seconds for any answer
SUPPLIER_LEVEL = 40


class Acquirer:
    """Captures money; refuses cards that are declined (402) or tried too often (429)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: dict[str, deque[float]] = defaultdict(deque)

    def capture(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """(status, answer) to one attempt to take money."""
        card = str(body.get("card", ""))
        if self._too_often(card):
            return 429, {"error": f"rate limit exceeded: more than {ATTEMPTS_PER_CARD} attempts for one card"}
        if card.endswith(DECLINED_SUFFIX):
            return 402, {"error": "insufficient funds"}
        return 200, {"reference": f"acq-{abs(hash((card, time.monotonic_ns()))):x}"}

    def _too_often(self, card: str) -> bool:
        now = time.monotonic()
        with self._lock:
            attempts = self._attempts[card]
            while attempts and attempts[0] < now - WINDOW:
                attempts.popleft()
            attempts.append(now)
            return len(attempts) > ATTEMPTS_PER_CARD


class _Handler(BaseHTTPRequestHandler):
    server: "Partners"

    def do_GET(self) -> None:
        time.sleep(SUPPLIER_DELAY)
        url = urlsplit(self.path)
        if url.path == "/levels":
            skus = parse_qs(url.query).get("skus", [""])[0].split(",")
            return self._answer(200, {"levels": dict.fromkeys(skus, SUPPLIER_LEVEL)})
        return self._answer(200, {"level": SUPPLIER_LEVEL})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.path == "/captures":
            return self._answer(*self.server.acquirer.capture(body))
        return self._answer(200, {"status": "refunded"})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        payload = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
        except ConnectionError:
            pass  # the shop did not wait for the answer

    def log_message(self, format: str, *args: Any) -> None:
        """Partners do not log here."""


class Partners(ThreadingHTTPServer):
    """Both partners on one port of this machine, served from threads of this process."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.acquirer = Acquirer()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name="partners")
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
