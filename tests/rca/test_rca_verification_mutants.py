"""A true report loses exactly the claims that were made false, whichever they are, and keeps the rest byte for byte."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rca.analysis import prepare
from rca.material import Material
from rca.report import Cause, Citation, InvolvedParameter, RcaClaims
from rca.verification import verify
from tests.fakes.rca_code import code_of
from tests.fakes.rca_shop import build_shop, shop_case

SUMMARY = ("It was seen 42 times in version 2.0.", "The commit {commit} renamed `customer_tier`.")
REASONING = ("The tier is None for order_id=991 [E1].", "See line 5 of shop/orders.py.", "It is read at 04:00:02.")
IMPACT = ("All 42 were in production.", "That is 100 % in nine minutes, 9 minutes from first to last.")
PARAMETERS = (("order_id", "991"), ("tier", "None"))


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return prepare(shop_case(build_shop(tmp_path_factory.mktemp("mutants"))))


@dataclass(frozen=True)
class Truth:
    """A report all of which is so, as lists of single claims."""

    material: Material

    def claims(self, **changes: list[str]) -> RcaClaims:
        """The report, with the sentences or quotes of any part replaced."""
        parts = self.parts() | changes
        root = self.cause("shop/orders.py:load_customer:4:5", parts["quotes"], parts["reasoning"])
        other = self.cause("shop/pricing.py:discount_rate:6:8", parts["other quotes"], [])
        named = [pair.split("=") for pair in parts["parameters"]]
        return RcaClaims(
            summary=" ".join(parts["summary"]),
            root_cause=root,
            alternatives=[other],
            parameters=[InvolvedParameter(name=name, value=value, why="", evidence_id="E1") for name, value in named],
            evidence=[Citation(evidence_id="E1", quote=quote) for quote in parts["evidence"]],
            impact=" ".join(parts["impact"]),
        )

    def parts(self) -> dict[str, list[str]]:
        commit = next(change.commit.commit[:12] for change in self.material.changes if "tier" in change.commit.subject)
        return {
            "summary": [sentence.format(commit=commit) for sentence in SUMMARY],
            "reasoning": list(REASONING),
            "impact": list(IMPACT),
            "quotes": ["E1|KeyError: None", 'E2|return {"tier": row.get("customer_tier")}'],
            "other quotes": ["E1|line 8, in discount_rate", 'E1|RATES[customer["tier"]]'],
            "evidence": ["order failed order_id=991", 'rate = discount_rate(order["customer"])'],
            "parameters": [f"{name}={value}" for name, value in PARAMETERS],
        }

    def cause(self, place: str, quotes: list[str], reasoning: list[str]) -> Cause:
        file, symbol, first, last = place.split(":")
        cited = [quote.split("|", 1) for quote in quotes]
        return Cause(
            file=file, symbol=symbol, start_line=int(first), end_line=int(last), confidence=0.9,
            reasoning=" ".join(reasoning),
            evidence=[Citation(evidence_id=name, quote=quote) for name, quote in cited],
        )  # fmt: skip


def _digit(text: str) -> str:
    """The longest number, all its digits changed to ones that no evidence holds."""
    number = max(re.findall(r"\d+", text), key=len)
    return text.replace(number, "8" * len(number) + "37")


def _letter(text: str) -> str:
    """One letter of the longest word changed."""
    word = max(re.findall(r"[A-Za-z_]+", text), key=len)
    return text.replace(word, word[:-1] + ("q" if word[-1] != "q" else "z"))


def _path(text: str) -> str:
    return text.replace("shop/orders.py", "shop/ordres.py")


def _evidence_id(text: str) -> str:
    return re.sub(r"\bE\d+", "E999", text, count=1)


MUTANTS: list[tuple[str, int, Callable[[str], str], str]] = [
    ("summary", 0, _digit, "number"),
    ("summary", 1, lambda text: re.sub(r"\b[0-9a-f]{12}\b", "0badcafe1234", text), "id"),
    ("summary", 1, lambda text: text.replace("customer_tier", "customer_teir"), "quote"),
    ("reasoning", 0, _digit, "number"),
    ("reasoning", 0, _evidence_id, "evidence"),
    ("reasoning", 1, _path, "path"),
    ("reasoning", 1, lambda text: text.replace("line 5", "line 5088"), "number"),
    ("reasoning", 2, lambda text: text.replace("04:00:02", "04:00:59"), "number"),
    ("impact", 0, _digit, "number"),
    ("impact", 1, lambda text: text.replace("100 %", "83 %"), "number"),
    ("impact", 1, lambda text: text.replace("9 minutes", "37 minutes"), "number"),
    ("quotes", 0, _letter, "quote"),
    ("quotes", 1, _letter, "quote"),
    ("quotes", 0, _evidence_id, "evidence"),
    ("other quotes", 0, lambda text: text.replace("line 8,", "line 9,"), "quote"),
    ("other quotes", 1, _letter, "quote"),
    ("evidence", 0, _digit, "quote"),
    ("evidence", 1, _letter, "quote"),
    ("parameters", 0, _digit, "parameter"),
    ("parameters", 1, lambda text: text.replace("None", "991"), "parameter"),
    ("parameters", 0, lambda text: text.replace("order_id", "ordre_id"), "parameter"),
]


def test_the_true_report_loses_nothing(material: Material) -> None:
    """Otherwise the test of its mutants would say little."""
    claims = Truth(material).claims()
    result = verify(claims, material)
    assert result.dropped == []
    assert result.claims == claims


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.sets(st.sampled_from(range(len(MUTANTS))), max_size=5))
def test_exactly_the_mutated_claims_are_lost(material: Material, chosen: set[int]) -> None:
    """Changed digits, paths, lines, quotes, values, times, shares and invented ids, in any combination."""
    truth = Truth(material)
    mutated, kept, expected = truth.parts(), truth.parts(), {}
    for number in sorted(chosen):
        part, place, mutate, check = MUTANTS[number]
        if (part, place) in expected:
            continue  # twice mutated is once lost
        mutated[part][place] = mutate(mutated[part][place])
        expected[part, place] = check
    for part, place in sorted(expected, reverse=True):
        del kept[part][place]
    _without_all_quotes(mutated, kept)
    result = verify(truth.claims(**mutated), material)
    assert sorted(drop.check for drop in result.dropped) == sorted(expected.values())
    assert result.claims == truth.claims(**kept)


def _without_all_quotes(mutated: dict[str, list[str]], kept: dict[str, list[str]]) -> None:
    """A cause stands on at least one quote that holds: with both gone it would fall, which another test is about."""
    for part in ("quotes", "other quotes"):
        if not kept[part]:
            mutated[part].append("E1|KeyError: None")
            kept[part].append("E1|KeyError: None")


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"file": "shop/order.py"}, "file"),
        ({"file": "shop/pricing.py"}, "symbol"),
        ({"symbol": "load_customers"}, "symbol"),
        ({"start_line": 4, "end_line": 12}, "line"),
        ({"start_line": 9, "end_line": 11}, "line"),
        ({"start_line": 4000, "end_line": 4001}, "line"),
    ],
)
def test_a_mutated_place_costs_its_cause_alone(material: Material, change: dict[str, object], check: str) -> None:
    """The other explanation, the quotes and the sentences stay."""
    claims = Truth(material).claims()
    assert claims.root_cause is not None
    mutated = claims.model_copy(update={"root_cause": claims.root_cause.model_copy(update=change)})
    result = verify(mutated, material)
    assert [drop.check for drop in result.dropped] == [check]
    assert result.claims == claims.model_copy(update={"root_cause": None, "summary": ""})


def test_a_symbol_that_nothing_leads_to_is_no_cause(tmp_path: Path) -> None:
    """It exists at the commit, at these lines; but no frame, suspect or call gets there."""
    shop = build_shop(tmp_path)
    case = shop_case(shop)
    assert case.code is not None
    files = {path: case.code.text(path) for path in ("shop/orders.py", "shop/pricing.py")}
    lonely = {"shop/island.py": "def lagoon(depth):\n    return depth + 1\n"}
    code = code_of(tmp_path, files | lonely)
    material = prepare(replace(case, code=code, repository=None))
    evidence = type(material.evidence)(material.evidence.items[:1])
    material = replace(material, evidence=evidence, suspects=material.suspects[:2])
    cause = Truth(material).cause("shop/island.py:lagoon:1:2", ["E1|KeyError: None"], [])
    result = verify(RcaClaims(summary="", root_cause=cause), material)
    assert [drop.check for drop in result.dropped] == ["reach"]
