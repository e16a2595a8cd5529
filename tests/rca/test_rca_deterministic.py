"""What the analyst without a model says: whose failure it is, what would be needed, commands, and nothing twice."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from indexers.exceptions.extract import chains, extract_exceptions
from rca.analysis import analyse
from rca.analysts.advice import advise
from rca.analysts.words import within
from rca.case import ClusterCase
from rca.findings.rules import load_rules
from rca.report import RcaReport
from rca.upstream import Upstream
from tests.fakes.rca_shop import Shop, build_shop, log_rows, shop_case

LIBRARY_TRACE = """Traceback (most recent call last):
  File "/usr/lib/python3.11/site-packages/requests/api.py", line 73, in get
    return request("get", url)
  File "/usr/lib/python3.11/site-packages/requests/sessions.py", line 589, in request
    raise ValueError("bad answer")
ValueError: bad answer
"""
FAILED_CALL = """Traceback (most recent call last):
  File "/app/shop/orders.py", line 11, in place
    return Pricer("EUR").total(order)
shop.errors.UpstreamError: tax answered 500: KeyError: 'rate'
"""
TAX = Upstream("tax", "ab12cd34ef56ab12", "KeyError: 'rate'", "logged 4 ms earlier in the same request", "t1")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("deterministic"))


def _case(shop: Shop, trace: str, error: str, message: str, **changes: Any) -> ClusterCase:
    return shop_case(
        shop,
        exception_type=error,
        exception_message=message,
        trace_text=trace,
        chain=tuple(chains(extract_exceptions(trace))[0]),
        logs=log_rows(trace),
        event_id="e0",
        **changes,
    )


def _passing_on(shop: Shop, **changes: Any) -> RcaReport:
    message = "tax answered 500: KeyError: 'rate'"
    unchanged = {"good_release": None, "failing_release": None, "upstream": (TAX,), **changes}
    return analyse(_case(shop, FAILED_CALL, "shop.errors.UpstreamError", message, **unchanged)).report


def _text(report: RcaReport) -> str:
    return report.model_dump_json()


def test_another_services_failure_is_not_blamed_on_this_one(shop: Shop) -> None:
    """The service and its cluster are named, no place here is, and the first check opens that cluster's report."""
    report = _passing_on(shop)
    assert report.root_cause is None
    assert "only passes on a failure of tax (cluster ab12cd34)" in report.summary
    assert report.next_checks[0].startswith("`firstcause explain ab12cd34`")
    assert not any("Roll orders back" in fix.description for fix in report.fixes)
    assert report.dropped == []


def test_a_call_that_a_silent_service_did_not_answer_lowers_the_confidence(shop: Shop) -> None:
    """The other service logged nothing: the place here stays, but with less to rest on."""
    alone = _passing_on(shop, upstream=())
    called = _passing_on(shop, upstream=(replace(TAX, cluster_id="", exception=""),))
    assert alone.root_cause is not None
    assert called.root_cause is not None
    assert called.root_cause.confidence <= alone.root_cause.confidence < 0.5
    assert "The failed call was to tax, which logged no exception for it." in called.summary


def test_own_code_that_the_release_changed_is_still_blamed(shop: Shop) -> None:
    """A call that began to fail with this service's own change is not waved through as another's failure."""
    case = replace(shop_case(shop), upstream=(TAX,))
    trace = case.trace_text.replace("line 11, in place", "line 5, in load_customer")
    chain = tuple(chains(extract_exceptions(trace))[0])
    changed = {"chain": chain, "trace_text": trace}
    report = analyse(replace(case, **changed)).report
    if report.root_cause is not None:
        assert report.root_cause.file == "shop/orders.py"


