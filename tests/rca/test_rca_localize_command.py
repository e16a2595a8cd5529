"""`firstcause localize` as other programs see it."""

import io
import json
from pathlib import Path

import pytest

from connectors.errors import BadInputError, NotFoundError
from dashboards.commands.localize import localize
from tests.fakes.rca_shop import TRACE, Shop, build_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("command"))


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    file = tmp_path / "trace.txt"
    file.write_text(TRACE)
    return file


def test_the_json_has_the_agreed_shape(shop: Shop, trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Candidates with file, symbol, lines, score and reasons, at most as many as asked for."""
    localize(trace, shop.path, None, None, True, limit=2)
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"candidates"}
    assert len(answer["candidates"]) == 2
    assert set(answer["candidates"][0]) == {"file", "symbol", "start_line", "end_line", "score", "reasons"}


def test_a_repository_at_a_commit_reads_the_same(shop: Shop, trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --repo and --ref no checkout is needed."""
    localize(trace, shop.path, None, None, True)
    folder = capsys.readouterr().out
    localize(trace, None, shop.path, "v2", True)
    assert capsys.readouterr().out == folder


def test_state_is_kept_between_calls(
    shop: Shop, trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second call with the same state gives the same answer from the kept index."""
    state = tmp_path / "state"
    for _ in range(2):
        localize(trace, shop.path, None, None, True, state=state)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert (state / "code.db").is_file()


def test_standard_input_is_read(
    shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-` is standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TRACE.encode())))
    localize(Path("-"), shop.path, None, None, False)
    assert "Pricer.total" in capsys.readouterr().out


def test_text_without_a_trace_says_so(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No suspects is an answer, not an error."""
    file = tmp_path / "empty.txt"
    file.write_bytes(b"\x00\xff zzz")
    localize(file, shop.path, None, None, False)
    assert "No suspects" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "repo", "ref", "limit"),
    [
        (None, None, None, 5),
        (Path("x"), Path("y"), "v1", 5),
        (Path("/no/such"), None, None, 5),
        (Path("."), None, None, 0),
    ],
)
def test_input_of_no_use_is_named(
    trace: Path, source: Path | None, repo: Path | None, ref: str | None, limit: int
) -> None:
    """Neither or both places, a folder that is not there, or nothing asked for."""
    with pytest.raises(BadInputError):
        localize(trace, source, repo, ref, True, limit=limit)


def test_a_repository_without_a_ref_is_named(shop: Shop, trace: Path) -> None:
    """The default branch is not what was running."""
    with pytest.raises(BadInputError, match="--ref"):
        localize(trace, None, shop.path, None, True)


def test_a_commit_that_is_not_there_is_named(shop: Shop, trace: Path) -> None:
    """A missing commit is said, not guessed."""
    with pytest.raises(NotFoundError, match="v9"):
        localize(trace, None, shop.path, "v9", True)
