"""The plain tools as other programs call them: JSON shapes, standard input, one clear line on bad input."""

import json
from pathlib import Path

import pytest

from tests.dashboards.scenes import CART, ORDERS, TRACE
from tests.dashboards.test_cli_working import firstcause

TIME = "2026-03-01 12:00:00 INFO"
LOG = f"{TIME} starting\n{TRACE.format(n=7)}\n" + "".join(f"{TIME} order {n} accepted in {n} ms\n" for n in range(40))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A log, a trace, traces to group and a source tree."""
    (tmp_path / "app.log").write_text(LOG)
    (tmp_path / "trace.txt").write_text(TRACE.format(n=7))
    traces = [{"id": str(n), "text": TRACE.format(n=n)} for n in range(2)]
    (tmp_path / "traces.jsonl").write_text("".join(json.dumps(trace) + "\n" for trace in traces))
    (tmp_path / "src/shop").mkdir(parents=True)
    (tmp_path / "src/shop/cart.py").write_text(CART)
    (tmp_path / "src/shop/orders.py").write_text(ORDERS)
    return tmp_path


def test_extract_answers_exceptions(run, place: Path) -> None:
    """The object other programs read."""
    found = json.loads(run("extract", str(place / "app.log"), "--json").out)["exceptions"]
    assert [(one["type"], one["relation"], one["parent"], one["lines"]) for one in found] == [
        ("TypeError", "root", None, [3, 8])
    ]
    assert set(found[0]["frames"][0]) == {"file", "function", "line", "column", "in_app"}


def test_templates_answers_every_line(run, place: Path) -> None:
    """One object a line, in order."""
    lines = [json.loads(line) for line in run("templates", str(place / "app.log"), "--json").out.splitlines()]
    assert [line["line"] for line in lines] == list(range(1, len(LOG.splitlines()) + 1))
    assert len({line["template_id"] for line in lines[-40:]}) == 1


def test_group_puts_the_same_fault_together(run, place: Path) -> None:
    """Two traces of one fault are one group, with a reason."""
    grouped = [json.loads(line) for line in run("group", str(place / "traces.jsonl"), "--json").out.splitlines()]
    assert len({one["group"] for one in grouped}) == 1
    assert all(one["why"] for one in grouped)


def test_reduce_stays_within_its_budget(run, place: Path) -> None:
    """Never more tokens than asked for, and every kept line is named."""
    reduced = json.loads(run("reduce", str(place / "app.log"), "--tokens", "120", "--json").out)
    assert reduced["tokens"] <= reduced["budget"] == 120
    assert reduced["lines_total"] == len(LOG.splitlines())
    assert "TypeError" in reduced["text"]


def test_localize_names_the_block(run, place: Path) -> None:
    """Files relative to the source folder, the likeliest first."""
    answer = run("localize", str(place / "trace.txt"), "--source", str(place / "src"), "-k", "3", "--json")
    candidates = json.loads(answer.out)["candidates"]
    assert {one["symbol"] for one in candidates} >= {"total", "place"}
    assert candidates[0]["file"] == "shop/cart.py"
    assert len(candidates) <= 3


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        (["extract", "-", "--json"], LOG),
        (["templates", "-", "--json"], LOG),
        (["group", "-", "--json"], json.dumps({"id": 1, "text": LOG})),
        (["reduce", "-", "--tokens", "200", "--json"], LOG),
        (["localize", "-", "--source", "src", "--json"], LOG),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_tool_reads_standard_input(place: Path, tool: list[str], given: str) -> None:
    """A dash stands for the pipe."""
    done = firstcause(*tool, at=place, given=given.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.splitlines()[0])


@pytest.mark.parametrize(
    "tool",
    [
        ["extract", "gone.log"],
        ["templates", "gone.log"],
        ["group", "gone.log"],
        ["group", "app.log"],
        ["reduce", "gone.log"],
        ["reduce", "app.log", "--tokens", "0"],
        ["localize", "gone.txt", "--source", "src"],
        ["localize", "trace.txt", "--source", "nowhere"],
        ["localize", "trace.txt"],
        ["localize", "trace.txt", "--repo", "src", "--ref", "v1"],
    ],
    ids=" ".join,
)
def test_bad_input_is_exit_code_two_and_one_line(place: Path, tool: list[str]) -> None:
    """Nothing on standard output, no traceback."""
    done = firstcause(*tool, at=place)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
