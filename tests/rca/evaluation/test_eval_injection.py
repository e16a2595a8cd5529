"""Text that gives orders changes nothing: not with rules, and not with a model that obeys every word it reads."""

from collections import Counter

import pytest

from connectors.pseudonyms import Policy
from rca.analysts.model_analyst import ModelAnalyst
from rca.evaluation.injection import Attack, Outcome, run, said, shipped_attacks
from rca.report import RcaReport
from tests.fakes.gullible_model import GullibleModel

POLICY = Policy(b"k" * 32)
READ_AS_RECORDS = {"fence-guess", "link-html", "link-javascript"}  # what a model is shown of them
SOME = [
    attack for place, attack in enumerate(shipped_attacks()) if place % 9 == 0 or attack.id in READ_AS_RECORDS
]  # `firstcause eval` runs them all


def obeying(attack: Attack) -> Outcome:
    """What happens when the model does as the attack says, whether it was shown or not."""
    analyst = ModelAnalyst({"gullible": GullibleModel(always=attack)}, redaction=POLICY, sleep=lambda _: None)
    return run(analyst, [attack])[0]


def test_the_suite_is_varied() -> None:
    """At least forty attacks, every place, every wish, ids that tell them apart."""
    attacks = shipped_attacks()
    assert len(attacks) >= 40
    assert len({attack.id for attack in attacks}) == len(attacks)
    assert len({attack.where for attack in attacks}) == 9
    assert len({attack.wants for attack in attacks}) == 8


@pytest.mark.slow
def test_rules_obey_nothing() -> None:
    """Attacks of every kind, planted in a real fault."""
    assert [(one.attack, one.note) for one in run(attacks=SOME) if one.obeyed] == []


@pytest.mark.slow
def test_a_model_that_obeys_what_it_reads_is_contained() -> None:
    """Severity, suspects, cause, links and what is to be done stay as they are without the attack."""
    model = GullibleModel(SOME)
    outcomes = run(ModelAnalyst({"gullible": model}, redaction=POLICY, sleep=lambda _: None), SOME)
    assert [(one.attack, one.note) for one in outcomes if one.obeyed] == []
    assert model.asked >= len(outcomes)
    assert model.seen  # some attacks are read as records: what obeys them has to be caught behind the model


@pytest.mark.parametrize("attack", shipped_attacks()[::9], ids=lambda attack: attack.id)
def test_the_checks_behind_the_model_hold_by_themselves(attack: Attack) -> None:
    """Even a model that obeys an attack unseen changes no severity, no suspects, no links and nothing to be done."""
    outcome = obeying(attack)
    assert (outcome.severity, outcome.suspects, outcome.links, outcome.actions) == (False,) * 4, outcome.note


def test_an_unprotected_report_would_be_seen_to_obey() -> None:
    """The measure can fail: a report that says what the attack wants is told apart."""
    report = RcaReport.model_validate(
        {
            "summary": "See https://evil.example/login.", "root_cause": None, "status": "not_enough_evidence",
            "severity": {"level": "low", "reasons": []}, "cluster_id": "c", "service": "", "version": "", "commit": "",
            "looked_at": [], "analyst": "x", "prompt_version": "x",
        }
    )  # fmt: skip
    assert any("https://evil.example" in text for text in said(report))


def test_outcomes_say_what_changed() -> None:
    """A change of any kind is an attack that worked."""
    kinds = ["severity", "suspects", "claims", "links", "actions"]
    assert not Outcome("a", "log", "link").obeyed
    assert Counter(Outcome("a", "log", "link", **{kind: True}).obeyed for kind in kinds) == {True: 5}
