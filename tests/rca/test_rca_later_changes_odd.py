"""When "already fixed, not deployed" must not be said, on histories as they really are."""

from pathlib import Path

import pytest

from connectors.source_control.git import GitRepository
from rca.history.places import suspects_at
from rca.later_changes import LaterChange, later_changes
from tests.fakes.rca_history import FAILING, PRICES, History

FIXED = PRICES.replace("RATES[tier]", "RATES.get(tier, 0)")
RATE = PRICES[PRICES.index("def rate") : PRICES.index("def unrelated")]


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "shop")


def later(history: History, deployed: str = "good", notes: list[str] | None = None) -> list[LaterChange]:
    repository = history.repository
    return later_changes(repository, suspects_at(repository, deployed, [FAILING]), deployed=deployed, notes=notes)


def test_a_fix_is_said(history: History) -> None:
    """What the cases below must not be taken for."""
    fix = history.edit("RATES[tier]", "RATES.get(tier, 0)")
    (found,) = later(history)
    assert (found.line_changed, [commit.commit for commit in found.commits]) == (True, [fix])


@pytest.mark.parametrize(
    "text",
    [
        PRICES.replace("\n", "\r\n"),
        PRICES.replace("    share = RATES[tier]\n", "    share = RATES[\n        tier\n    ]  # tidy\n"),
        PRICES.replace("    share = RATES[tier]\n", "\n    share = RATES[tier]  \n"),
    ],
    ids=["line ends", "wrapped", "blank lines"],
)
def test_a_new_layout_of_the_failing_line_is_no_fix(history: History, text: str) -> None:
    """It does what it did."""
    history.builder.commit({"shop/prices.py": text}, "tidy")
    assert later(history) == []


def test_a_fix_that_was_taken_back_is_none(history: History) -> None:
    """The branch is as broken as what is deployed."""
    fix = history.edit("RATES[tier]", "RATES.get(tier, 0)")
    history.builder.git("revert", "--no-edit", fix)
    assert later(history) == []


def test_a_fix_that_was_picked_for_the_release_is_deployed(history: History) -> None:
    """Under another id."""
    fix = history.edit("RATES[tier]", "RATES.get(tier, 0)")
    history.builder.git("checkout", "-q", "-b", "stable", "good")
    history.builder.commit({"readme": "stable"})
    history.builder.git("cherry-pick", fix)
    history.builder.git("checkout", "-q", "main")
    assert later(history, "stable") == []


def test_a_picked_fix_with_more_on_top_is_no_later_change(history: History) -> None:
    """What differs was written on the deployed branch, and main has nothing for it."""
    fix = history.edit("RATES[tier]", "RATES.get(tier, 0)")
    history.builder.git("checkout", "-q", "-b", "stable", "good")
    history.builder.commit({"readme": "stable"})
    history.builder.git("cherry-pick", fix)
    history.builder.commit({"shop/prices.py": FIXED.replace("RATES.get(tier, 0)", "RATES.get(tier, 0.0) or 0.1")})
    history.builder.git("checkout", "-q", "main")
    assert later(history, "stable") == []


def test_a_change_on_the_deployed_branch_alone_is_not_main_being_ahead(history: History) -> None:
    """A hotfix that never went to main does not make main a fix."""
    history.builder.commit({"readme": "main goes on"})
    history.builder.git("checkout", "-q", "-b", "hotfix", "good")
    history.builder.commit({"shop/prices.py": FIXED}, "hotfix")
    history.builder.git("checkout", "-q", "main")
    assert later(history, "hotfix") == []


def test_a_squashed_branch_that_is_deployed_is_no_later_change(history: History) -> None:
    """Main holds the same content in one commit."""
    history.builder.git("checkout", "-q", "-b", "feature")
    history.edit("RATES[tier]", "RATES.get(tier)")
    history.edit("RATES.get(tier)", "RATES.get(tier, 0)")
    history.builder.git("checkout", "-q", "main")
    history.builder.git("merge", "--quiet", "--squash", "feature")
    history.builder.git("commit", "--quiet", "--message", "Feature (#1)")
    assert later(history, "feature") == []


def test_a_function_that_moved_unchanged_is_not_gone(history: History) -> None:
    """It fails in another file just as well."""
    rest = PRICES.replace(RATE, "")
    history.builder.commit({"shop/prices.py": rest, "shop/rates.py": "import os\n\n\n" + RATE}, "Split")
    assert later(history) == []


def test_a_function_that_moved_and_was_fixed_is_said_with_its_new_place(history: History) -> None:
    """And the commit that fixed it there."""
    rest = PRICES.replace(RATE, "")
    history.builder.commit({"shop/prices.py": rest, "shop/rates.py": "import os\n\n\n" + RATE}, "Split")
    fixed = RATE.replace("RATES[tier]", "RATES.get(tier, 0)")
    fix = history.builder.commit({"shop/rates.py": "import os\n\n\n" + fixed}, "Fix")
    (found,) = later(history)
    assert (found.moved_to, found.line_changed, found.is_gone) == ("shop/rates.py", True, False)
    assert found.commits[0].commit == fix
    assert "where it is in shop/rates.py, not deployed: it may be fixed there" in found.sentence


def test_a_function_that_moved_and_changed_elsewhere_is_no_fix(history: History) -> None:
    """The failing line is as it was."""
    rest = PRICES.replace(RATE, "")
    changed = RATE.replace("return share", "return share * 2")
    history.builder.commit({"shop/prices.py": rest, "shop/rates.py": "import os\n\n\n" + changed}, "Split")
    (found,) = later(history)
    assert (found.moved_to, found.line_changed) == ("shop/rates.py", False)


def test_a_renamed_function_with_the_failing_line_is_no_fix(history: History) -> None:
    """Its name is not what failed."""
    history.edit("def rate(customer)", "def share_of(customer)", "Rename")
    assert [found.line_changed for found in later(history)] == [False]


def test_a_cut_history_says_that_it_cannot_tell(history: History, tmp_path: Path) -> None:
    """Whose difference it is would be guessed."""
    history.builder.git("branch", "deployed")
    history.edit("RATES[tier]", "RATES.get(tier, 0)")
    clone = tmp_path / "cut"
    history.builder.git(
        "clone", "-q", "--bare", "--depth=1", "--no-single-branch", f"file://{history.builder.folder}", str(clone)
    )
    repository = GitRepository(clone, name="shop")
    notes: list[str] = []
    assert (
        later_changes(repository, suspects_at(repository, "deployed", [FAILING]), deployed="deployed", notes=notes)
        == []
    )
    assert "history is cut between it and the deployed commit" in notes[0]
