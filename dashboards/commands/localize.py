"""`firstcause localize TRACE_FILE`: the blocks of a source tree most likely to be the cause of a trace.

Owns the output's shape, which other programs rely on, and where the index is kept between calls.
Keeps out: ranking (rca.suspects), indexing (indexers.code).
"""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson

from connectors.database import Database
from connectors.errors import BadInputError
from connectors.source_control import SourceTree
from connectors.source_control.directory import DirectoryTree
from connectors.source_control.git import GitRepository
from dashboards.commands.extract import read_text
from indexers.code.index import CodeIndex
from indexers.code.snapshot import CodeSnapshot
from rca.localize import localize as localize_trace
from rca.suspects import Suspect


def localize(
    trace_file: Path,
    source: Path | None,
    repo: Path | None,
    ref: str | None,
    as_json: bool,
    *,
    limit: int = 10,
    state: Path | None = None,
) -> None:
    """Print the `limit` likeliest causes of the trace in `trace_file` (`-` is standard input), best first.

    The code is a folder (`source`) or a git repository at a commit (`repo`, `ref`). `state` is a folder that keeps the
    index, so that a later call only reads what changed. Raises BadInputError or NotFoundError for input of no use.
    """
    if limit < 1:
        raise BadInputError(f"-k {limit} asks for nothing; give 1 or more.")
    text = read_text(trace_file)
    with _snapshot(source, repo, ref, state) as snapshot:
        suspects = localize_trace(text, snapshot, limit=limit)
        sys.stdout.write(_as_json(suspects) if as_json else _readable(suspects))


@contextmanager
def _snapshot(source: Path | None, repo: Path | None, ref: str | None, state: Path | None) -> Iterator[CodeSnapshot]:
    with ExitStack() as stack:
        folder = state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firstcause-")))
        tree = _tree(source, repo, ref, folder)
        _make(folder)
        database = Database(f"sqlite:///{folder / 'code.db'}")
        stack.callback(database.close)
        database.migrate()
        index = CodeIndex(database)
        index.index(tree)
        yield index.snapshot(tree.name, tree.commit)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"--state {str(folder)!r} cannot be used as a folder ({error.strerror}).") from error


def _tree(source: Path | None, repo: Path | None, ref: str | None, state: Path) -> SourceTree:
    if (source is None) == (repo is None):
        raise BadInputError("give the code either as --source DIR or as --repo GITDIR --ref COMMIT.")
    if repo is not None:
        if not ref:
            raise BadInputError("--repo needs --ref: the commit, tag or branch that was running.")
        return GitRepository(repo, name=_name(repo)).tree(ref)
    if source is None or not source.is_dir():
        raise BadInputError(f"--source {str(source)!r} is not a folder; give the root of the source tree.")
    _make(state)
    return DirectoryTree(source, name=_name(source), stat_cache=state / f"{_name(source)}.stat")


def _name(path: Path) -> str:
    """What the index calls a tree: one name for each absolute path, so that trees in one state do not mix."""
    absolute = str(path.absolute())
    return f"{path.absolute().name}-{hashlib.sha256(absolute.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _as_json(suspects: list[Suspect]) -> str:
    candidates = [_candidate(suspect) for suspect in suspects]
    return orjson.dumps({"candidates": candidates}).decode() + "\n"


def _candidate(suspect: Suspect) -> dict[str, Any]:
    block = suspect.block
    return {
        "file": block.path,
        "symbol": block.symbol,
        "start_line": block.start_line,
        "end_line": block.end_line,
        "score": suspect.score,
        "reasons": list(suspect.reasons),
    }


def _readable(suspects: list[Suspect]) -> str:
    if not suspects:
        return "No suspects: nothing in the text leads into this code.\n"
    lines = []
    for rank, suspect in enumerate(suspects, 1):
        block = suspect.block
        where = f", line {suspect.line} was running" if suspect.line else ""
        lines.append(f"{rank:2d}. {block.symbol}  {block.path}:{block.start_line}-{block.end_line}{where}")
        lines += [f"      {reason}" for reason in suspect.reasons]
    return "\n".join(lines) + "\n"
