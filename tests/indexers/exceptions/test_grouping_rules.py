"""Grouping rules as text: what they say, how mistakes are told, and that none can take long."""

import re
import time
from pathlib import Path

import pytest

from connectors.errors import BadInputError
from indexers.exceptions.chain import Frame
from indexers.exceptions.fingerprint import CURRENT, Fingerprint
from indexers.exceptions.grouping_rules import GroupingRules, load_rules, parse_rules
from indexers.exceptions.in_app import RULES
from indexers.exceptions.reading import TraceReader, known_as
from tests.indexers.exceptions.grouping_traces import java, python


def rules(text: str) -> GroupingRules:
    return GroupingRules(tuple(parse_rules(text, "my.rules")))


def made(text: str, ruled: str = "") -> Fingerprint:
    (trace,) = TraceReader(rules=rules(ruled)).read(text)
    return trace.fingerprint


def test_the_first_in_or_out_rule_decides_before_patterns() -> None:
    """A user's rule makes a library own, and own code foreign."""
    text = "in python file /site-packages/acme_\nout python file /(?:site-packages|generated)/"
    ruled = rules(text)
    files = ("/x/site-packages/acme_core/a.py", "/x/site-packages/flask/a.py", "/app/generated/a.py", "/app/a.py")
    assert [ruled.in_app(Frame(file, "f"), "python") for file in files] == [True, False, False, None]
    assert ruled.in_app(Frame(files[0], "f"), "ruby") is None


def test_an_ignored_call_does_not_count_and_says_which_rule() -> None:
    """The part stays in the record with the rule's file and line."""
    text = java("a.Shop.add@S.java:1", "a.trace.Span.around@T.java:1", "a.Web.go@W.java:1")
    without = java("a.Shop.add@S.java:1", "a.Web.go@W.java:1")
    found = made(text, "# tracing\nignore jvm function ^a\\.trace\\.")
    assert found.value == made(without).value
    (hint,) = [part.hint for part in found.parts if "Span" in part.value]
    assert hint == "ignored by the rule my.rules:2"


def test_a_renamed_call_counts_under_its_new_name() -> None:
    """Generated names of one's own are one."""
    one, two = (python(f"{name}@/app/a.py:1") for name in ("handler_ab12", "handler_zz99"))
    rule = "rename python function ^(handler)_\\w+$ -> \\1"
    assert made(one).value != made(two).value
    assert made(one, rule).value == made(two, rule).value


def test_a_rename_may_leave_nothing() -> None:
    """An empty replacement takes the piece away."""
    assert (
        made(python("add__v2@/app/a.py:1"), "rename python function __v\\d+$ ->").value
        == made(python("add@/app/a.py:1")).value
    )


def test_types_under_two_names_are_one_fault() -> None:
    """An alias says so."""
    one, two = (python("add@/app/a.py:1", error=f"shop.{name}: x") for name in ("ReadTimeout", "WriteTimeout"))
    rule = "alias * type ^shop\\.\\w+Timeout$ -> shop.Timeout"
    assert made(one).value != made(two).value
    assert made(one, rule).value == made(two, rule).value


def test_the_fixed_part_of_a_message_can_count() -> None:
    """For types that say little; numbers and ids still do not."""
    one, two, three = (
        python("call@/app/a.py:1", error=f"shop.ApiError: {text}") for text in ("quota 5", "quota 77", "no such item")
    )
    rule = "message python type ^shop\\.ApiError$"
    assert made(one).value == made(three).value
    assert made(one, rule).value == made(two, rule).value != made(three, rule).value


def test_rules_show_in_the_strategy_and_change_only_what_they_touch() -> None:
    """A fingerprint that no rule touches keeps its value; its strategy says that rules were there."""
    text = python("add@/app/a.py:1")
    with_rules = made(text, "ignore python function ^nothing$")
    assert with_rules.value == made(text).value
    assert re.fullmatch(re.escape(CURRENT) + r"\+[0-9a-f]{8}", with_rules.strategy)


def test_a_trace_read_by_rules_knows_what_it_was_before() -> None:
    """Adding a rule moves no old cluster: the plain value is among those it is known as."""
    text = python("helper@/app/lib.py:1", "add@/app/a.py:1")
    (ruled,) = TraceReader(rules=rules("ignore python function ^helper$\nout python file lib")).read(text)
    assert ruled.fingerprint.value != made(text).value
    assert made(text).value in known_as(ruled.chain)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("out python file", "is not a rule"),
        ("drop python file x", "'drop' is not an action; valid ones are in, out"),
        ("out cobol file x", "'cobol' is not a language"),
        ("out python type x", "looks at file or function or module, not at 'type'"),
        ("rename python function x", "needs ` -> `"),
        ("out python file (", "cannot be used"),
        ("out python file (?!x)", "RE2, without look-around"),
        ("rename python function (a) -> \\2", "cannot be used"),
        ("out python file " + "x" * 3000, "3000 characters"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(text: str, problem: str) -> None:
    """One sentence that names the place."""
    with pytest.raises(BadInputError, match=re.escape(problem)) as told:
        rules(f"# mine\n\n{text}\n")
    assert str(told.value).startswith("my.rules:3: ")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(BadInputError, match="missing"):
        load_rules([tmp_path / "missing.rules"])


def test_files_are_read_in_order(tmp_path: Path) -> None:
    """Earlier files decide first."""
    (tmp_path / "a").write_text("in python file gen/", encoding="utf-8")
    (tmp_path / "b").write_text("out python file gen/", encoding="utf-8")
    frame = Frame("/app/gen/a.py", "f")
    assert load_rules([tmp_path / "a", tmp_path / "b"]).in_app(frame, "python") is True
    assert load_rules([tmp_path / "b", tmp_path / "a"]).in_app(frame, "python") is False


def test_no_pattern_can_hang_the_intake() -> None:
    """What backtracks for ever elsewhere takes linear time."""
    ruled = rules("out python function ^(a+)+$\nignore python function (x+x+)+y")
    start = time.perf_counter()
    assert ruled.in_app(Frame("/app/a.py", "a" * 5_000 + "!"), "python") is None
    assert ruled.ignoring(Frame("/app/a.py", "x" * 5_000), "python") is None
    assert time.perf_counter() - start < 1


def test_the_readme_s_rules_can_be_used() -> None:
    """Comments stand on lines of their own or after two spaces."""
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    block = next(block for block in text.split("```") if "\nrename " in block)
    actions = [rule.action for rule in rules(block).rules]
    assert actions == ["out", "ignore", "rename", "message", "alias"]


def test_the_shipped_rules_are_in_the_same_syntax() -> None:
    """They parse, and each is about what is the application's own."""
    assert {rule.action for rule in parse_rules(RULES.read_text(encoding="utf-8"), "in_app.txt")} <= {"in", "out"}