NO_EVIDENCE: dict[str, tuple[Callable[[Shop], ClusterCase], str, str]] = {
    "no stack trace": (
        lambda shop: shop_case(
            shop,
            exception_type="java.lang.OutOfMemoryError",
            exception_message="Java heap space",
            trace_text="java.lang.OutOfMemoryError: Java heap space",
            chain=tuple(chains(extract_exceptions("java.lang.OutOfMemoryError: Java heap space"))[0]),
            logs=log_rows("serving /labels", "java.lang.OutOfMemoryError: Java heap space"),
            event_id="e1",
        ),
        "the log shows no stack trace",
        "Needed: a stack trace",
    ),
    "one line and nothing else": (
        lambda shop: shop_case(
            shop, chain=(), trace_text="it broke", logs=log_rows(), event_id="", code=None, repository=None
        ),
        "the log shows no stack trace",
        "Needed: the lines around the failure",
    ),
    "no frame of our own": (
        lambda shop: _case(shop, LIBRARY_TRACE, "ValueError", "bad answer"),
        "no frame of the trace leads into the code",
        "firstcause",
    ),
    "no frame of our own and no code": (
        lambda shop: _case(
            shop, LIBRARY_TRACE, "ValueError", "bad answer", code=None, code_missing="no repository is configured",
            repository=None,
        ),
        "no frame of the trace is in own code",
        "Needed: the code",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_EVIDENCE)
def test_without_enough_evidence_nothing_is_blamed(shop: Shop, kind: str) -> None:
    """The report says why no cause is named, and what would be needed for one."""
    case, why, needed = NO_EVIDENCE[kind]
    report = analyse(case(shop)).report
    assert (report.status, report.root_cause, report.alternatives) == ("not_enough_evidence", None, [])
    assert why in report.summary
    assert any(needed in check for check in report.next_checks)
    assert report.fixes


def test_without_code_the_trace_alone_is_said_to_carry_it(shop: Shop) -> None:
    """A place that rests on the trace alone is weakly supported, and says so."""
    missing = {"code": None, "code_missing": "no repository is configured for service 'orders'", "repository": None}
    report = analyse(shop_case(shop, **missing)).report
    assert report.root_cause is not None
    assert report.root_cause.confidence <= 0.3
    assert "weakly supported" in report.summary


def test_next_checks_are_commands(shop: Shop) -> None:
    """What to type, not only what to think of."""
    case = shop_case(shop, logs=log_rows("loading", "retrying", shop_case(shop).trace_text, trace_id="t77"))
    checks = analyse(case).report.next_checks
    assert any(check.startswith("`git show ") for check in checks)
    assert any(check.startswith("`firstcause search --trace-id t77`") for check in checks)


def test_a_command_holds_nothing_that_a_log_could_run(shop: Shop) -> None:
    """Names out of logs are quoted for the shell."""
    case = shop_case(shop, service="a; rm -rf $HOME", chain=(), trace_text="x", code=None, repository=None)
    checks = analyse(case).report.next_checks
    assert not any("--service a; rm" in check for check in checks)


def test_nothing_is_said_twice(shop: Shop) -> None:
    """No two fixes and no two checks are the same, and a recognised kind brings one durable fix, not two."""
    trace = shop_case(shop).trace_text.replace("KeyError: None", "sqlite3.OperationalError: no such column: gift_note")
    report = analyse(_case(shop, trace, "sqlite3.OperationalError", "no such column: gift_note")).report
    told = [fix.description for fix in report.fixes]
    assert len(told) == len(set(told))
    assert len(report.next_checks) == len(set(report.next_checks))
    assert sum("migration" in fix.description for fix in report.fixes if fix.kind == "durable") == 1


def test_a_burst_of_errors_is_no_advice_for_one_fault(shop: Shop) -> None:
    """That something was logged loudly says nothing that is not known of a failure."""
    trace = shop_case(shop).trace_text
    case = shop_case(shop, logs=log_rows(*[trace] * 60), event_id="e5")
    assert "burst" not in " ".join(fix.description for fix in analyse(case).report.fixes)


def test_values_of_other_requests_are_not_reported(shop: Shop) -> None:
    """What another request logged under the same name is not this failure's value."""
    trace = shop_case(shop).trace_text
    case = shop_case(shop, logs=log_rows("quote customer=ada", trace), event_id="e1")
    assert not any(parameter.value == "ada" for parameter in analyse(case).report.parameters)


def test_sentences_are_whole(shop: Shop) -> None:
    """Each begins somewhere and ends with a full stop, and none holds an empty pair of marks or a missing word."""
    cases = [build(shop) for build, _, _ in NO_EVIDENCE.values()]
    for report in (_passing_on(shop), *(analyse(case).report for case in (shop_case(shop), *cases))):
        for text in (report.summary, *(fix.description for fix in report.fixes), *report.next_checks, report.impact):
            assert re.search(r"[.!?`]$", text), text
            assert not re.search(r"  |\(\)|\"\"|\.\.(?!\.)| ,| \.|None says|: \.", text), text


@pytest.mark.parametrize(
    ("error", "message", "kind"),
    [
        ("shop.PoolTimeout", "no connection after 0.10s", "pool or lock"),
        ("fatal error", "concurrent map writes", "data race"),
        ("java.lang.OutOfMemoryError", "Java heap space", "memory"),
        ("shop.UpstreamError", "orders answered 500: TypeError: 'NoneType'", "another service's failure"),
        ("TimeoutError", "timed out", "timeout"),
        ("KeyError", "'DATABASE_URL'", "missing configuration"),
        ("KeyError", "None", "missing value"),
        ("KeyError", "'tier'", "missing key"),
        ("System.Collections.Generic.KeyNotFoundException", "gone", "missing key"),
        ("NoMethodError", "undefined method `x' for nil", "missing value"),
        ("panic", "runtime error: index out of range [3] with length 3", "position out of range"),
        ("java.net.UnknownHostException", "tax.internal", "host name"),
        ("javax.net.ssl.SSLHandshakeException", "PKIX path building failed", "certificate"),
        ("shop.StockMismatch", "shelf says 3, movements say 2", "broken agreement"),
        ("shop.Odd", "", "failure"),
    ],
)
def test_type_and_message_say_what_kind_of_fault_it_is(error: str, message: str, kind: str) -> None:
    """What the message says counts before what only the type says."""
    assert advise(error, message).kind == kind


@pytest.mark.parametrize(("title", "said"), [("A disk is full", "a disk is full"), ("DNS is down", "DNS is down")])
def test_a_title_is_put_into_a_sentence(title: str, said: str) -> None:
    """Abbreviations keep their capitals."""
    assert within(title) == said


def test_every_rule_has_something_to_do_and_to_look_at() -> None:
    """A finding without a way out helps nobody at night."""
    assert [rule.id for rule in load_rules() if not (rule.quick and rule.durable and rule.check)] == []


POOL_TRACE = """Traceback (most recent call last):
  File "/app/shop/pricing.py", line 18, in total
    rate = discount_rate(order["customer"])
  File "/app/shop/pricing.py", line 8, in discount_rate
    return RATES[customer["tier"]]
shop.errors.PoolTimeout: pool is empty, customer_tier waits
"""


def _pool_case(shop: Shop) -> ClusterCase:
    """A pool that runs empty in unchanged code, while the release changed a function that no frame leads to."""
    return _case(shop, POOL_TRACE, "shop.errors.PoolTimeout", "pool is empty, customer_tier waits")


def test_where_the_failing_line_is_often_innocent_the_change_comes_first(shop: Shop) -> None:
    """The place that the suspected commit changed, with the line that it brought, and the failing line after it."""
    report = analyse(_pool_case(shop)).report
    assert report.root_cause is not None
    assert (report.root_cause.file, report.root_cause.symbol) == ("shop/orders.py", "load_customer")
    assert '"Rename tier to customer_tier"' in report.root_cause.reasoning
    assert report.root_cause.confidence <= 0.5
    assert report.alternatives[0].symbol == "discount_rate"
    assert report.dropped == []


def test_a_pools_failing_line_is_not_called_likely(shop: Shop) -> None:
    """Without any change to suspect, the line that waited is named with less confidence than a wrong value's."""
    pool = analyse(replace(_pool_case(shop), good_release=None, failing_release=None)).report
    value = analyse(shop_case(shop, good_release=None, failing_release=None)).report
    assert pool.root_cause is not None
    assert value.root_cause is not None
    assert pool.root_cause.confidence < value.root_cause.confidence


VALUE_TRACE = POOL_TRACE.replace("shop.errors.PoolTimeout: pool is empty, customer_tier waits", "KeyError: None")


def test_what_the_release_changed_nearby_comes_before_code_that_it_left_alone(shop: Shop) -> None:
    """The fault came with a release that changed no place of the trace, but one function in the same folder."""
    report = analyse(_case(shop, VALUE_TRACE, "KeyError", "None")).report
    assert report.root_cause is not None
    assert report.root_cause.symbol == "load_customer"
    assert report.root_cause.confidence <= 0.4
    assert "changed" in report.root_cause.reasoning
    assert report.alternatives[0].symbol in ("Pricer.total", "discount_rate")


def test_without_a_release_to_compare_with_the_trace_comes_first(shop: Shop) -> None:
    """Nothing is known to have changed, so the innermost own place stands, as sure as it is worth on known bugs."""
    report = analyse(_case(shop, VALUE_TRACE, "KeyError", "None", good_release=None, failing_release=None)).report
    assert report.root_cause is not None
    assert report.root_cause.symbol in ("Pricer.total", "discount_rate")
    assert report.root_cause.confidence >= 0.5
