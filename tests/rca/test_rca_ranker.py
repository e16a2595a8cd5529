"""The trained order behind the first suspect: its file, its limits, and what a training learns."""

import random
from pathlib import Path

import pytest

from connectors.errors import ConfigurationError
from indexers.exceptions.extract import chains, extract_exceptions
from rca.evaluation.training import Example, learn, validated, written
from rca.features import NAMES
from rca.ranker import FILE, Ranker, load
from rca.scoring import candidates_of
from rca.suspect_order import in_order
from tests.fakes.rca_shop import TRACE, Shop, build_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("ranker"))


def examples(shop: Shop, wanted: str) -> list[Example]:
    """The shop's trace with `wanted` as the truth, as three projects."""
    listed = candidates_of(chains(extract_exceptions(TRACE))[0], shop.snapshot)
    hits = tuple(block.symbol == wanted for block in listed.blocks)
    assert any(hits)
    return [Example(name, name, listed, hits) for name in ("one", "two", "three")]


def test_the_shipped_file_fits_the_features() -> None:
    """It can be loaded, and says how it was trained."""
    assert load() is not None
    assert "leaving out one project at a time" in FILE.read_text(encoding="utf-8")


def test_without_a_file_the_hand_set_order_holds(shop: Shop, tmp_path: Path) -> None:
    """A removed file is no error; the trace's second place keeps its rank."""
    assert load(tmp_path / "ranker.toml") is None
    listed = examples(shop, "load_customer")[0].listed
    assert in_order(listed, None)[:2] == list(listed.inside[:2])


def test_a_file_for_other_features_is_refused(tmp_path: Path) -> None:
    """One clear sentence, not a wrong order."""
    file = tmp_path / "ranker.toml"
    file.write_text("[weights]\nluck = 1.0\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="luck"):
        load(file)


def test_no_weights_move_the_first(shop: Shop) -> None:
    """Whatever a model says, a plain good answer stays where it is."""
    listed = examples(shop, "load_customer")[0].listed
    chance = random.Random(1)
    for _ in range(50):
        wild = Ranker({name: chance.uniform(-5, 5) for name in NAMES})
        ordered = in_order(listed, wild)
        assert ordered[0] is listed.inside[0]
        assert len(ordered) == len(listed.scored)


def test_training_lifts_what_was_true(shop: Shop) -> None:
    """The true block outside the trace comes second once it has been learned, and the text is read back alike."""
    cases = examples(shop, "load_customer")
    weights = learn(cases, strength=10.0)
    ordered = in_order(cases[0].listed, Ranker(weights))
    assert ordered[1].block.symbol == "load_customer"
    assert validated(cases, strength=10.0)["trained"][1] == 1.0
    assert f"\nsupport = {weights['support']}\n" in written(weights, {"trained": (1.0,)}, "three cases")


def test_training_twice_gives_the_same_weights(shop: Shop) -> None:
    """No chance is involved."""
    assert learn(examples(shop, "load_customer")) == learn(examples(shop, "load_customer"))


def test_nothing_to_learn_is_said(shop: Shop) -> None:
    """Cases without a true candidate teach nothing."""
    listed = examples(shop, "load_customer")[0].listed
    with pytest.raises(ValueError, match="nothing to learn"):
        learn([Example("one", "one", listed, (False,) * len(listed.blocks))])
