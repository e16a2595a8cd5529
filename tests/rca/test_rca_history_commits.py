"""Which commits are suspected when history is as it is in practice, on real repositories."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.errors import UnavailableError
from connectors.source_control import BlameLine
from connectors.source_control.git import GitRepository
from rca.history.places import suspects_at
from rca.suspect_changes import SuspectChange, suspect_changes
from tests.fakes.rca_history import FAILING, PRICES, History

LINE = "    share = RATES[tier]\n"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "shop")


def commits(found: list[SuspectChange]) -> list[str]:
    return [change.commit.commit for change in found]


def reasons(found: list[SuspectChange], commit: str) -> str:
    return "; ".join(next((change.reasons for change in found if change.commit.commit == commit), ()))


def test_who_wrote_the_failing_line_comes_first(history: History) -> None:
    """Before a newer commit elsewhere in the file and one in another file, with the line number in words."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    history.edit("return 1", "return 2")
    history.builder.commit({"other.py": "x = 1\n"})
    found = history.suspected()
    assert commits(found)[0] == culprit
    assert "wrote the line of rate that was running, line 13" in reasons(found, culprit)
    assert "+    share = RATES[tier.upper()]" in found[0].diff


def test_lines_are_blamed_at_the_deployed_commit(history: History) -> None:
    """What the branch did since moves no line and accuses nobody."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    history.builder.git("tag", "failing")
    later = history.edit("import requests\n", "import os\nimport requests\n" + "# more\n" * 5)
    history.edit("tier.upper()", "tier.lower()")
    found = history.suspected(failing="failing")
    assert commits(found) == [culprit]
    assert later not in commits(found)


def test_a_later_release_with_other_line_numbers_leads_to_the_same_commit(history: History) -> None:
    """The suspects' lines are those of the commit that runs now, the span that of the first failing release."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    history.builder.git("tag", "failing")
    shifted = history.edit("import requests\n", "import requests\n" + "# more\n" * 5)
    found = history.suspected(["shop/prices.py:18"], failing="failing", deployed="main")
    assert commits(found)[0] == culprit
    assert "line 18" in reasons(found, culprit)
    assert shifted not in commits(found)


def test_lines_that_both_releases_have_accuse_nobody(history: History) -> None:
    """A change that was taken back line by line is no difference between the releases."""
    history.edit(LINE, "    share = RATES[tier.upper()]\n")
    back = history.edit("RATES[tier.upper()]", "RATES[tier]")
    assert "wrote" not in reasons(history.suspected(), back)
    culprit = history.edit("    return share\n", "    return share / 2\n")
    found = history.suspected()
    assert commits(found)[0] == culprit
    assert "wrote" not in reasons(found, back)


def test_a_commit_and_its_revert_cancel_out(history: History) -> None:
    """Neither is suspected."""
    wrong = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    history.builder.git("revert", "--no-edit", wrong)
    history.text = PRICES
    culprit = history.edit(LINE, "    share = RATES[tier.lower()]\n")
    assert commits(history.suspected()) == [culprit]


def test_a_revert_of_what_the_good_release_had_is_said(history: History) -> None:
    """It takes back a fix that had been deployed."""
    fix = history.edit(LINE, "    share = RATES.get(tier)\n", "Unknown tiers")
    history.builder.git("tag", "--force", "good")
    history.builder.git("revert", "--no-edit", fix)
    found = history.suspected()
    assert f"takes back {fix[:12]}, which the release without this fault had" in found[0].reasons


def test_a_formatting_commit_wrote_nothing(history: History) -> None:
    """The commit before it is blamed for the line, even when the formatter broke it over several."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    tidy = history.edit(
        "    share = RATES[tier.upper()]\n", "    share = RATES[\n        tier.upper()\n    ]  # tidy\n"
    )
    found = history.suspected()
    assert commits(found)[0] == culprit
    assert "wrote" not in reasons(found, tidy)


def test_a_changed_indentation_of_python_is_no_formatting(history: History) -> None:
    """Moving a line into a condition changes what it does."""
    culprit = history.edit("    return share\n", "    if share:\n        return share\n")
    assert "wrote lines of rate" in reasons(history.suspected(), culprit)


def test_line_ends_are_formatting(history: History) -> None:
    """A commit that turns every line end wrote no line."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    crlf = history.builder.commit({"shop/prices.py": history.text.replace("\n", "\r\n")}, "crlf")
    found = history.suspected()
    assert commits(found)[0] == culprit
    assert "wrote" not in reasons(found, crlf)


