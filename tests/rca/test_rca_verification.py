"""Every claim is checked by code; what cannot be confirmed is dropped and counted."""

from dataclasses import replace
from typing import Any

import pytest

from rca.analysis import prepare
from rca.confidence import capped
from rca.material import Material
from rca.report import Cause, Citation, Fix, InvolvedParameter, RcaClaims
from rca.verification import verify
from tests.fakes.rca_shop import Shop, build_shop, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("verification"))


@pytest.fixture(scope="module")
def material(shop: Shop) -> Material:
    return prepare(shop_case(shop))


def evidence_id(material: Material, kind: str, symbol: str = "") -> str:
    return next(item.id for item in material.evidence.items if item.kind == kind and symbol in item.symbol)


def cause(material: Material, **changes: Any) -> Cause:
    """A true claim, with any part changed."""
    code = evidence_id(material, "code", "load_customer")
    parts: dict[str, Any] = {
        "file": "shop/orders.py",
        "symbol": "load_customer",
        "start_line": 4,
        "end_line": 5,
        "confidence": 0.9,
        "reasoning": f"The key was renamed [{code}].",
        "evidence": [Citation(evidence_id=code, quote='return {"tier": row.get("customer_tier")}')],
    }
    return Cause(**{**parts, **changes})


def checked(material: Material, **claims: Any) -> tuple[RcaClaims, list[str]]:
    parts = {"summary": "It fails.", "root_cause": None, **claims}
    result = verify(RcaClaims(**parts), material)
    return result.claims, [drop.why for drop in result.dropped]


def test_a_true_claim_survives_whole(material: Material) -> None:
    """Nothing is lost of what can be confirmed."""
    claims, dropped = checked(material, root_cause=cause(material))
    assert claims.root_cause == cause(material)
    assert dropped == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"file": "shop/ghost.py"}, "no file shop/ghost.py"),
        ({"symbol": "ghost"}, "ghost is not in shop/orders.py"),
        ({"start_line": 400, "end_line": 402}, "has only"),
        ({"start_line": 5, "end_line": 4}, "before its first"),
        ({"start_line": 10, "end_line": 11}, "is not at lines 10 to 11"),
        ({"start_line": 4, "end_line": 12}, "has only 11 lines"),
        ({"evidence": []}, "none of its evidence"),
        ({"evidence": [Citation(evidence_id="E99", quote="x")]}, "no such evidence"),
    ],
)
def test_an_invented_place_is_dropped(material: Material, change: dict[str, Any], why: str) -> None:
    """File, lines, symbol and evidence must all exist at the commit."""
    claims, dropped = checked(material, root_cause=cause(material, **change))
    assert claims.root_cause is None
    assert any(why in reason for reason in dropped)


@pytest.mark.parametrize(
    "quote", ['return {"tier": row.get("tier")}', 'return {"Tier": row.get("customer_tier")}', "it was renamed"]
)
def test_a_quote_must_match_byte_for_byte(material: Material, quote: str) -> None:
    """A quote that is nearly right is wrong."""
    code = evidence_id(material, "code", "load_customer")
    claims, dropped = checked(material, root_cause=cause(material, evidence=[Citation(evidence_id=code, quote=quote)]))
    assert claims.root_cause is None
    assert any("not in" in reason for reason in dropped)


def test_line_numbers_beside_quoted_code_are_forgiven(material: Material) -> None:
    """The prompt prints numbers beside code; a quote that copies them is kept without them."""
    code = evidence_id(material, "code", "load_customer")
    quote = '4| def load_customer(row):\n5|     return {"tier": row.get("customer_tier")}'
    claims, _ = checked(material, root_cause=cause(material, evidence=[Citation(evidence_id=code, quote=quote)]))
    assert claims.root_cause is not None
    assert claims.root_cause.evidence[0].quote.startswith("def load_customer")


def test_a_configuration_key_can_be_a_cause(material: Material) -> None:
    """A line of a configuration file that a suspected commit touches is checked by its words."""
    commit = next(item for item in material.evidence.items if item.kind == "commit" and "limit" in item.text)
    place = {"file": "limits.toml", "start_line": 1, "end_line": 1}
    quoted = [Citation(evidence_id=commit.id, quote="Rename the limit")]
    claims, _ = checked(material, root_cause=cause(material, symbol="max_things", evidence=quoted, **place))
    assert claims.root_cause is not None
    claims, _ = checked(material, root_cause=cause(material, symbol="max_items", evidence=quoted, **place))
    assert claims.root_cause is None


