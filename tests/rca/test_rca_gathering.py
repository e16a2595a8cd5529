"""What becomes evidence inside one token budget."""

import pytest

from rca.analysis import prepare
from rca.evidence import Evidence
from rca.findings.scan import scan
from rca.gathering import gather, shorten_trace
from rca.suspects import rank_suspects
from rca.tokens import count
from tests.fakes.rca_shop import TRACE, Shop, build_shop, log_rows, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("gathering"))


def collect(shop: Shop, budget: int, bodies: int = 400) -> Evidence:
    logs = log_rows(TRACE, *[f"worker {index} took job {index * 7} from queue {index % 9}" for index in range(bodies)])
    case = shop_case(shop, logs=logs, event_id="e0")
    suspects = rank_suspects(case.chain, shop.snapshot)
    return gather(case, suspects, (), scan(logs, own_event="e0"), budget=budget)


@pytest.mark.parametrize("budget", [300, 1000, 4000, 12000])
def test_the_budget_is_never_exceeded(shop: Shop, budget: int) -> None:
    """Titles and texts together stay within it, however much there is to tell."""
    evidence = collect(shop, budget)
    assert sum(count(item.text) + count(item.title) for item in evidence.items) <= budget


def test_the_exception_comes_first_and_whole(shop: Shop) -> None:
    """E1 is the trace as logged, its secrets masked."""
    first = collect(shop, 4000).items[0]
    assert (first.id, first.kind) == ("E1", "exception")
    assert "hunter22x" not in first.text
    assert first.text.count("\n") == TRACE.count("\n")


def test_code_keeps_its_place(shop: Shop) -> None:
    """The text of a code item is exactly those lines of the file at the commit."""
    for item in collect(shop, 4000).of_kind("code"):
        lines = shop.snapshot.text(item.path).split("\n")
        assert item.text == "\n".join(lines[item.start_line - 1 : item.end_line])
        assert item.commit == shop.failing


def test_log_items_name_their_event(shop: Shop) -> None:
    """Each is a row's own body, quoted byte for byte."""
    case = shop_case(shop)
    bodies = dict(zip(case.logs["event_id"].to_pylist(), case.logs["body"].to_pylist(), strict=True))
    items = prepare(case).evidence.of_kind("log")
    assert items
    assert all(item.text == bodies[item.event_id] for item in items)


def test_another_occurrence_of_the_same_fault_is_the_same_evidence(shop: Shop) -> None:
    """Other times, values, counts and neighbours in the log make no new report, and so no new call of a model."""
    later = TRACE.replace("04:00:02,110", "09:41:55,003").replace("order_id=991", "order_id=1204")
    logs = log_rows("something else was going on", later, event_ids=["n1", "n2"])
    again = shop_case(shop, count=43, trace_text=later, event_id="n2", logs=logs)
    assert prepare(shop_case(shop)).evidence.digest == prepare(again).evidence.digest


def test_the_mark_of_the_fences_depends_on_every_word(shop: Shop) -> None:
    """Whoever writes a log line cannot know it beforehand."""
    other = shop_case(shop, logs=log_rows("another line", "x", TRACE))
    assert prepare(shop_case(shop)).evidence.mark != prepare(other).evidence.mark


def test_other_code_is_other_evidence(shop: Shop) -> None:
    """Without the code the identity differs."""
    assert prepare(shop_case(shop)).evidence.digest != prepare(shop_case(shop, code=None)).evidence.digest


def test_an_endless_trace_keeps_its_two_ends() -> None:
    """Whole lines only, and a line that says how many are missing."""
    text = "\n".join(["Traceback (most recent call last):", *["  File x, line 1, in f"] * 5000, "RecursionError: deep"])
    short = shorten_trace(text, 500)
    assert short.startswith("Traceback")
    assert short.endswith("RecursionError: deep")
    assert "lines left out" in short
    assert count(short) <= 500


def test_a_trace_that_fits_is_not_touched() -> None:
    """Byte for byte."""
    assert shorten_trace(TRACE, 5000) == TRACE
