"""ClickHouse beyond what every warehouse does: URLs, errors, versions, migrations, one part a batch."""

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.errors import (
    AuthenticationError,
    ConfigurationError,
    FirstcauseError,
    StopError,
    ThrottledError,
    UnavailableError,
)
from connectors.warehouse import LogFilter
from connectors.warehouse.clickhouse import open_clickhouse
from connectors.warehouse.clickhouse_client import DATABASE, Connection, parse_url
from connectors.warehouse.clickhouse_errors import translate
from connectors.warehouse.clickhouse_schema import MIGRATIONS, migrate, statements
from tests.conformance.warehouse.rows import NOON, log_batch, log_row, log_rows

_databases = itertools.count()


@pytest.fixture(scope="module")
def chdb_url(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes URLs of new databases in one chdb folder, the only one that is open in this process."""
    pytest.importorskip("chdb")
    folder = tmp_path_factory.mktemp("chdb")
    return lambda: f"chdb://{folder}?database=unit_{os.getpid()}_{next(_databases)}"


def test_a_server_url_says_everything() -> None:
    """User, password, host, port, database and options come from the URL, decoded."""
    target = parse_url("clickhouses://bob:p%40ss@ch.example:9440/logs?verify=false&connect_timeout=3")
    assert target.database == "logs"
    expected = {
        "interface": "https",
        "host": "ch.example",
        "port": 9440,
        "username": "bob",
        "password": "p@ss",
        "verify": False,
        "connect_timeout": 3,
    }
    assert {name: target.arguments[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("url", "port", "interface"),
    [("clickhouse://ch", 8123, "http"), ("clickhouses://ch", 8443, "https"), ("clickhouse://ch/", 8123, "http")],
)
def test_a_short_server_url_has_defaults(url: str, port: int, interface: str) -> None:
    """Port and database have defaults, TLS follows the scheme."""
    target = parse_url(url)
    assert (target.arguments["port"], target.arguments["interface"], target.database) == (port, interface, DATABASE)


def test_messages_and_representations_hold_no_password() -> None:
    """What may be logged about a target does not tell its password."""
    target = parse_url("clickhouse://bob:secret@ch/logs")
    assert "secret" not in f"{target!r} {target.place}"


@pytest.mark.parametrize(
    "url",
    ["clickhouse://ch/logs?colour=red", "clickhouse://ch:port/logs", "clickhouse://ch?connect_timeout=soon", "chdb://"],
)
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    """Unknown options and unreadable numbers are configuration errors, before any connection."""
    with pytest.raises(ConfigurationError):
        parse_url(url)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (516, AuthenticationError),
        (497, AuthenticationError),
        (252, ThrottledError),
        (202, ThrottledError),
        (241, ThrottledError),
        (159, UnavailableError),
        (319, UnavailableError),
        (999, UnavailableError),
        (243, StopError),
        (60, ConfigurationError),
        (62, ConfigurationError),
    ],
)
def test_a_code_says_what_to_do(code: int, kind: type[FirstcauseError]) -> None:
    """Each error code of the server becomes the error that tells the caller what to do."""
    from clickhouse_connect.driver.exceptions import DatabaseError

    translated = translate(DatabaseError(f"Code: {code}. DB::Exception: words", code=code), "ClickHouse at ch:8123")
    assert type(translated) is kind
    assert "ClickHouse at ch:8123" in str(translated)
    assert "words" in str(translated)


class Answers(BaseHTTPRequestHandler):
    """Answers every request with the server's `answer`: status, error code, body."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        status, code, body = self.server.answer  # type: ignore[attr-defined]  # set by `answering`
        self.send_response(status)
        if code:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def answering() -> Iterator[Callable[[int, int, bytes], str]]:
    """Starts a server that gives one answer to everything; returns its URL as a warehouse."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def answer(status: int, code: int, body: bytes) -> str:
        server.answer = (status, code, body)  # type: ignore[attr-defined]  # read by Answers
        return f"clickhouse://bob:secret@127.0.0.1:{server.server_port}/logs"

    yield answer
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("status", "code", "body", "kind"),
    [
        (403, 516, b"Code: 516. DB::Exception: bob: Authentication failed", AuthenticationError),
        (401, 0, b"who are you", AuthenticationError),
        (500, 202, b"Code: 202. DB::Exception: Too many simultaneous queries", ThrottledError),
        (503, 0, b"upstream is away", UnavailableError),
        (200, 0, b"<html>not ClickHouse</html>", ConfigurationError),
    ],
)
def test_what_a_server_answers_is_translated(
    answering: Callable[[int, int, bytes], str], status: int, code: int, body: bytes, kind: type[FirstcauseError]
) -> None:
    """Through the real client, refusals and failures come out as our errors, without the password."""
    with pytest.raises(kind) as caught:
        open_clickhouse(answering(status, code, body))
    assert type(caught.value) is kind
    assert "secret" not in str(caught.value)


def test_an_old_server_is_refused(answering: Callable[[int, int, bytes], str]) -> None:
    """A server that is too old is named with its version and what is needed."""
    with pytest.raises(ConfigurationError, match=r"18\.16\.1.*24\.3 or later"):
        open_clickhouse(answering(200, 0, b"18.16.1\tUTC\tUTC"))


def test_a_server_that_is_not_there_is_unavailable() -> None:
    """A refused connection is worth a retry."""
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9 "):
        open_clickhouse("clickhouse://127.0.0.1:9/logs")


def test_statements_are_split_at_semicolons_that_end_a_line() -> None:
    """Comments go, semicolons inside a line stay."""
    assert statements("-- one; two;\nSELECT ';', 1;\n\n  -- x\nSELECT\n 2;\n") == ["SELECT ';', 1", "SELECT\n 2"]


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.sql")), ids=lambda path: path.stem)
def test_every_migration_can_be_repeated(path: Path) -> None:
    """Two processes may migrate at once, so each statement must be harmless the second time."""
    assert all("IF NOT EXISTS" in statement or "IF EXISTS" in statement for statement in statements(path.read_text()))


def test_migrations_are_recorded_and_applied_once(chdb_url: Callable[[], str], tmp_path: Path) -> None:
    """A new file is applied by the next opening, the old ones are not applied again."""
    connection = Connection(parse_url(chdb_url()))
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = MergeTree ORDER BY x;\n")
    migrate(connection, tmp_path)
    connection.command("DROP TABLE a")
    (tmp_path / "0002_b.sql").write_text("CREATE TABLE IF NOT EXISTS b (x UInt8) ENGINE = MergeTree ORDER BY x;\n")
    migrate(connection, tmp_path)
    tables = connection.query("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name", {})
    assert tables["name"].to_pylist() == ["b", "firstcause_migrations"]
    connection.close()


def test_a_newer_schema_stops_an_older_program(chdb_url: Callable[[], str], tmp_path: Path) -> None:
    """A database that a later version migrated is refused with a sentence."""
    connection = Connection(parse_url(chdb_url()))
    (tmp_path / "9999_future.sql").write_text("CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = MergeTree ORDER BY x;\n")
    migrate(connection, tmp_path)
    with pytest.raises(StopError, match=r"9999_future.*upgrade firstcause"):
        migrate(connection)
    connection.close()


def test_somebody_elses_table_is_left_alone(chdb_url: Callable[[], str]) -> None:
    """An otel_logs table of another program is not written to; the user is told to name another database."""
    url = chdb_url()
    connection = Connection(parse_url(url))
    connection.command("CREATE TABLE otel_logs (Body String) ENGINE = MergeTree ORDER BY Body")
    with pytest.raises(ConfigurationError, match="name another database"):
        open_clickhouse(url)
    connection.close()


def test_a_batch_is_one_part_however_long_and_over_whatever_days(chdb_url: Callable[[], str]) -> None:
    """One part is what makes a batch visible at once."""
    url = chdb_url()
    warehouse = open_clickhouse(url)
    days = (log_row(number, timestamp=NOON + timedelta(days=number)) for number in range(20))
    rows = pa.concat_tables([log_batch(*days), *[log_rows(0, 1000)] * 100])
    warehouse.write("logs", rows, "batch-1")
    connection = Connection(parse_url(url))
    parts = connection.query(
        "SELECT rows FROM system.parts WHERE database = currentDatabase() AND table = 'otel_logs' AND active", {}
    )
    assert parts["rows"].to_pylist() == [100_020]
    warehouse.close()
    connection.close()


def test_opentelemetry_tools_find_what_they_know(chdb_url: Callable[[], str]) -> None:
    """The exporter's columns hold what its readers expect of them."""
    url = chdb_url()
    warehouse = open_clickhouse(url)
    warehouse.write("logs", log_rows(1, 2), "batch-1")
    connection = Connection(parse_url(url))
    (row,) = connection.query(
        "SELECT ServiceName, Body, SeverityText, LogAttributes['order'] AS order, toString(TimestampTime) AS time, "
        "ResourceAttributes['service.version'] AS version, ResourceAttributes['deployment.environment.name'] AS env "
        "FROM otel_logs",
        {},
    ).to_pylist()
    assert row == {
        "ServiceName": "checkout",
        "Body": "order 1 accepted",
        "SeverityText": "INFO",
        "order": "1",
        "time": "2026-05-01 12:00:01",
        "version": "1.4.0",
        "env": "production",
    }
    warehouse.close()
    connection.close()


@pytest.mark.parametrize("index", ["trace", "words"])
def test_skip_indexes_leave_out_what_cannot_match(chdb_url: Callable[[], str], index: str) -> None:
    """A trace id and a word that no row holds read nothing."""
    from connectors.warehouse.clickhouse_query import count
    from connectors.warehouse.conditions import log_conditions

    url = chdb_url()
    warehouse = open_clickhouse(url)
    warehouse.write("logs", log_rows(0, 20_000), "batch-1")
    where = LogFilter(trace_id="absent") if index == "trace" else LogFilter(text="Zebra")
    sql, parameters = count(log_conditions(where))
    connection = Connection(parse_url(url))
    plan = connection.query(f"SELECT explain FROM (EXPLAIN indexes = 1 {sql})", parameters)["explain"].to_pylist()
    name = next(number for number, line in enumerate(plan) if line.strip() == f"Name: {index}")
    granules = next(line for line in plan[name:] if "Granules" in line)
    assert granules.strip().startswith("Granules: 0/")
    warehouse.close()
    connection.close()


def test_another_chdb_folder_in_the_same_process_is_refused(chdb_url: Callable[[], str], tmp_path: Path) -> None:
    """One process opens one chdb folder; a second one is a configuration error, not a crash."""
    warehouse = open_clickhouse(chdb_url())
    with pytest.raises(ConfigurationError, match=str(tmp_path)):
        open_clickhouse(f"chdb://{tmp_path}/other")
    warehouse.close()
