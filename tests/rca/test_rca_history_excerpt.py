"""Which part of a difference is shown."""

from hypothesis import given
from hypothesis import strategies as st

from rca.history.excerpt import excerpt, stretches


def diff_of(*files: tuple[str, list[list[str]]]) -> str:
    parts = []
    for path, hunks in files:
        parts += [f"diff --git a/{path} b/{path}", "index 1..2 100644", f"--- a/{path}", f"+++ b/{path}"]
        for number, lines in enumerate(hunks):
            parts += [f"@@ -{number * 100 + 1} +{number * 100 + 1} @@", *lines]
    return "\n".join(parts)


def test_a_short_difference_is_shown_whole() -> None:
    """Without what only git needs."""
    assert excerpt(diff_of(("a.py", [["-x", "+y"]]))) == "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y"


def test_the_stretch_with_a_suspected_line_comes_first() -> None:
    """Wherever it stands, and however it is indented; what is left out is counted."""
    others = [[f"+other {n} {m}" for m in range(5)] for n in range(20)]
    shown = excerpt(diff_of(("a.py", others), ("b.py", [*others, ["+    culprit()"]])), most=10, near=["culprit()"])
    assert shown.splitlines()[:4] == ["--- a/b.py", "+++ b/b.py", "@@ -2001 +2001 @@", "+    culprit()"]
    assert shown.splitlines()[-1].startswith("... ")
    assert shown.endswith("1 more files")


def test_a_long_stretch_is_cut_around_what_matters() -> None:
    """Its heading stays."""
    lines = [f"+line {n}" for n in range(500)]
    shown = excerpt(diff_of(("a.py", [lines])), most=20, words=["250"]).splitlines()
    assert "+line 250" in shown
    assert shown[2].startswith("@@")
    assert len(shown) == 21


def test_a_rename_without_lines_is_said() -> None:
    """It has no stretch."""
    text = "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n"
    assert excerpt(text) == "similarity index 100%\nrename from a\nrename to b"


def test_a_line_that_looks_like_a_heading_is_content() -> None:
    """Lines of a difference begin with their mark."""
    (one,) = stretches(diff_of(("a", [["+diff --git a/x b/x", "+@@ -1 +1 @@"]])))
    assert one.lines[1:] == ("+diff --git a/x b/x", "+@@ -1 +1 @@")


@given(st.lists(st.lists(st.sampled_from(["+a", "-b", " c"]), min_size=1, max_size=30), max_size=6), st.integers(6, 40))
def test_never_more_lines_than_asked_for(hunks: list[list[str]], most: int) -> None:
    """Apart from the one that counts the rest; and what is shown and what is counted make up the whole."""
    shown = excerpt(diff_of(("a", hunks)), most=most).splitlines()
    counted = int(shown[-1].split()[1]) if shown and shown[-1].startswith("...") else 0
    content = [line for line in shown if line[:3] not in ("---", "+++", "...")]
    assert len(shown) <= most + (counted > 0)
    assert len(content) + counted == sum(len(lines) + 1 for lines in hunks)