def test_a_merge_is_not_suspected_for_its_branch(history: History) -> None:
    """The commit on the branch is."""
    history.builder.git("checkout", "-q", "-b", "side")
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n", "on the side")
    history.builder.git("checkout", "-q", "main")
    history.builder.commit({"readme": "x"}, "meanwhile")
    history.builder.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side")
    found = history.suspected()
    assert commits(found)[0] == culprit
    merge = history.builder.git("rev-parse", "main")
    assert f'came in with merge {merge[:12]}, "Merge side"' in found[0].reasons
    assert "Merge side" not in {change.commit.subject for change in found}


def test_a_picked_commit_that_the_good_release_has_is_innocent(history: History) -> None:
    """Though it bears another id on the failing branch."""
    history.builder.git("checkout", "-q", "-b", "stable")
    history.builder.git("checkout", "-q", "main")
    picked = history.edit("return 1", "return 2", "picked")
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    history.builder.git("checkout", "-q", "stable")
    history.builder.commit({"readme": "stable"}, "only here")
    history.builder.git("cherry-pick", "-x", picked)
    notes: list[str] = []
    assert commits(history.suspected(good="stable", failing="main", notes=notes)) == [culprit]
    assert any("not part of the failing one's history" in note for note in notes)


def test_a_renamed_file_is_followed(history: History) -> None:
    """Who only moved the file wrote no line of it."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n", "culprit")
    moved = history.builder.commit({"shop/prices.py": None, "shop/rates.py": history.text}, "move")
    found = history.suspected(["shop/rates.py:13"])
    assert commits(found)[0] == culprit
    assert "wrote" not in reasons(found, moved)


def test_who_only_moved_a_function_to_another_file_wrote_nothing(history: History) -> None:
    """Neither where it is unchanged nor where somebody changed a line of it afterwards."""
    body = "".join(f"    total += weight_of(customer, position={number})\n" for number in range(9))
    price = f"def price(customer):\n    total = 0\n{body}    return total\n"
    history.builder.commit({"shop/prices.py": f"{PRICES}\n\n{price}"})
    history.builder.git("tag", "--force", "good")
    moved = history.builder.commit({"shop/prices.py": PRICES, "shop/rates.py": "import os\n\n\n" + price}, "Split")
    assert "wrote" not in reasons(history.suspected(["shop/rates.py:6"]), moved)
    changed = price.replace("position=4", "position=None")
    culprit = history.builder.commit({"shop/rates.py": "import os\n\n\n" + changed}, "Change")
    found = history.suspected(["shop/rates.py:10"])
    assert commits(found)[0] == culprit
    assert "wrote" not in reasons(found, moved)


def test_blame_that_takes_too_long_costs_only_the_blame(history: History, tmp_path: Path) -> None:
    """Commits are still ranked by what they touch, and the reason is given."""

    class Slow(GitRepository):
        def blame(self, *_asked: object, **_more: object) -> list[BlameLine]:
            raise UnavailableError("git blame in repository 'shop' took longer than 120 s.")

    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    repository = Slow(history.builder.folder, name="shop")
    notes: list[str] = []
    suspects = suspects_at(repository, "main", [FAILING, "shop/prices.py:6"])
    found = suspect_changes(repository, suspects, failing="main", good="good", notes=notes)
    assert (commits(found), "touches shop/prices.py" in reasons(found, culprit)) == ([culprit], True)
    assert notes == ["not every suspect's lines were blamed: git blame in repository 'shop' took longer than 120 s."]


def test_who_took_lines_out_is_found(history: History) -> None:
    """A deleted guard stands in no line that could be blamed."""
    history.edit(LINE, "    if tier is None:\n        return 0\n" + LINE)
    history.builder.git("tag", "--force", "good")
    culprit = history.edit("    if tier is None:\n        return 0\n", "", "Clean up")
    for number in range(12):
        history.builder.commit({"readme": str(number)})
    found = history.suspected()
    assert commits(found)[0] == culprit
    assert "took lines out of rate" in found[0].reasons


def test_a_changed_signature_that_the_failing_line_calls(history: History) -> None:
    """With what it was before."""
    culprit = history.edit("def load(row):", "def load(row, default):", "Add a default")
    found = history.suspected(["shop/prices.py:12"])
    assert commits(found)[0] == culprit
    assert "changed the signature of load (it was `def load(row)`), which the failing line of rate calls" in reasons(
        found, culprit
    )


def test_a_removed_function_that_is_still_called(history: History) -> None:
    """Found by the commit that took it out, among many."""
    for number in range(12):
        history.builder.commit({"readme": str(number)})
    culprit = history.edit('def load(row):\n    tier = row["tier"]\n    return tier\n\n\n', "", "Remove load")
    found = history.suspected(["shop/prices.py:7"])
    assert commits(found)[0] == culprit
    assert "removed load, which the failing line of rate calls" in reasons(found, culprit)


def test_a_dependency_in_the_trace_comes_first(history: History) -> None:
    """With both versions; one that the failure has nothing to do with is only named."""
    culprit = history.builder.commit({"requirements.txt": "requests==3.0.0\n"}, "Bump")
    history.builder.commit({"tools/package.json": '{"dependencies": {"left-pad": "1.0"}}'}, "Add a tool")
    trace = 'File "/venv/site-packages/requests/models.py", line 1, in json'
    found = history.suspected(trace=trace)
    assert commits(found)[0] == culprit
    assert (
        "changes dependency requests ==2.28.0 -> ==3.0.0, which is in the trace (requirements.txt)" in found[0].reasons
    )


def test_a_dependency_that_a_suspected_file_uses_is_said(history: History) -> None:
    """By its import."""
    history.builder.commit({"requirements.txt": "requests==2.29.0\n"}, "Bump")
    assert any("which a suspected file uses" in reason for reason in history.suspected()[0].reasons)


def test_configuration_of_tests_is_left_out(history: History) -> None:
    """It never runs in production."""
    for number in range(12):
        history.builder.commit({"tests/fixtures/data.json": str(number)}, "fixture")
    assert history.suspected() == []


def test_a_huge_commit_counts_less(history: History) -> None:
    """And its reasons say why."""
    huge = history.builder.commit(
        {f"vendor/f{n}.txt": "x\n" for n in range(80)}
        | {"shop/prices.py": PRICES.replace("return share", "return share or 0")},
        "Import everything",
    )
    history.text = PRICES.replace("return share", "return share or 0")
    culprit = history.edit("    tier = load(customer)\n", "    tier = load(customer or {})\n")
    found = history.suspected(["shop/prices.py:11-14"])
    assert commits(found) == [culprit, huge]
    assert "a huge commit (81 files, 82 lines)" in reasons(found, huge)


def test_a_message_that_names_what_failed_is_a_reason(history: History) -> None:
    """The subject is read as well as the difference."""
    named = history.builder.commit({"readme": "x"}, "Rename customer_tier everywhere")
    assert "its message names customer_tier, as the failure does" in reasons(
        history.suspected(words=["customer_tier"]), named
    )


def test_who_brought_in_a_name_of_the_message_is_found_anywhere(history: History) -> None:
    """In a file that no suspect is in, among many commits."""
    for number in range(12):
        history.builder.commit({"readme": str(number)})
    culprit = history.builder.commit({"shop/other.py": "raise ValueError('TierUnknown')\n"}, "Check")
    for number in range(12):
        history.builder.commit({"readme": f"more {number}"})
    found = history.suspected(words=["TierUnknown"])
    assert commits(found) == [culprit]
    assert found[0].reasons == ("its difference adds or takes away TierUnknown, which the failure names",)


def test_what_the_main_branch_reverted_since_is_said(history: History) -> None:
    """Somebody has found it already, and it is not deployed."""
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    history.builder.git("tag", "failing")
    history.builder.git("revert", "--no-edit", culprit)
    found = history.suspected(failing="failing")
    assert "main has reverted it since" in reasons(found, culprit)


def test_without_a_good_release_old_lines_are_told_from_new_ones(history: History) -> None:
    """A line that ran for months brought nothing in by itself."""
    found = history.suspected(good=None, first_seen=datetime(2026, 11, 21, tzinfo=UTC))
    assert "days before the fault was first seen" in found[0].reasons[0]
    assert history.suspected(good=None)[0].score > found[0].score


def test_the_same_commit_in_both_releases_is_said(history: History) -> None:
    """Then it was not the code."""
    notes: list[str] = []
    assert history.suspected(failing="good", notes=notes) == []
    assert "the code did not change between them" in notes[0]


def test_a_release_that_went_back_is_said(history: History) -> None:
    """A failing release that the good one contains lacks something."""
    history.edit(LINE, "    share = RATES.get(tier)\n")
    notes: list[str] = []
    assert history.suspected(good="main", failing="good", notes=notes) == []
    assert "the failing release went back" in notes[0]
    assert "1 more" in notes[0]


def test_an_empty_commit_is_suspected_for_its_place_alone(history: History) -> None:
    """It has no difference to show."""
    empty = history.builder.commit({}, "Trigger the build")
    (found,) = history.suspected()
    assert (found.commit.commit, found.diff, found.reasons) == (
        empty, "", ("the only commit between the last release without this fault and the failing one",),
    )  # fmt: skip


def _cut(history: History, folder: Path, depth: int) -> GitRepository:
    history.builder.git(
        "clone", "--quiet", "--bare", f"--depth={depth}", f"file://{history.builder.folder}", str(folder)
    )
    return GitRepository(folder, name="shop")


def test_the_edge_of_a_shallow_clone_is_not_accused(history: History, tmp_path: Path) -> None:
    """That who wrote the lines is not known is said."""
    for number in range(4):
        history.builder.commit({"readme": str(number)})
    repository = _cut(history, tmp_path / "cut", 1)
    notes: list[str] = []
    suspects = suspects_at(repository, "main", [FAILING])
    assert suspect_changes(repository, suspects, failing="main", good=None, notes=notes) == []
    assert "who wrote 4 lines of rate is not known: history is cut there (a shallow clone)" in notes[0]


def test_a_cut_between_the_releases_is_said(history: History, tmp_path: Path) -> None:
    """What is left of the span is looked at, its oldest commit is not accused."""
    first = history.builder.git("rev-parse", "good")
    for number in range(4):
        history.builder.commit({"readme": str(number)})
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    repository = _cut(history, tmp_path / "cut", 2)
    history.builder.git("--git-dir", str(repository.path), "fetch", "-q", "--depth=1", "origin", "tag", "good")
    repository = GitRepository(repository.path, name="shop")
    notes: list[str] = []
    suspects = suspects_at(repository, "main", [FAILING])
    found = suspect_changes(repository, suspects, failing="main", good=first, notes=notes)
    assert commits(found) == [culprit]
    assert "history is cut at" in notes[0]


def test_a_rewritten_history_is_compared_by_content(history: History) -> None:
    """After a forced push the good release's commit is on no branch, and what both have accuses nobody."""
    history.edit("return 1", "return 2", "kept")
    history.builder.git("tag", "--force", "good")
    history.builder.git("commit", "--quiet", "--amend", "--message", "kept, reworded")
    culprit = history.edit(LINE, "    share = RATES[tier.upper()]\n")
    notes: list[str] = []
    assert commits(history.suspected(notes=notes)) == [culprit]
    assert any("rewritten history" in note for note in notes)
