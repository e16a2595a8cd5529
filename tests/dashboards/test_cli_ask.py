"""`firstcause ask` over a small real workspace: a cluster, a log, everything; continued, listed, refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from tests.dashboards.conftest import Outcome
from tests.dashboards.scenes import TRACE

Run = Callable[..., Outcome]


@pytest.fixture
def fault(workspace: Workspace) -> str:
    """The beginning of the id of the fault of orders."""
    return next(one.id for one in ClusterStore(workspace.database).list() if one.type == "TypeError")[:8]


def test_a_question_about_a_cluster_is_answered_with_its_evidence(run: Run, scene: Path, fault: str) -> None:
    """Words, ids in brackets, and how to go on."""
    done = run("ask", fault, "what happened?", at=scene)
    assert done.code == 0
    assert "orders fails with TypeError: unsupported operand" in done.out
    assert "[E1" in done.out
    assert "ask --continue" in done.out


def test_several_words_without_quotes_are_one_question(run: Run, scene: Path, fault: str) -> None:
    """Nobody has to type quotes at night."""
    done = run("ask", fault, "how", "sure", "are", "you", at=scene)
    assert "It rests on" in done.out


def test_json_holds_the_turn_and_what_it_cites(run: Run, scene: Path, fault: str) -> None:
    """For programs: the same shape as the API's."""
    found = json.loads(run("ask", fault, "show me the code", "--json", at=scene).out)
    pieces = {item["id"]: item for item in found["evidence"]}
    assert found["turn"]["status"] == "answered"
    assert [pieces[name]["path"] for name in found["turn"]["shown"]] == ["shop/cart.py"]


def test_a_conversation_goes_on_and_is_listed(run: Run, scene: Path, fault: str) -> None:
    """--continue takes a beginning of the id; --list shows first question and number of turns."""
    first = json.loads(run("ask", fault, "why?", "--json", at=scene).out)["conversation_id"]
    second = json.loads(run("ask", "--continue", first[:6], "and since when?", "--json", at=scene).out)
    assert (second["conversation_id"], second["turn"]["number"]) == (first, 2)
    (item,) = json.loads(run("ask", "--list", "--json", at=scene).out)["items"]
    assert (item["title"], item["turns"]) == ("why?", 2)
    assert "why?" in run("ask", "--list", at=scene).out


def test_a_log_is_enough(run: Run, scene: Path, tmp_path: Path) -> None:
    """No cluster at all: the log is triaged, and later questions find it again though the file is gone."""
    log = tmp_path / "pasted.log"
    log.write_text(TRACE.format(n=3))
    done = run("ask", "--file", str(log), "why?", "--json", at=scene)
    found = json.loads(done.out)
    log.unlink()
    assert any("total in shop/cart.py" in one["text"] for one in found["turn"]["answer"])
    again = run("ask", "--continue", found["conversation_id"], "show me the stack trace", at=scene)
    assert "unsupported operand" in again.out


def test_a_question_without_a_cluster_finds_it_by_its_words(run: Run, scene: Path) -> None:
    """Over everything: a word of one fault decides."""
    done = run("ask", "why does the Pool fail?", at=scene)
    assert "com.shop.db.Pool" in done.out or "Pool" in done.out
    assert "IllegalStateException" in done.out or "Pool.take" in done.out


def test_an_ambiguous_question_is_asked_back(run: Run, scene: Path) -> None:
    """Two faults and nothing to decide between them: numbers to choose from."""
    first = json.loads(run("ask", "since when is that?", "--json", at=scene).out)
    assert first["turn"]["status"] == "asked_back"
    assert len(first["turn"]["options"]) == 2
    done = run("ask", "--continue", first["conversation_id"], "1", at=scene)
    assert "It was first seen at" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nosuchcluster", "why?"), "there is no cluster"),
        (("--continue", "nosuch", "why?"), "there is no conversation"),
        (("--file", "/no/such/file", "why?"), "cannot be read"),
        (("--file", "/", "why?"), "is a folder"),
        (("--file", "a", "--continue", "b", "why?"), "leave --file out"),
        ((), "give a question"),
    ],
)
def test_bad_input_is_one_clear_line(run: Run, scene: Path, arguments: tuple[str, ...], words: str) -> None:
    """Exit code 2 and a sentence on standard error."""
    done = run("ask", *arguments, at=scene)
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1
    assert not done.out


def test_an_empty_log_is_refused(run: Run, scene: Path, tmp_path: Path) -> None:
    """Nothing to ask about."""
    log = tmp_path / "empty.log"
    log.write_text("\n\n")
    done = run("ask", "--file", str(log), "why?", at=scene)
    assert (done.code, "is empty" in done.err) == (2, True)


def test_log_lines_cannot_steer_the_terminal(run: Run, scene: Path) -> None:
    """Escape sequences in a log line are shown as replacement characters."""
    done = run("ask", 'search the logs for "a bell"', at=scene)
    assert "a bell" in done.out
    assert "\x1b" not in done.out
    assert "\x07" not in done.out
