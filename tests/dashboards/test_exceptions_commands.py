"""`firstcause extract` and `firstcause group`: their output shapes and what they say about bad input."""

import io
import json
from pathlib import Path

import pytest

from connectors.errors import BadInputError
from dashboards.commands.extract import extract
from dashboards.commands.group import group

JAVA = """java.lang.IllegalStateException: outer
\tat a.Shop.add(Shop.java:3)
Caused by: java.io.IOException
\tat java.io.File.read(Native Method)
"""


def test_extract_prints_the_agreed_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Null stands for what was not printed; parents and lines are as documented."""
    log = tmp_path / "app.log"
    log.write_text(JAVA)
    extract(log, True)
    assert json.loads(capsys.readouterr().out) == {
        "exceptions": [
            {
                "type": "java.lang.IllegalStateException",
                "message": "outer",
                "language": "java",
                "relation": "root",
                "parent": None,
                "lines": [1, 2],
                "frames": [{"file": "Shop.java", "function": "a.Shop.add", "line": 3, "column": None, "in_app": True}],
            },
            {
                "type": "java.io.IOException",
                "message": None,
                "language": "java",
                "relation": "caused_by",
                "parent": 0,
                "lines": [3, 4],
                "frames": [
                    {"file": None, "function": "java.io.File.read", "line": None, "column": None, "in_app": False}
                ],
            },
        ]
    }


def test_extract_is_readable_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Causes are indented under what they caused; own frames are marked."""
    log = tmp_path / "app.log"
    log.write_text(JAVA)
    extract(log, False)
    out = capsys.readouterr().out
    assert "java.lang.IllegalStateException: outer" in out
    assert "caused by: java.io.IOException" in out
    assert "> a.Shop.add" in out
    assert "1 trace, 2 exceptions" in out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00binary\x00", b"all well\n", b"\n" * 50])
def test_extract_reads_any_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    """Empty and binary files have no exceptions."""
    log = tmp_path / "app.log"
    log.write_bytes(content)
    extract(log, True)
    assert json.loads(capsys.readouterr().out) == {"exceptions": []}
    extract(log, False)
    assert capsys.readouterr().out == "No exceptions found.\n"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and a folder are said to be so."""
    with pytest.raises(BadInputError, match="No such file"):
        extract(tmp_path / "missing.log", True)
    with pytest.raises(BadInputError, match="is a folder"):
        extract(tmp_path, True)


def test_group_prints_one_answer_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the input, each with its reason."""
    events = tmp_path / "events.jsonl"
    texts = {"a": JAVA, "b": JAVA.replace("Shop.java:3", "Shop.java:9"), "c": JAVA.replace("Shop.add", "Shop.remove")}
    events.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()))
    group(events, True)
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c"]
    assert answers[0]["group"] == answers[1]["group"] != answers[2]["group"]
    assert all(answer["why"] for answer in answers)


@pytest.mark.parametrize("line", ["not json", "[1]", '{"id": "x"}'])
def test_group_names_the_line_it_cannot_use(tmp_path: Path, line: str) -> None:
    """Blank lines are passed over; the first bad one is an error with its number."""
    events = tmp_path / "events.jsonl"
    events.write_text(f'{{"id": 1, "text": "x"}}\n\n{line}\n')
    with pytest.raises(BadInputError, match="line 3"):
        group(events, True)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`-` stands for it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(JAVA.encode())))
    extract(Path("-"), True)
    assert len(json.loads(capsys.readouterr().out)["exceptions"]) == 2
