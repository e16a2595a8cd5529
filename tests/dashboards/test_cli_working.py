"""Commands that change something, and how errors leave the process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOKING = ("clusters", "show", "explain", "search", "services", "releases", "spending", "doctor")
WORKING = ("ingest", "index", "run", "up", "replay", "release", "feedback", "resolve")
GROUPING = ("merge", "split", "undo", "dismiss")
TOOLS = ("extract", "templates", "group", "reduce", "localize")
COMMANDS = (*LOOKING, *WORKING, *GROUPING, *TOOLS)


def firstcause(*arguments: str, at: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "dashboards.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, cwd=at, input=given, capture_output=True, check=False, env=environment)


def cluster_id(run, scene: Path) -> str:
    items = json.loads(run("clusters", "--json", at=scene).out)["items"]
    return next(item["id"] for item in items if item["type"] == "TypeError")


def test_a_release_takes_its_commit_from_the_tag(run, scene: Path) -> None:
    """A version whose tag exists is recorded with the tag's full commit id."""
    recorded = json.loads(run("release", "orders", "1.0", "-e", "staging", "--json", at=scene).out)
    assert recorded["created"] is True
    assert recorded["release"]["repository"] == "shop"
    assert len(recorded["release"]["commit"]) == 40


def test_a_release_nobody_tagged_is_kept_and_said_to_lack_a_commit(run, scene: Path) -> None:
    """A deployment must not fail because a tag is missing."""
    seen = run("release", "orders", "9.9", at=scene)
    assert seen.code == 0
    assert "no commit known" in seen.out
    assert "9.9" in run("releases", at=scene).out


def test_a_release_needs_a_version_or_a_commit(run, scene: Path) -> None:
    """Neither is bad input."""
    seen = run("release", "orders", at=scene)
    assert (seen.code, seen.err.count("\n")) == (2, 1)


def test_feedback_is_kept_and_shown_with_the_report(run, scene: Path) -> None:
    """A rejection with the true cause appears below the next explanation."""
    found = cluster_id(run, scene)
    given = ["--verdict", "reject", "--file", "shop/cart.py", "--symbol", "price_of", "--author", "ann"]
    verdict = json.loads(run("feedback", found[:6], *given, "--json", at=scene).out)
    assert (verdict["cluster_id"], verdict["true_cause"]) == (found, {"file": "shop/cart.py", "symbol": "price_of"})
    assert verdict["report_id"]
    assert "ann said reject" in run("explain", found, at=scene).out


def test_a_resolved_cluster_can_be_opened_again(run, scene: Path) -> None:
    """Resolve and --reopen are two decisions that the cluster remembers."""
    found = cluster_id(run, scene)
    assert json.loads(run("resolve", found, "--json", at=scene).out)["status"] == "resolved"
    assert json.loads(run("resolve", found, "--reopen", "--json", at=scene).out)["status"] != "resolved"
    assert "reopened" in run("show", found, at=scene).out


def test_index_takes_one_commit(run, scene: Path) -> None:
    """A tag names the commit; what is indexed already is not parsed again."""
    done = json.loads(run("index", "shop", "v1.1", "--json", at=scene).out)
    assert [(commit["files"], commit["files_parsed"]) for commit in done["commits"]] == [(2, 0)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "ffffffff"),
        ("explain", "ffffffff"),
        ("feedback", "ffffffff", "--verdict", "accept"),
        ("resolve", "ffffffff"),
        ("index", "nowhere"),
        ("index", "shop", "v9"),
        ("ingest", "gone.log"),
        ("replay", "nobody"),
        ("clusters", "--since", "soon"),
        ("clusters", "--limit", "0"),
        ("clusters", "--status", "weird"),
        ("release", "orders", "1", "--commit", "not-hex"),
        ("feedback", "abcd", "--verdict", "reject", "--symbol", "f"),
        ("show",),
        ("frobnicate",),
        ("clusters", "--frobnicate"),
    ],
    ids=" ".join,
)
def test_what_a_person_must_change_is_one_sentence_and_exit_code_two(run, built: Path, arguments) -> None:
    """No traceback, nothing on standard output, one line that says what is wrong."""
    seen = run(*arguments, at=built)
    assert (seen.code, seen.out) == (2, "")
    assert seen.err.startswith("firstcause: ")
    assert seen.err.count("\n") == 1


def test_an_unreadable_settings_file_is_named(run, tmp_path: Path) -> None:
    """The sentence names the file."""
    (tmp_path / "firstcause.toml").write_text("port = [")
    seen = run("clusters", at=tmp_path)
    assert seen.code == 2
    assert "firstcause.toml is not valid TOML" in seen.err


def test_every_command_is_in_the_help(run) -> None:
    """--help names all of them, none cut off."""
    seen = run("--help")
    assert seen.code == 0
    assert set(COMMANDS) <= {line.split()[0] for line in seen.out.splitlines() if line.startswith("  ")}
    assert "..." not in seen.out.partition("Commands:")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command: str) -> None:
    """COMMAND --help works without settings or stores."""
    assert run(command, "--help").code == 0


def test_a_reader_that_goes_away_is_no_error(built: Path) -> None:
    """`firstcause search | head -1` ends without a word on standard error."""
    firstcause_process = subprocess.Popen(
        [sys.executable, "-m", "dashboards.cli", "search", "--limit", "500", "--json"],
        cwd=built,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert firstcause_process.stdout is not None
    assert firstcause_process.stderr is not None
    firstcause_process.stdout.readline()
    firstcause_process.stdout.close()
    assert firstcause_process.stderr.read() == b""
    firstcause_process.stderr.close()
    firstcause_process.wait(30)


def test_a_short_command_loads_nothing_heavy(built: Path) -> None:
    """`firstcause clusters` must start in under a second: no Arrow, no engines, no models, no web framework."""
    code = (
        "import sys\nfrom dashboards.cli import main\ntry:\n    main(['clusters'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pyarrow', 'numpy', 'duckdb', 'torch', 'sklearn', 'boto3', 'tree_sitter', 'prefect', 'fastapi', "
        "'sentence_transformers', 'qdrant_client', 'alembic'}\nprint(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=built, capture_output=True, text=True, check=False, env=environment)
    assert done.stderr.strip() == "[]"