def test_code_far_from_the_trace_is_out_of_reach(material: Material) -> None:
    """A real symbol that nothing connects with the failure is no cause."""
    alone = {"suspects": (), "changes": (), "evidence": type(material.evidence)(material.evidence.items[:1])}
    lonely = replace(material, **alone, case=replace(material.case, chain=()))
    trace = [Citation(evidence_id="E1", quote="KeyError: None")]
    claims, dropped = checked(lonely, root_cause=cause(material, evidence=trace, reasoning="Because."))
    assert claims.root_cause is None
    assert any("reachable" in reason for reason in dropped)


def test_what_the_trace_calls_is_within_reach(material: Material) -> None:
    """A symbol that is neither suspect nor shown is found by the calls of the frames."""
    alone = replace(material, suspects=(), changes=(), evidence=type(material.evidence)(material.evidence.items[:1]))
    trace = [Citation(evidence_id="E1", quote="KeyError: None")]
    claims, dropped = checked(alone, root_cause=cause(material, evidence=trace, reasoning="Because."))
    assert claims.root_cause is not None
    assert dropped == []


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("order_id", "991", True), ("order_id", "992", False), ("ghost_id", "", False), ("order", "", True)],
)
def test_a_parameter_must_stand_in_the_evidence(material: Material, name: str, value: str, kept: bool) -> None:
    """Name as a word and value as written."""
    parameter = InvolvedParameter(name=name, value=value, why="It matters.", evidence_id="E1")
    claims, dropped = checked(material, parameters=[parameter])
    assert bool(claims.parameters) is kept
    assert bool(dropped) is not kept


def test_sentences_that_lean_on_missing_evidence_are_cut(material: Material) -> None:
    """The rest of the reasoning stays."""
    claims, dropped = checked(
        material, root_cause=cause(material, reasoning="It was renamed [E1]. The log says so [E77].")
    )
    assert claims.root_cause is not None
    assert claims.root_cause.reasoning == "It was renamed [E1]."
    assert dropped == ["there is no evidence E77"]


def test_an_error_code_is_not_taken_for_evidence(material: Material) -> None:
    """E404 in a sentence is a word; [E404] would be a citation."""
    claims, dropped = checked(material, root_cause=cause(material, reasoning="npm said E404 before it failed."))
    assert claims.root_cause is not None
    assert claims.root_cause.reasoning == "npm said E404 before it failed."
    assert dropped == []


def test_numbers_in_the_impact_must_stand_in_the_evidence(material: Material) -> None:
    """An invented count is cut, a known one stays."""
    claims, _ = checked(material, impact="It happened 42 times. It cost 31,337 euros.")
    assert claims.impact == "It happened 42 times."


def test_a_fix_in_a_file_that_is_not_there_is_dropped(material: Material) -> None:
    """Nobody is sent to edit a ghost at night."""
    ghost = Fix(kind="quick", description="Edit shop/ghost/rates.py.", risk="none", rollback="undo")
    real = Fix(kind="durable", description="Edit shop/orders.py.", risk="none", rollback="undo")
    claims, dropped = checked(material, fixes=[ghost, real])
    assert [fix.description for fix in claims.fixes] == ["Edit shop/orders.py."]
    assert len(dropped) == 1


def test_not_enough_evidence_is_a_valid_answer(material: Material) -> None:
    """Nothing is dropped from an honest "I do not know"."""
    claims, dropped = checked(material, next_checks=["Look at the deployment."])
    assert claims.root_cause is None
    assert dropped == []


def test_without_code_only_the_trace_can_be_confirmed(shop: Shop) -> None:
    """A frame of the trace is accepted, anything else is not."""
    material = prepare(shop_case(shop, code=None, code_missing="the commit is not indexed"))
    trace = [Citation(evidence_id="E1", quote="KeyError: None")]
    plain = {"evidence": trace, "reasoning": "It failed there."}
    there = Cause(file="/app/shop/pricing.py", symbol="total", start_line=18, end_line=18, confidence=0.9, **plain)
    elsewhere = Cause(file="shop/orders.py", symbol="load_customer", start_line=4, end_line=5, confidence=0.9, **plain)
    assert checked(material, root_cause=there)[0].root_cause is not None
    assert checked(material, root_cause=elsewhere)[0].root_cause is None


def test_confidence_is_capped_by_what_was_confirmed(material: Material) -> None:
    """The trace alone carries half, and every lost claim takes its share."""
    trace_only = cause(material, evidence=[Citation(evidence_id="E1", quote="KeyError: None")])
    assert capped(trace_only, material.evidence, dropped=0, checked=4).confidence == 0.5
    assert capped(trace_only, material.evidence, dropped=2, checked=4).confidence == 0.25
    assert capped(cause(material, confidence=0.2), material.evidence, dropped=0, checked=4).confidence == 0.2
