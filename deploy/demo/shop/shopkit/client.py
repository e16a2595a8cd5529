"""Calling another service: JSON in and out, one deadline, errors with the service's name."""

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from shopkit.context import TRACE_HEADER, trace_id
from shopkit.errors import UpstreamError, UpstreamTimeout


class ServiceClient:
    """One upstream service. `timeout` is seconds for connecting and for each read."""

    def __init__(self, name: str, base_url: str, timeout: float = 2.0) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout

    def get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def post(self, path: str, body: Any) -> Any:
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        request = Request(
            self._base_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", TRACE_HEADER: trace_id.get()},
        )
        try:
            with urlopen(request, timeout=self._timeout) as response:
                return json.load(response)
        except HTTPError as error:
            raise UpstreamError(self.name, error.code, _detail(error)) from None
        except TimeoutError as error:
            raise UpstreamTimeout(self.name, path, self._timeout) from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise UpstreamTimeout(self.name, path, self._timeout) from error
            raise UpstreamError(self.name, 503, f"cannot be reached: {error.reason}") from error


def _detail(error: HTTPError) -> str:
    try:
        return str(json.load(error).get("error", ""))
    except ValueError:
        return error.reason
