"""The format of case files, the shipped cases, and what an analysis of a case starts from."""

import json
from pathlib import Path

import pytest

from connectors.errors import BadInputError, NotFoundError
from deploy.demo import cases as recorder
from deploy.demo.driver import history
from rca.evaluation.cases import EvaluationCase, data_set_of, parse_cases, read_cases
from rca.evaluation.preparing import bench
from rca.evaluation.shipped import FOLDER, shipped_cases, shipped_history
from tests.deploy.demo_faults import FAULTS
from tests.fakes.rca_shop import ORDERS, PRICING, TRACE
from tests.fixtures.traces.record import cases as traces

MINIMAL = {"id": "a", "trace": "boom", "truth": {"abstain": True}}


def write(path: Path, *cases: dict[str, object]) -> Path:
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), encoding="utf-8")
    return path


def test_a_case_file_is_lines_or_an_array(tmp_path: Path) -> None:
    """Both forms give the same cases, also with line separators inside strings."""
    odd = {**MINIMAL, "trace": "one\u2028two"}
    lines = read_cases(write(tmp_path / "lines.jsonl", odd, {**MINIMAL, "id": "b"}))
    array = parse_cases(json.dumps([odd, {**MINIMAL, "id": "b"}]), "array")
    assert list(lines.cases) == array
    assert [case.id for case in array] == ["a", "b"]


