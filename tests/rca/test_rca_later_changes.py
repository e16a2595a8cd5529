"""What is said about suspects that the main branch has changed since the deployed commit, on real repositories."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import NotFoundError
from connectors.source_control import Hunk
from connectors.source_control.git import GitRepository
from indexers.code.blocks import CodeBlock
from rca.analysis import analyse
from rca.later_changes import later_changes, moved
from rca.suspects import Suspect
from tests.fakes.git_builder import GitBuilder
from tests.fakes.rca_shop import PRICING, build_shop, shop_case

DEPLOYED = """import sys


def helper(a):
    return a


def rate(customer):
    tier = customer["tier"]
    share = RATES[tier]
    return share


def unrelated():
    return 1
"""


def _suspect(symbol: str = "rate", first: int = 8, last: int = 11, line: int | None = 10) -> Suspect:
    block = CodeBlock(
        block_id="b", path="shop/pricing.py", blob="", language="python", kind="function", symbol=symbol,
        start_line=first, end_line=last, signature="", doc="", text="", calls=(),
    )  # fmt: skip
    return Suspect(block, 1.0, (), line=line)


class _History:
    """A repository whose first commit is deployed."""

    def __init__(self, folder: Path) -> None:
        self.builder = GitBuilder(folder)
        self.deployed = self.builder.commit({"shop/pricing.py": DEPLOYED, "readme": "x"}, "deployed")

    def repository(self) -> GitRepository:
        return GitRepository(self.builder.folder, name="shop")


@pytest.fixture
def history(tmp_path: Path) -> _History:
    return _History(tmp_path / "shop")


def test_nothing_is_said_when_the_deployed_commit_is_the_newest(history: _History) -> None:
    """There is nothing later."""
    assert later_changes(history.repository(), [_suspect()], deployed=history.deployed) == []


def test_nothing_is_said_when_only_other_lines_changed(history: _History) -> None:
    """A change before and after the block leaves the suspect alone."""
    text = DEPLOYED.replace("return a", "return a + 1").replace("return 1", "return 2")
    history.builder.commit({"shop/pricing.py": text}, "elsewhere")
    assert later_changes(history.repository(), [_suspect()], deployed=history.deployed) == []


def test_a_change_of_the_failing_line_may_be_a_fix(history: _History) -> None:
    """The commit is named, and that it is not deployed."""
    text = DEPLOYED.replace("import sys\n", "import sys\nimport os\n").replace("RATES[tier]", "RATES.get(tier, 0)")
    fix = history.builder.commit({"shop/pricing.py": text}, "Unknown tiers cost full price")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert (later.line_changed, later.is_gone) == (True, False)
    assert [commit.commit for commit in later.commits] == [fix]
    assert "may be fixed" in later.sentence
    assert "+    share = RATES.get(tier, 0)" in later.diff


def test_a_guard_put_before_the_failing_line_may_be_a_fix(history: _History) -> None:
    """The line itself is unchanged and yet guarded."""
    text = DEPLOYED.replace("    share =", "    if tier is None:\n        return 0\n    share =")
    history.builder.commit({"shop/pricing.py": text}, "Guard")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert later.line_changed


def test_a_change_beside_the_failing_line_is_not_called_a_fix(history: _History) -> None:
    """It is said, and said to be elsewhere in the block."""
    history.builder.commit({"shop/pricing.py": DEPLOYED.replace("return share", "return share * 2")}, "Double")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert not later.line_changed
    assert "not in the line that failed" in later.sentence


def test_only_commits_that_touched_the_block_are_named(history: _History) -> None:
    """Others of the same file are innocent."""
    text = DEPLOYED.replace("return a", "return a + 1")
    history.builder.commit({"shop/pricing.py": text}, "elsewhere")
    fix = history.builder.commit({"shop/pricing.py": text.replace("RATES[tier]", "RATES.get(tier)")}, "fix")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert [commit.commit for commit in later.commits] == [fix]


def test_a_renamed_file_is_followed(history: _History) -> None:
    """The suspect is named as deployed, its later change is found under the new name."""
    history.builder.commit({"shop/pricing.py": None, "shop/prices.py": DEPLOYED}, "rename")
    history.builder.commit({"shop/prices.py": DEPLOYED.replace("RATES[tier]", "RATES.get(tier)")}, "fix")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert (later.path, later.line_changed) == ("shop/pricing.py", True)


def test_a_removed_function_is_said_to_be_gone(history: _History) -> None:
    """Whether that is a fix is left to the engineer."""
    gone = "\n".join(DEPLOYED.split("\n")[:7] + DEPLOYED.split("\n")[11:])
    history.builder.commit({"shop/pricing.py": gone}, "Remove rates")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert later.is_gone
    assert later.commits[0].subject == "Remove rates"


def test_a_deleted_file_is_said_to_be_gone(history: _History) -> None:
    """Its last commit is named."""
    history.builder.commit({"shop/pricing.py": None}, "Remove the file")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=history.deployed)
    assert later.is_gone
    assert [commit.subject for commit in later.commits] == ["Remove the file"]


def test_a_hotfix_branch_is_compared_with_the_main_branch(history: _History) -> None:
    """The deployed commit need not be on the main branch."""
    history.builder.commit({"shop/pricing.py": DEPLOYED.replace("RATES[tier]", "RATES.get(tier)")}, "fix on main")
    history.builder.git("checkout", "-q", "-b", "hotfix", history.deployed)
    deployed = history.builder.commit({"readme": "hot"}, "hotfix")
    history.builder.git("checkout", "-q", "main")
    (later,) = later_changes(history.repository(), [_suspect()], deployed=deployed)
    assert [commit.subject for commit in later.commits] == ["fix on main"]


def test_a_missing_commit_is_said(history: _History) -> None:
    """Nothing is guessed."""
    with pytest.raises(NotFoundError):
        later_changes(history.repository(), [_suspect()], deployed="e" * 40)


@given(st.data())
def test_lines_that_no_hunk_touches_keep_their_text(data: st.DataObject) -> None:
    """Mapped by the hunks of a random edit outside of them, the lines hold in the new file what they held before."""
    old = [f"line {number}" for number in range(1, data.draw(st.integers(5, 40)) + 1)]
    first = data.draw(st.integers(2, len(old) - 1))
    last = data.draw(st.integers(first, len(old) - 1))
    before = data.draw(st.integers(0, 3))
    after = data.draw(st.integers(0, 3))
    hunks = [Hunk(1, 1, 1, before), Hunk(last + 1, 1, last + before, after)]
    hunks[0] = Hunk(1, 1, 1 if before else 0, before)
    new = [f"new {n}" for n in range(before)] + old[1:last] + [f"more {n}" for n in range(after)] + old[last + 1 :]
    found = moved(hunks, first, last)
    assert found is not None
    assert new[found[0] - 1 : found[1]] == old[first - 1 : last]


def test_a_report_says_what_may_be_fixed_and_is_not_deployed(tmp_path: Path) -> None:
    """In the summary, as a way out, as evidence, and in what was looked at."""
    shop = build_shop(tmp_path)
    fixed = PRICING.replace('RATES[customer["tier"]]', 'RATES.get(customer["tier"], 0.0)')
    GitBuilder(shop.path).commit({"shop/pricing.py": fixed}, "Unknown tiers get no discount")
    report = analyse(shop_case(shop)).report
    assert "may be fixed there" in report.summary
    assert any(fix.kind == "quick" and fix.description.startswith("Deploy ") for fix in report.fixes)
    assert any("not deployed" in stamp.result for stamp in report.looked_at)


def test_a_report_is_silent_when_the_main_branch_has_nothing_newer(tmp_path: Path) -> None:
    """No empty sentence about it."""
    report = analyse(shop_case(build_shop(tmp_path))).report
    assert "deployed" not in report.summary
