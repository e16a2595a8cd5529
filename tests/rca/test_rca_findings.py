"""Known kinds of trouble: each shipped rule sees an example, and what is counted, quoted and ordered."""

from pathlib import Path

import pytest

from connectors.errors import BadInputError
from rca.findings.rules import load_rules
from rca.findings.scan import scan
from tests.fakes.rca_shop import log_rows

# rule id -> lines as real programs write them
EXAMPLES = {
    "memory.out-of-memory": [
        "java.lang.OutOfMemoryError: Java heap space",
        "FATAL ERROR: JavaScript heap out of memory",
    ],
    "memory.killed": [
        "Memory cgroup out of memory: Killed process 991 (java)",
        "State: Terminated, Reason: OOMKilled",
    ],
    "memory.garbage-collection": [
        "java.lang.OutOfMemoryError: GC overhead limit exceeded",
    ],
    "database.connection-refused": [
        "psycopg.OperationalError: connection to server at 10.0.0.3, port 5432 failed: Connection refused",
        "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
    ],
    "database.connection-lost": [
        "OperationalError: server closed the connection unexpectedly",
        "MySQL server has gone away",
    ],
    "pool.exhausted": [
        "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out",
        "HikariPool-1 - Connection is not available, request timed out after 30000ms.",
        "FATAL: sorry, too many clients already",
    ],
    "pool.threads": [
        "java.util.concurrent.RejectedExecutionException: Task rejected",
        "OSError: [Errno 24] Too many open files",
    ],
    "tls.certificate": [
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
        "x509: certificate signed by unknown authority",
    ],
    "tls.handshake": [
        "javax.net.ssl.SSLHandshakeException: Received fatal alert",
        "remote error: tls: bad certificate",
    ],
    "rate.limited": [
        "HTTP 429 Too Many Requests",
        "botocore: ThrottlingException: Rate exceeded",
        "rate limit exceeded",
    ],
    "upstream.timeout": [
        "java.net.SocketTimeoutException: Read timed out",
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='tax', port=443)",
    ],
    "upstream.unavailable": [
        "connect ECONNREFUSED 10.0.0.7:8080",
        "upstream answered 503 Service Unavailable",
    ],
    "disk.full": [
        "OSError: [Errno 28] No space left on device",
        "sqlite3.OperationalError: database or disk is full",
    ],
    "disk.read-only": [
        "OSError: [Errno 30] Read-only file system: '/data/x'",
    ],
    "payment.refused": [
        "stripe.error.CardError: Your card was declined.",
        "payment failed for order 77",
    ],
    "dns.lookup": [
        "getaddrinfo ENOTFOUND tax.internal",
        "java.net.UnknownHostException: tax.internal",
    ],
    "auth.refused": [
        'FATAL: password authentication failed for user "shop"',
        "401 Unauthorized",
        "jwt expired",
    ],
    "lock.deadlock": [
        "ERROR: deadlock detected",
        "sqlite3.OperationalError: database is locked",
        "fatal error: all goroutines are asleep - deadlock!",
    ],
    "schema.missing-migration": [
        "sqlite3.OperationalError: no such column: orders.gift_note",
        'psycopg.errors.UndefinedTable: relation "gifts" does not exist',
        "Table 'shop.gifts' doesn't exist",
    ],
    "configuration.missing-key": [
        "KeyError: 'payment_timeout_ms'",
        "KeyError: 'DATABASE_URL'",
        "Could not resolve placeholder 'shop.url' in value",
        "environment variable SHOP_URL is not set",
    ],
    "crash.loop-orchestrator": [
        "Back-off restarting failed container",
        "CrashLoopBackOff",
    ],
    "image.pull": [
        'Failed to pull image "shop:1.9": manifest unknown',
        "ImagePullBackOff",
    ],
    "process.crash": [
        "Segmentation fault (core dumped)",
        "RecursionError: maximum recursion depth exceeded",
    ],
    "generic.critical": [
        "2026-11-21 04:00:00 CRITICAL shop the ledger does not balance",
        '{"level": "fatal", "msg": "x"}',
    ],
}
REPEATED = {
    "retry.storm": ("retrying call to tax, attempt 3", 12),
    "crash.loop-starts": ("Started Application in 3.2 seconds", 5),
}


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in EXAMPLES.items() for line in lines])
def test_a_rule_sees_its_example(rule: str, line: str) -> None:
    """A line as real programs write it is found, and quoted as it stands."""
    found = {finding.rule.id: finding for finding in scan(log_rows("all is well", line))}
    assert rule in found
    assert found[rule].quote in line


