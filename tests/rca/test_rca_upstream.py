"""Whether an error only passes on another service's failure, and which."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexers.exceptions.chain import ExceptionRecord
from rca.gathering import gather
from rca.upstream import Call, Failure, Upstream, is_remote, named, upstream_of
from rca.upstream_words import passed_on
from tests.fakes.rca_shop import build_shop, shop_case

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERVICES = ["gateway", "orders", "payment-service", "inventory"]


def chain(*said: str) -> tuple[ExceptionRecord, ...]:
    """Exceptions "type: message", each the cause of the next."""
    parts = [text.partition(": ") for text in said]
    return tuple(ExceptionRecord(kind, text, "python", "root", None, (1, 1), ()) for kind, _, text in parts)


def failure(service: str, said: str, seconds: float = -0.01, *, same_trace: bool = True, cluster: str = "") -> Failure:
    kind, _, message = said.partition(": ")
    at = NOON + timedelta(seconds=seconds)
    return Failure(service, cluster or f"cluster of {service}", kind, message, f"event of {service}", at, same_trace)


def asked(said: Sequence[str], *failures: Failure, traced: bool = True) -> tuple[Upstream, ...]:
    return upstream_of(Call(chain(*said), "orders", NOON, traced=traced), failures, services=SERVICES)


@pytest.mark.parametrize(
    "said",
    [
        "UpstreamError: payments answered 500: KeyError: None",
        "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://payments/charges",
        "java.net.ConnectException: Connection refused",
        "AxiosError: Request failed with status code 502",
        "grpc._channel._InactiveRpcError: StatusCode.UNAVAILABLE",
        "feign.FeignException$InternalServerError: [500] during [POST] to [http://stock/reserve]",
        "context deadline exceeded: Get http://catalog/items",
        "Error: connect ECONNREFUSED 10.0.0.7:8080",
        'Post "http://payments/charges": EOF',
        "Error: socket hang up",
        "IOException: bad response from the stock service: 503",
        "org.springframework.web.client.HttpServerErrorException$InternalServerError: 500 : [no body]",
    ],
)
def test_failed_calls_are_recognised(said: str) -> None:
    """What clients of several languages say."""
    assert is_remote(chain(said))


@pytest.mark.parametrize("said", ["KeyError: 'tier'", "ValueError: 500 is too much", "TypeError: no field orders"])
def test_faults_of_ones_own_are_not(said: str) -> None:
    """A number or a service's name alone makes no call."""
    assert not is_remote(chain(said))
    assert asked([said], failure("payment-service", said)) == ()


def test_services_are_named_with_and_without_their_suffix() -> None:
    """In the order in which they are spoken of; parts of other words do not count."""
    said = chain("E: payment answered 500 after inventory_x", "E: INVENTORY, reorders")
    assert named(said, SERVICES) == ["payment-service", "inventory"]
    spelled = chain("E: PaymentService failed", "E: payment_service.charge")
    assert named(spelled, ["payment-service", "pay"]) == ["payment-service"]


def test_the_failure_that_is_repeated_goes_first() -> None:
    """Of several in one request the one whose words the caller repeats."""
    found = asked(
        ["UpstreamError: payment answered 500: CardError: card 17 was refused by the bank"],
        failure("payment-service", "AuditError: disk full", cluster="a"),
        failure("payment-service", "bank.CardError: card 17 was refused by the bank", -0.2, cluster="b"),
    )
    assert [one.cluster_id for one in found] == ["b", "a"]
    assert found[0].exception == "bank.CardError: card 17 was refused by the bank"
    assert found[0].evidence == "logged 200 ms earlier in the same request, and this exception repeats its message"


def test_who_passes_ours_on_is_not_upstream() -> None:
    """The gateway's error in the same request names us; it came from here."""
    gateway = failure("gateway", "UpstreamError: orders answered 500: UpstreamTimeout: inventory did not answer")
    assert asked(["UpstreamTimeout: a call timed out"], gateway) == ()


def test_unnamed_callees_need_the_same_request_and_an_earlier_time() -> None:
    """A failed call that names nobody."""
    said = ["TimeoutError: timed out"]
    assert [one.service for one in asked(said, failure("inventory", "KeyError: 'x'"))] == ["inventory"]
    assert asked(said, failure("inventory", "KeyError: 'x'", 0.5)) == ()
    assert asked(said, failure("inventory", "KeyError: 'x'", same_trace=False), traced=False) == ()


