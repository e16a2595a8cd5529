"""The plain tools `templates` and `reduce`: the shapes that other programs rely on."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import BadInputError
from dashboards.commands.reduce import reduce
from dashboards.commands.templates import templates
from rca import tokens

LOG = "".join(f"2024-03-01 10:00:{place:02d} INFO app: cart {place} of user é\\n seen\n" for place in range(50))


def test_every_line_has_its_template(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """One JSON object for each input line, numbered from 1, with id and text of its template."""
    (tmp_path / "log").write_text(LOG + 'last "line without an end', encoding="utf8")
    templates(tmp_path / "log", True)
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [row["line"] for row in rows] == list(range(1, 52))
    assert {row["template"] for row in rows[:50]} == {"app: cart <*> of user é\\n seen"}
    assert rows[50]["template"] == 'last "line without an end'
    assert len({row["template_id"] for row in rows}) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_have_as_many_answers_as_lines(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], data: bytes
) -> None:
    """Binary input gives one valid object for each line that ends in a line feed, and one for a rest."""
    (tmp_path / "log").write_bytes(data)
    templates(tmp_path / "log", True)
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert len(rows) == data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


def test_people_get_a_table(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without JSON the templates are listed, the most frequent first."""
    (tmp_path / "log").write_text(LOG + "once\n", encoding="utf8")
    templates(tmp_path / "log", False)
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert lines[0] == "51 lines, 2 templates"
    assert lines[1].split()[0] == "50"


def test_reduce_prints_the_documented_shape(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """All fields are there, and the budget holds on the text as printed."""
    (tmp_path / "log").write_text(LOG * 10 + "2024-03-01 10:01:00 ERROR app: boom\n", encoding="utf8")
    reduce([tmp_path / "log"], 60, True)
    answer = json.loads(capsysbinary.readouterr().out)
    assert set(answer) == {"text", "tokens", "budget", "lines_total", "lines_represented", "entries", "dropped"}
    assert answer["tokens"] == tokens.count(answer["text"]) <= 60
    assert answer["lines_total"] == answer["lines_represented"] == 501
    assert sum(entry["count"] for entry in answer["entries"]) == 501
    assert [(entry["line"], entry["severity"]) for entry in answer["entries"]][:: len(answer["entries"]) - 1] == [
        (1, "INFO"),
        (501, "ERROR"),
    ]


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path, name: str) -> None:
    """A missing file or a folder is refused with one sentence that says what to give."""
    for command in (lambda path: templates(path, True), lambda path: reduce([path], 10, True)):
        with pytest.raises(BadInputError, match="Cannot read"):
            command(tmp_path / name)


def test_reduce_refuses_an_empty_budget(tmp_path: Path) -> None:
    """A budget below one token is refused before the file is read."""
    with pytest.raises(BadInputError, match="--tokens"):
        reduce([tmp_path / "absent"], 0, True)


def test_several_files_are_several_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines are numbered within their file, entries say which, and a small file is shown beside a large one."""
    (tmp_path / "big.log").write_text(
        "".join(f"INFO step {name} done in {n} ms\n" for n, name in enumerate(["a"] * 3000))
    )
    (tmp_path / "small.log").write_text("queue paused\nqueue resumed\n")
    reduce([tmp_path / "big.log", tmp_path / "small.log"], 100, True)
    found = json.loads(capsys.readouterr().out)
    places = {(entry["source"], entry["line"]) for entry in found["entries"]}
    assert {("small.log", 1), ("small.log", 2)} <= places
    assert "== small.log ==\nL1 queue paused\nL2 queue resumed" in found["text"]


def test_files_of_one_name_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By their path."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.log").write_text(f"started {folder}\n" * 2)
    reduce([tmp_path / "one" / "app.log", tmp_path / "two" / "app.log"], 500, True)
    sources = {entry["source"] for entry in json.loads(capsys.readouterr().out)["entries"]}
    assert sources == {str(tmp_path / folder / "app.log") for folder in ("one", "two")}


def test_a_file_given_twice_is_said(tmp_path: Path) -> None:
    """It would be counted twice."""
    with pytest.raises(BadInputError, match="2 times"):
        reduce([tmp_path / "a", tmp_path / "a"], 10, True)


def test_the_budget_can_be_counted_for_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed counts at most the budget for it, which is more than cl100k counts."""
    (tmp_path / "log").write_text("".join(f"ERROR part {n} of {chr(97 + n % 26) * 3} failed\n" for n in range(400)))
    reduce([tmp_path / "log"], 200, True, "anthropic.claude-sonnet-4-20250514-v1:0")
    found = json.loads(capsys.readouterr().out)
    assert tokens.count_for("anthropic.claude-sonnet-4-20250514-v1:0", found["text"]) == found["tokens"] <= 200
    assert tokens.count(found["text"]) < found["tokens"]
