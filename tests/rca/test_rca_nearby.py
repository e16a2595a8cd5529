"""What was logged around a failure: lines, values, who wrote them and who holds them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from connectors.database import Database
from connectors.source_control.directory import DirectoryTree
from connectors.vectors.edge import EdgeVectors
from indexers.code.index import CodeIndex
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.extract import chains, extract_exceptions
from rca.analysis import prepare
from rca.candidates import log_lines, meaning, value_holders
from rca.case import ClusterCase
from rca.nearby import Nearby, NearLine, Value, found_in, nearby
from rca.signals import Surroundings
from rca.signals.values import observe, reason, standing
from rca.suspects import rank_suspects
from rca.trace import Trace, lay_over
from tests.fakes.rca_code import code_of
from tests.fakes.rca_shop import log_rows

FILES = {
    "shop/orders.py": """def place(order, log):
    log.warning("no carrier for %s, falling back to %s", order.country, "post")
    return price(order)


def price(order):
    return order.rates["parcel_xl"] * 3
""",
    "shop/carriers.py": """CARRIERS = {}


def choose(country, log):
    log.warning(f"carrier table {country} is empty, using the default")
    return CARRIERS.get(country)


def load(settings):
    return settings["carrier_table"]


def unrelated(order):
    return order
""",
}
TRACE = """Traceback (most recent call last):
  File "/app/shop/orders.py", line 3, in place
    return price(order)
  File "/app/shop/orders.py", line 7, in price
    return order.rates["parcel_xl"] * 3
TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
"""
CHAIN = tuple(chains(extract_exceptions(TRACE))[0])


def case(*bodies: str, **changes: Any) -> ClusterCase:
    """The failing event is the last row; all rows are of one request unless `request_id` says otherwise."""
    logs = log_rows(*bodies, TRACE, **{"request_id": "r1", **changes})
    return ClusterCase(
        "c", "orders", "production", "1", "TypeError", "", TRACE, CHAIN, event_id=f"e{len(bodies)}", logs=logs
    )


def trace(folder: Path) -> Trace:
    return lay_over(CHAIN, code_of(folder, FILES))


def line(text: str, **changes: Any) -> Surroundings:
    return Surroundings(
        near=Nearby((NearLine(text, **{"seconds": 0.2, "same_request": True, "severity": 13, **changes}),))
    )


def test_lines_of_the_request_come_nearest_first() -> None:
    """One second apart in the rows; the failing event itself is not among them, its trace neither."""
    near = nearby(case("first", "second\nmore"))
    assert [(one.text, one.seconds, one.same_request) for one in near.lines] == [
        ("second", 1.0, True),
        ("first", 2.0, True),
    ]


def test_other_requests_lines_count_when_they_are_near_and_of_the_service() -> None:
    """Without any id that joins them; a line of long ago is left out."""
    near = nearby(case(*(f"line {word}" for word in "abcdefghijklmnop"), request_id=""))
    assert [one.same_request for one in near.lines] == [False] * 10
    assert near.lines[0].text == "line p"


def test_secrets_are_masked_before_they_can_be_quoted() -> None:
    """In lines and in values."""
    near = nearby(case("login password=hunter22x region=eu-north"))
    assert "hunter22x" not in str(near)
    assert "eu-north" in [value.text for value in near.values]


def test_what_every_line_says_is_no_value() -> None:
    """A logger's name on all other lines is the service's; what only this request said stays."""
    usual = [f"worker_pool item{word}" for word in "abcdefghijkl"]
    logs = log_rows(*usual, "worker_pool refused tariff_zone", TRACE, request_id="")
    own = logs.slice(12, 2).to_pylist()
    both = log_rows(*(row["body"] for row in own), event_ids=("e12", "e13"), request_id="r1")
    rows = pa.concat_tables([logs.slice(0, 12), both])
    found = nearby(ClusterCase("c", "orders", "", "", "TypeError", "", TRACE, CHAIN, event_id="e13", logs=rows))
    texts = [value.text for value in found.values]
    assert "tariff_zone" in texts
    assert "worker_pool" not in texts


def test_attributes_of_the_failing_event_hold_values() -> None:
    """What a structured log says beside its message, without payloads as long as a trace and without the logger."""
    said = [
        ("shelf", "tariff_zone"),
        ("payload", "long_word " * 50),
        ("thread.name", "pool_worker"),
        ("hosting", "eu_1"),
    ]
    found = [value.text for value in nearby(case("before", attributes=said)).values]
    assert {"shelf", "tariff_zone", "hosting", "eu_1"} <= set(found)
    assert not {"long_word", "pool_worker", "thread.name"} & set(found)


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("no such table: order_gifts", ["order_gifts"]),
        ("country='AT' tier=None pool_size=17", ["country", "AT", "tier", "pool_size", "17"]),
        ("POST /orders 500 170.5ms at 2026-11-21T10:59:48Z from 10.0.0.7", []),
        ("2026-11-21 10:59:56,808 ERROR [stock-audit] shop.jobs.audit: no shelf_id", ["shelf_id"]),
        ("ERROR [pool-1-thread-3] com.shop.Orders: carrier_code is missing", ["carrier_code"]),
        ("trace 4bf92f3577b34da6a3ce929d0e0e4736 settlement.currency is missing", ["settlement.currency"]),
    ],
)
def test_values_worth_looking_for(said: str, values: list[str]) -> None:
    """Names, keys, quoted texts and telling numbers; no ids, addresses, times, states of HTTP or empty words."""
    assert [value for value in found_in(said) if value != "170.5"] == values


@given(st.text())
def test_any_line_can_be_read(text: str) -> None:
    """Nothing raises, and every value is a part of its line."""
    assert all(value in text and len(value) > 1 for value in found_in(text))


def test_a_place_that_holds_a_value_says_so_with_the_line(tmp_path: Path) -> None:
    """The value in quotes counts in full, and the reason quotes both."""
    laid = trace(tmp_path)
    near = Nearby(values=(Value("parcel_xl", "order 7 has size=parcel_xl today", 0.8),))
    seen = observe(laid.places[0], laid, Surroundings(near=near))
    assert seen is not None
    assert seen.value == pytest.approx(0.8)
    assert seen.reason == 'holds "parcel_xl", which the log of this failure says: "order 7 has size=parcel_xl today"'
    assert observe(laid.places[1], laid, Surroundings(near=near)) is None
    assert observe(laid.places[0], laid, Surroundings()) is None


@given(st.text(" ab1,", min_size=1, max_size=400), st.integers(0, 400))
def test_a_long_line_is_quoted_in_whole_words_around_the_value(noise: str, at: int) -> None:
    """The value is always there, and no word or number is cut in two."""
    text = f"{noise[:at]} carrier_table {noise[at:]}".strip()
    shown = reason(Value("carrier_table", text, 1.0)).split('says: "', 1)[1][:-1]
    assert "carrier_table" in shown
    assert set(shown.removeprefix("...").removesuffix("...").split()) <= set(text.split())


def test_quotes_count_more_than_names_and_parts_of_words_not_at_all(tmp_path: Path) -> None:
    """How literally a text stands in a block."""
    code = code_of(tmp_path, FILES)
    load = code.find("load")[0]
    assert [standing(text, load) for text in ("carrier_table", "settings", "carrier", "nowhere")] == [
        1.0,
        0.4,
        0.0,
        0.0,
    ]


def test_the_only_holder_of_a_value_is_proposed(tmp_path: Path) -> None:
    """A block outside the trace, found by one key of the log."""
    near = Nearby(values=(Value("carrier_table", "read carrier_table", 1.0), Value("nowhere_at_all", "x", 1.0)))
    found = list(value_holders.propose(trace(tmp_path), (), Surroundings(near=near)))
    assert [(one.block.symbol, one.value) for one in found] == [("load", 1.0)]


def test_who_wrote_a_line_is_proposed_with_the_quote(tmp_path: Path) -> None:
    """Placeholders stand for whatever was printed, in the style of percent signs and of f-strings."""
    laid = trace(tmp_path)
    said = line("12:00 WARN shop: carrier table AT is empty, using the default")
    found = list(log_lines.propose(laid, (), said))
    assert [one.block.symbol for one in found] == ["choose"]
    assert found[0].reason == (
        'wrote "carrier table AT is empty, using the default" to the log 0.2 s before the failure, in the same request'
    )
    percent = list(log_lines.propose(laid, (), line("no carrier for AT, falling back to post")))
    assert [one.block.symbol for one in percent] == ["place"]
    assert list(log_lines.propose(laid, (), line("the carrier table is full"))) == []


def test_a_line_that_is_always_logged_says_less(tmp_path: Path) -> None:
    """Warnings of the same request say most; plain, usual and foreign lines less."""
    laid = trace(tmp_path)
    text = "carrier table AT is empty, using the default"
    changes: list[dict[str, Any]] = [{}, {"severity": 9}, {"same_request": False}, {"usual": True}]
    values = [next(iter(log_lines.propose(laid, (), line(text, **change)))).value for change in changes]
    assert values[0] == 1.0
    assert all(value < 1.0 for value in values[1:])


class Topics:
    """Carriers or anything else."""

    model_id = "topics"
    dimension = 2
    asked = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        return np.array([[1, 0] if "arrier" in text or "TypeError" in text else [0, 1] for text in texts], np.float32)


def embedded(folder: Path, *remembered: str) -> tuple[CodeSnapshot, Topics]:
    """The shop with every block embedded, and the vectors of some texts kept."""
    code_of(folder, FILES)
    database, model = Database(f"sqlite:///{folder / 'code.db'}"), Topics()
    index = CodeIndex(database, EdgeVectors(folder / "vectors"), model)
    tree = DirectoryTree(folder / "tree", name="tree")
    index.index(tree)
    index.embed_pending(100)
    index.remember(remembered)
    model.asked = 0
    return index.snapshot("tree", tree.commit), model


def test_without_embeddings_the_lines_before_are_searched_by_their_words(tmp_path: Path) -> None:
    """The exception's own words have a source already; without lines there is nothing to look for."""
    laid = trace(tmp_path)
    assert list(meaning.propose(laid, (), Surroundings(said="TypeError: x"))) == []
    found = list(meaning.propose(laid, (), line("CARRIERS of the country chosen by default")))
    assert found[0].block.symbol == "choose"
    assert found[0].reason == "shares words with the lines logged before it failed"
    assert found[0].value == 0.5
    assert list(meaning.propose(laid, (), line("carrier", usual=True))) == []


