"""The connection to ClickHouse: URL, limits, one insert as one block, and the translation of its errors.

Owns: clickhouse-connect's client, for servers and for the same engine in this process (chdb).
Keeps out: tables and queries.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa

from connectors.errors import ConfigurationError, FirstcauseError, UnavailableError
from connectors.warehouse.clickhouse_errors import translate

T = TypeVar("T")

DATABASE = "firstcause"  # when the URL names none
OLDEST = (24, 3)
CONNECT_SECONDS = 10
ANSWER_SECONDS = 300
QUERY_SECONDS = 120  # the server stops a read by itself before the client gives up on it
UNLIMITED_ROWS = 1 << 40

# Everything that arrives becomes one block, thus one part, which the server makes visible at once.
ONE_BLOCK = {
    "min_insert_block_size_rows": UNLIMITED_ROWS,
    "min_insert_block_size_bytes": 0,
    "max_insert_block_size": UNLIMITED_ROWS,
    "async_insert": 0,
}

# What a URL may say after "?", as clickhouse-connect names it.
_OPTIONS: dict[str, Callable[[str], Any]] = {
    "verify": lambda text: text.lower() not in ("0", "false", "no"),
    "ca_cert": str,
    "client_cert": str,
    "client_cert_key": str,
    "server_host_name": str,
    "http_proxy": str,
    "https_proxy": str,
    "proxy_path": str,
    "connect_timeout": int,
    "send_receive_timeout": int,
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL points: what clickhouse-connect is given, the database, and words for messages (no password)."""

    arguments: Mapping[str, Any] = field(repr=False)
    database: str
    place: str


def parse_url(url: str) -> Target:
    """The target of `clickhouse[s]://user:password@host:port/database?option=value` or `chdb://path?database=name`.

    Raises ConfigurationError for options that do not exist and values that cannot be read.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme == "chdb":
        path = unquote(parts.netloc + parts.path)
        database = options.pop("database", DATABASE)
        if not path or options:
            raise ConfigurationError(f"warehouse URL {url!r} cannot be used; a valid form is chdb:///path/to/folder.")
        absolute = str(Path(path).absolute())
        return Target({"interface": "chdb", "path": absolute}, database, f"chdb in {absolute}")
    secure = parts.scheme == "clickhouses"
    try:
        port = parts.port or (8443 if secure else 8123)
        given = {name: _OPTIONS[name](value) for name, value in options.items()}
    except KeyError as error:
        raise ConfigurationError(
            f"warehouse URL option {error.args[0]!r} is not known; valid: {', '.join(sorted(_OPTIONS))}."
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"the warehouse URL's port or an option is not a number: {error}.") from error
    host = parts.hostname or "localhost"
    arguments = {
        "interface": "https" if secure else "http",
        "host": host,
        "port": port,
        "username": unquote(parts.username or "default"),
        "password": unquote(parts.password or ""),
        "connect_timeout": CONNECT_SECONDS,
        "send_receive_timeout": ANSWER_SECONDS,
        # A session would make two threads' queries wait for, or refuse, one another.
        "autogenerate_session_id": False,
        # Long lists of ids and long search texts do not fit into a request line.
        "form_encode_query_params": True,
        **given,
    }
    database = unquote(parts.path.strip("/")) or DATABASE
    return Target(arguments, database, f"ClickHouse at {host}:{port}")


class Connection:
    """A client in one database; errors come out as ours. Safe to share between threads."""

    def __init__(self, target: Target) -> None:
        """Connects, checks the server's version, and makes the database when it is not there.

        Raises ConfigurationError, AuthenticationError or UnavailableError.
        """
        self.database = target.database
        self._place = target.place
        try:
            self._client = self._call(lambda: _connect(target))
        except (ConfigurationError, UnavailableError):
            # The handshake of the client needs a newer server than it says; ask again in the oldest way there is.
            check_version(_asked_version(target), target.place)
            raise
        check_version(str(self._client.server_version), target.place)
        known = self.query(
            "SELECT 1 AS found FROM system.databases WHERE name = {name:String}", {"name": target.database}
        )
        if not known.num_rows:
            self.command(f"CREATE DATABASE IF NOT EXISTS {quoted(target.database)}")
        self._client.database = target.database

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that returns no rows."""
        self._call(lambda: self._client.command(sql, parameters=dict(parameters or {})))

    def query(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        """Rows of a SELECT whose `{name:Type}` parameters the server binds."""
        return self._call(
            lambda: self._client.query_arrow(
                sql, parameters=dict(parameters), settings={"max_execution_time": QUERY_SECONDS}, use_strings=True
            )
        )

    def insert(self, table: str, rows: pa.Table, token: str) -> None:
        """Insert `rows` as one block; a no-op when the table has seen `token` in its window."""
        settings = {**ONE_BLOCK, "insert_deduplicate": 1, "insert_deduplication_token": token}
        block = rows.combine_chunks()
        self._call(lambda: self._client.insert_arrow(table, block, settings=settings))

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()

    def _call(self, request: Callable[[], T]) -> T:
        from clickhouse_connect.driver.exceptions import ClickHouseError
        from urllib3.exceptions import HTTPError

        try:
            return request()
        except FirstcauseError:
            raise
        except (ClickHouseError, HTTPError, OSError) as error:
            raise translate(error, self._place) from error


def check_version(version: str, place: str) -> None:
    """Raises ConfigurationError when `version` ("24.3.1.2") is too old or is no version; does nothing for ""."""
    numbers = re.match(r"(\d+)\.(\d+)\.", version)
    if version and not numbers:
        raise ConfigurationError(f"{place} does not answer as ClickHouse's HTTP interface does; check host and port.")
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise ConfigurationError(
            f"{place} is version {numbers.string}; {OLDEST[0]}.{OLDEST[1]} or later is needed: upgrade the server."
        )


def quoted(name: str) -> str:
    """`name` as a ClickHouse identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _connect(target: Target) -> Any:
    import clickhouse_connect

    try:
        return clickhouse_connect.get_client(**target.arguments)
    except ImportError as error:
        raise ConfigurationError("a chdb:// warehouse needs the package chdb: pip install chdb.") from error


def _asked_version(target: Target) -> str:
    """What the server says to SELECT version(), or "" when it does not answer."""
    from urllib3 import PoolManager, make_headers
    from urllib3.exceptions import HTTPError

    given = target.arguments
    if given["interface"] == "chdb":
        return ""
    checked = None if given.get("verify", True) else "CERT_NONE"
    path = str(given.get("proxy_path", "")).strip("/")
    try:
        with PoolManager(
            retries=False, timeout=CONNECT_SECONDS, ca_certs=given.get("ca_cert"), cert_reqs=checked
        ) as pool:
            answer = pool.request(
                "GET",
                f"{given['interface']}://{given['host']}:{given['port']}/{path}",
                fields={"query": "SELECT version()"},
                headers=make_headers(basic_auth=f"{given['username']}:{given['password']}"),
            )
    except (HTTPError, OSError):
        return ""
    return answer.data[:40].decode(errors="replace").split("\t")[0].strip() if answer.status == 200 else ""