def test_an_empty_file_has_no_cases(tmp_path: Path) -> None:
    """Reading it is no error; that nothing was measured is for the gate to say."""
    assert read_cases(write(tmp_path / "empty.jsonl")).cases == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": 1}, "colour"),
        ({"truth": {}}, "the truth is empty"),
        ({"truth": {"abstain": True, "causes": [{"file": "a.py"}]}}, "cannot ask to abstain"),
        ({"repo": "r"}, "repo needs ref"),
        ({"repo": "r", "ref": "v1", "source": "s"}, "give the code once"),
        ({"trace": ""}, "trace"),
    ],
)
def test_what_is_wrong_with_a_case_is_said_with_its_line(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    """File, line and key."""
    path = write(tmp_path / "cases.jsonl", {**MINIMAL, "id": "first"}, {**MINIMAL, **changed})
    with pytest.raises(BadInputError, match="line 2") as raised:
        read_cases(path)
    assert said in str(raised.value)


def test_two_cases_of_one_id_are_refused(tmp_path: Path) -> None:
    """Otherwise one would hide the other in what is reported."""
    with pytest.raises(BadInputError, match="needs its own id"):
        read_cases(write(tmp_path / "cases.jsonl", MINIMAL, MINIMAL))


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    """With the line."""
    (tmp_path / "cases.jsonl").write_text("nonsense\n")
    with pytest.raises(BadInputError, match="line 1: not valid JSON"):
        read_cases(tmp_path / "cases.jsonl")


def test_the_identity_of_a_set_is_its_content_alone(tmp_path: Path) -> None:
    """Neither order nor folder count; a changed truth does."""
    one, other = (EvaluationCase.model_validate({**MINIMAL, "id": name}) for name in "ab")
    assert data_set_of([one.digest, other.digest]) == data_set_of([other.digest, one.digest])
    moved = one.model_copy(update={"source": tmp_path})
    assert moved.digest == one.digest
    changed = EvaluationCase.model_validate({**MINIMAL, "truth": {"commit": "abc"}})
    assert changed.digest != one.digest


def test_every_fault_of_the_demo_is_a_shipped_case() -> None:
    """With the truth that the demo's list has."""
    shipped = {case.id: case for case in shipped_cases().cases}
    for fault in FAULTS:
        case = shipped[f"shop-{fault.fault_id}"]
        assert (case.truth.causes[0].file, case.truth.causes[0].symbol) == (fault.file, fault.symbol)
        assert case.ref
        assert case.good_ref
        assert [row.failing for row in case.rows].count(True) == 1


def test_every_true_place_is_there_at_the_commit_that_ran(tmp_path: Path) -> None:
    """File and symbol, so that no case asks for what cannot be found."""
    shop = shipped_history("shop", tmp_path / "shop")
    for case in shipped_cases().cases:
        for place in case.truth.causes:
            text = shop.show(case.ref, place.file)
            assert place.symbol.rpartition(".")[2] in text, (case.id, place)


def test_the_shipped_history_is_the_shops(tmp_path: Path) -> None:
    """Text for text what the demo's repository is today; else run deploy/demo/cases.py again."""
    built = history.build(tmp_path / "shop")
    assert recorder.exported(built.path) == (FOLDER / "shop.history.txt").read_text(encoding="utf-8")


def test_the_history_gives_the_same_commits(tmp_path: Path) -> None:
    """Every tag of the repository that is built anew is where the demo has it."""
    built = history.build(tmp_path / "shop")
    imported = shipped_history("shop", tmp_path / "imported")
    assert {tag: imported.resolve(tag) for tag in built.tags} == built.tags


def test_a_history_that_is_not_shipped_is_said(tmp_path: Path) -> None:
    """Nor can a name lead out of the folder."""
    for name in ("nothing", "../cases/shop"):
        with pytest.raises(NotFoundError, match="is shipped"):
            shipped_history(name, tmp_path / "x")


def test_the_shipped_traces_are_the_recorded_ones() -> None:
    """Else run `python -m tests.fixtures.traces.record.cases` again."""
    assert (FOLDER / "recorded.json").read_text(encoding="utf-8") == traces.as_text(traces.recorded())
    assert (FOLDER / "thin.json").read_text(encoding="utf-8") == traces.as_text(traces.thin())


def test_no_part_of_the_analysis_knows_the_truth() -> None:
    """Only the evaluation and what asks for it import the cases."""
    root = FOLDER.parents[2]
    rooms = [path for room in ("connectors", "indexers", "rca") for path in (root / room).rglob("*.py")]
    knowing = [path for path in rooms if "rca.evaluation" in path.read_text(encoding="utf-8")]
    assert {path.relative_to(root).parts[:2] for path in knowing} == {("rca", "evaluation")}


def test_a_case_with_a_source_folder_is_prepared(tmp_path: Path) -> None:
    """Code, chain, prefix, and logs parsed from raw text with the failing event found in them."""
    for name, text in (("pricing", PRICING), ("orders", ORDERS)):
        (tmp_path / "src/shop").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"src/shop/{name}.py").write_text(text)
    given = {
        "id": "mine",
        "service": "orders",
        "version": "2.0",
        "trace": TRACE,
        "log": f"2026-11-21 04:00:01,000 INFO shop loading customer 77\n{TRACE}",
        "source": "src",
        "path_prefix": "/app/",
        "truth": {"causes": [{"file": "shop/orders.py", "symbol": "load_customer"}]},
    }
    [case] = read_cases(write(tmp_path / "cases.jsonl", given)).cases
    with bench() as made:
        prepared = made.prepare(case, "file")
        cluster = prepared.cluster
        assert cluster.code is not None
        assert cluster.code.resolve_path("shop/orders.py") == "shop/orders.py"
        assert cluster.chain[0].frames[0].file == "shop/orders.py"
        assert cluster.logs.num_rows == 2
        [body] = [row["body"] for row in cluster.logs.to_pylist() if row["event_id"] == cluster.event_id]
        assert "KeyError: None" in body


def test_a_case_of_a_repository_has_both_releases(tmp_path: Path) -> None:
    """The failing one after the good one, at the commits that were named."""
    built = history.build(tmp_path / "shop")
    given = {**MINIMAL, "repo": str(built.path), "ref": "v1.2.0", "good_ref": "v1.1.0", "service": "payments"}
    with bench() as made:
        cluster = made.prepare(EvaluationCase.model_validate(given), "file").cluster
    assert cluster.failing_release is not None
    assert cluster.good_release is not None
    assert (cluster.failing_release.commit, cluster.good_release.commit) == (built.tags["v1.2.0"], built.tags["v1.1.0"])
    assert cluster.good_release.started_at < cluster.failing_release.started_at