def test_meaning_finds_what_shares_no_word_and_asks_no_model(tmp_path: Path) -> None:
    """The cluster's own words were embedded beside the code; the reason says what a block is close to."""
    code, model = embedded(tmp_path, "TypeError: nothing for AT")
    found = list(meaning.propose(lay_over(CHAIN, code), (), Surroundings(said="TypeError: nothing for AT")))
    assert "choose" in {one.block.symbol for one in found}
    assert all(one.reason.startswith("close in meaning to what the exception says") for one in found)
    assert all(0 <= one.value <= 1 for one in found)
    assert model.asked == 0


def test_what_a_cluster_says_holds_no_secret() -> None:
    """It goes to a model, which may be elsewhere; packages are left out."""
    said = meaning.what_it_says("com.shop.LoginError", "refused with password=hunter22x for AT")
    assert said.startswith("LoginError: refused with")
    assert "hunter22x" not in said
    assert meaning.what_it_says("KeyError", "") == "KeyError"


def test_until_a_clusters_words_are_embedded_only_words_are_searched(tmp_path: Path) -> None:
    """Nothing waits for a model."""
    code, model = embedded(tmp_path)
    laid = lay_over(CHAIN, code)
    assert list(meaning.propose(laid, (), Surroundings(said="TypeError: new"))) == []
    both = replace(line("carrier table is empty"), said="TypeError: new")
    assert {one.reason for one in meaning.propose(laid, (), both)} == {
        "shares words with the lines logged before it failed"
    }
    assert model.asked == 0


def test_the_writer_of_a_line_is_among_the_suspects(tmp_path: Path) -> None:
    """From the logs of a case to the ranking, through the whole preparation."""
    code = code_of(tmp_path, FILES)
    said = case("WARN carrier table AT is empty, using the default")
    suspects = prepare(replace(said, code=code)).suspects
    choose = next(suspect for suspect in suspects if suspect.block.symbol == "choose")
    assert any("carrier table AT is empty" in reason for reason in choose.reasons)
    assert suspects[0].block.symbol == "price"


def test_without_logs_the_ranking_is_what_the_trace_says(tmp_path: Path) -> None:
    """No signal of the surroundings speaks on a bare trace."""
    found = rank_suspects(CHAIN, code_of(tmp_path, FILES))
    said = {part.signal for suspect in found for part in suspect.parts}
    assert not said & {"values", "spectrum", "meaning", "log_lines", "value_holders"}