def test_without_a_trace_id_the_name_and_the_seconds_join_two() -> None:
    """And only then: where requests have ids, another request's failure is another failure."""
    said = ["UpstreamError: inventory answered 503"]
    near = failure("inventory", "KeyError: 'x'", -2, same_trace=False)
    far = failure("inventory", "KeyError: 'x'", -20, same_trace=False)
    assert (
        asked(said, near, traced=False)[0].evidence
        == "logged 2000 ms earlier at the same time (no trace id joins the two)"
    )
    assert asked(said, far, traced=False)[0].exception == ""
    assert asked(said, near, traced=True)[0].exception == ""


def test_a_named_service_that_logged_no_exception_is_still_named() -> None:
    """With what it logged in the same request, secrets masked."""
    lines = {"inventory": ("e9", "WARN client went away password=hunter22x\nmore")}
    call = Call(chain("UpstreamTimeout: inventory did not answer"), "orders", NOON, traced=True)
    found = upstream_of(call, [], services=SERVICES, lines=lines)
    assert [(one.service, one.cluster_id, one.exception, one.event_id) for one in found] == [
        ("inventory", "", "", "e9")
    ]
    assert "WARN client went away" in found[0].evidence
    assert "hunter22x" not in found[0].evidence
    assert "\n" not in found[0].evidence


@pytest.mark.parametrize(
    "hint",
    [
        "calling http://payment-service:8080/charges",
        "peer.service=payment-service",
        'upstream_cluster="payment.prod.svc.cluster.local"',
        "GET https://payment.internal/charges took 612 ms",
    ],
)
def test_an_address_in_the_requests_lines_names_the_service(hint: str) -> None:
    """Where the exception itself names nobody."""
    call = Call(chain("HTTPError: 503 Service Unavailable"), "orders", NOON, traced=True, hints=hint)
    found = upstream_of(call, [failure("payment-service", "KeyError: 'x'", 0.1)], services=SERVICES)
    assert [(one.service, one.exception) for one in found] == [("payment-service", "KeyError: 'x'")]
    silent = upstream_of(call, [], services=SERVICES)
    assert silent[0].evidence == (
        "its address stands in the lines of this request, and it logged nothing about this request"
    )


def test_the_services_own_address_is_no_hint() -> None:
    """Nor is a word that only resembles a service's name."""
    hint = "http://orders:80/x peer.service=reorders https://unknown.example/orders"
    call = Call(chain("HTTPError: 503 Service Unavailable"), "orders", NOON, traced=True, hints=hint)
    assert upstream_of(call, [], services=SERVICES) == ()


def test_a_foreign_address_is_named_when_no_service_is() -> None:
    """The partner's host, never this machine."""
    found = asked(["HTTPError: 502 Bad Gateway for url: https://api.bank.example/v1/charges"])
    assert [(one.service, one.evidence) for one in found] == [("api.bank.example", "the exception names its address")]
    assert asked(["URLError: connection refused http://localhost:9/x"]) == ()


def test_only_another_upstream_makes_another_analysis(tmp_path: Path) -> None:
    """Times differ between occurrences; the cluster that is passed on does not."""
    shop = build_shop(tmp_path)

    def digest(cluster: str, evidence: str) -> str:
        passed = Upstream("payments", cluster, "KeyError: None", evidence, "e7")
        return gather(shop_case(shop, upstream=(passed,)), [], [], []).digest

    assert digest("a1", "logged 7 ms earlier") == digest("a1", "logged 9 ms earlier")
    assert len({digest("a1", "x"), digest("b2", "x"), gather(shop_case(shop), [], [], []).digest}) == 3


def test_the_report_can_cite_it(tmp_path: Path) -> None:
    """Evidence with the other service's words and event, and a sentence with its cluster."""
    passed = Upstream("payments", "95823cb2bfe914d0", "KeyError: None", "logged 7 ms earlier in the same request", "e7")
    case = shop_case(build_shop(tmp_path), upstream=(passed,))
    item = next(item for item in gather(case, [], [], []).items if item.event_id == "e7")
    assert (item.kind, item.text) == ("log", "KeyError: None\n(logged 7 ms earlier in the same request)")
    assert "failure of payments of cluster 95823cb2" in item.title
    assert passed_on(case.upstream) == (
        "It passes on a failure of payments (cluster 95823cb2): KeyError: None, "
        "logged 7 ms earlier in the same request."
    )
    assert passed_on(()) == ""
