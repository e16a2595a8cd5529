"""ClickHouse's errors as ours, by its error codes.

Codes: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp. Keeps out: the client.
"""

import re

from connectors.errors import (
    AuthenticationError,
    ConfigurationError,
    FirstcauseError,
    StopError,
    ThrottledError,
    UnavailableError,
)

_KINDS: dict[type[FirstcauseError], tuple[str, frozenset[int]]] = {
    AuthenticationError: (
        "{place} refused the credentials or the rights of this user",
        frozenset(
            {
                192,  # UNKNOWN_USER
                193,  # WRONG_PASSWORD
                194,  # REQUIRED_PASSWORD
                195,  # IP_ADDRESS_NOT_ALLOWED
                497,  # ACCESS_DENIED
                516,  # AUTHENTICATION_FAILED
            }
        ),
    ),
    ThrottledError: (
        "{place} asks for less work",
        frozenset(
            {
                201,  # QUOTA_EXCEEDED
                202,  # TOO_MANY_SIMULTANEOUS_QUERIES
                241,  # MEMORY_LIMIT_EXCEEDED
                252,  # TOO_MANY_PARTS: merges have fallen behind
                439,  # CANNOT_SCHEDULE_TASK
            }
        ),
    ),
    UnavailableError: (
        "{place} cannot answer now",
        frozenset(
            {
                159,  # TIMEOUT_EXCEEDED
                160,  # TOO_SLOW
                198,  # DNS_ERROR
                209,  # SOCKET_TIMEOUT
                210,  # NETWORK_ERROR
                236,  # ABORTED: the server shuts down
                242,  # TABLE_IS_READ_ONLY: its coordination is away
                279,  # ALL_CONNECTION_TRIES_FAILED
                285,  # TOO_FEW_LIVE_REPLICAS
                319,  # UNKNOWN_STATUS_OF_INSERT: the token makes a repeat safe
                394,  # QUERY_WAS_CANCELLED
                425,  # SYSTEM_ERROR
                999,  # KEEPER_EXCEPTION
            }
        ),
    ),
    StopError: (
        "{place} must be looked at",
        frozenset(
            {
                40,  # CHECKSUM_DOESNT_MATCH
                74,  # CANNOT_READ_FROM_FILE_DESCRIPTOR
                75,  # CANNOT_WRITE_TO_FILE_DESCRIPTOR
                243,  # NOT_ENOUGH_SPACE
            }
        ),
    ),
}
_HTTP_STATUS = re.compile(r"\b(?:status|HTTP)\D{0,12}(\d{3})\b", re.IGNORECASE)
_STATUSES: dict[str, type[FirstcauseError]] = {
    "401": AuthenticationError,
    "403": AuthenticationError,
    "429": ThrottledError,
    "502": UnavailableError,
    "503": UnavailableError,
    "504": UnavailableError,
}


def translate(error: Exception, place: str) -> FirstcauseError:
    """The error of our tree that says what the caller should do about clickhouse-connect's `error`.

    `place` names the server without its password.
    """
    from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError

    detail = " ".join(str(error).split())
    code = getattr(error, "code", None)
    for kind, (sentence, codes) in _KINDS.items():
        if code in codes:
            return kind(f"{sentence.format(place=place)}: {detail}")
    status = _HTTP_STATUS.search(detail)
    if code is None and status and status[1] in _STATUSES:
        kind = _STATUSES[status[1]]
        return kind(f"{_KINDS[kind][0].format(place=place)}: {detail}")
    if code is None and (isinstance(error, OperationalError) or not isinstance(error, ClickHouseError)):
        return UnavailableError(f"{place} cannot be reached: {detail}")
    return ConfigurationError(f"{place} refused the request: {detail}")