@pytest.mark.parametrize(("rule", "example"), REPEATED.items())
def test_a_burst_is_needed_where_the_rule_says_so(rule: str, example: tuple[str, int]) -> None:
    """One fewer than the rule's count is no finding."""
    line, needed = example
    assert rule not in {finding.rule.id for finding in scan(log_rows(*[line] * (needed - 1)))}
    assert rule in {finding.rule.id for finding in scan(log_rows(*[line] * needed))}


def test_every_shipped_rule_has_an_example_here() -> None:
    """A rule without an example may never match anything."""
    assert {rule.id for rule in load_rules()} == {*EXAMPLES, *REPEATED}


@pytest.mark.parametrize(
    "line",
    [
        "GET /orders/429 200 12ms",
        "user asked for a timeout of 30 seconds",
        "order 503 shipped",
        "payment accepted for order 77",
        "certificate renewed",
        "connected to postgres:5432",
    ],
)
def test_ordinary_lines_are_no_findings(line: str) -> None:
    """Numbers and words of everyday logs do not alarm."""
    assert scan(log_rows(line)) == []


def test_the_clusters_own_event_comes_first() -> None:
    """A finding in the failing event goes before louder ones elsewhere."""
    rows = log_rows("No space left on device", "No space left on device", "rate limit exceeded")
    assert scan(rows, own_event="e2")[0].rule.id == "rate.limited"


def test_groups_come_before_single_events() -> None:
    """Two passes: what came more than once, then single rare errors, however severe."""
    rows = log_rows("rate limit exceeded", "rate limit exceeded", "No space left on device")
    assert [finding.rule.id for finding in scan(rows)] == ["rate.limited", "disk.full"]


def test_a_generic_alarm_gives_way_to_a_specific_one() -> None:
    """ "Something was critical" is only said when nothing better is known."""
    rows = log_rows("2026-11-21 04:00:00 CRITICAL shop No space left on device")
    assert [finding.rule.id for finding in scan(rows)] == ["disk.full"]


def test_a_pool_timeout_is_not_taken_for_an_upstream_timeout() -> None:
    """The rule's exceptions hold."""
    rows = log_rows("QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00")
    assert {finding.rule.id for finding in scan(rows)} == {"pool.exhausted"}


def test_a_long_line_is_quoted_around_its_match() -> None:
    """The quote stays readable and still holds what matched."""
    body = "x" * 5000 + " No space left on device " + "y" * 5000
    quote = scan(log_rows(body))[0].quote
    assert "No space left on device" in quote
    assert len(quote) <= 300
    assert quote in body


def test_no_rows_no_findings() -> None:
    """An empty window is fine."""
    assert scan(log_rows()) == []


def test_users_add_and_replace_rules(tmp_path: Path) -> None:
    """A rule of one's own is used beside the shipped ones; the same id replaces."""
    file = tmp_path / "mine.toml"
    file.write_text(
        "[[rule]]\nid = 'disk.full'\ntopic = 'x'\ntitle = 'Mine'\nseverity = 'low'\nconfidence = 0.5\n"
        "patterns = ['gremlins']\n"
    )
    found = scan(log_rows("gremlins", "No space left on device"), rules=load_rules(file))
    assert [finding.rule.title for finding in found] == ["Mine"]


@pytest.mark.parametrize(
    "text",
    [
        "[[rule]]\nid = 'a'\ntopic = 'x'\ntitle = 't'\nseverity = 'low'\nconfidence = 0.5\npatterns = ['(']\n",
        "[[rule]]\nid = 'a'\ntopic = 'x'\ntitle = 't'\nseverity = 'awful'\nconfidence = 0.5\npatterns = ['a']\n",
        "[[rule]]\nid = 'a'\ncolour = 'red'\n",
        "not toml at all",
        "",
    ],
)
def test_a_wrong_rules_file_is_named(tmp_path: Path, text: str) -> None:
    """The message names the file, so that it can be found at night."""
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(BadInputError, match=r"mine\.toml"):
        load_rules(file)


def test_a_missing_rules_file_is_named(tmp_path: Path) -> None:
    """A path that is not there is said plainly."""
    with pytest.raises(BadInputError, match="cannot be read"):
        load_rules(tmp_path / "none.toml")
