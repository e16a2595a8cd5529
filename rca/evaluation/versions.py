"""The versions of what an evaluation measures: product, commit, grouping, prompt, analyst, ranking weights.

Keeps out: what follows from a change of one of them.
"""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from connectors.errors import FirstcauseError
from connectors.source_control.git_command import GitCommand
from indexers.exceptions.fingerprint import CURRENT as GROUPING
from rca import prompts
from rca.analysts import Analyst
from rca.analysts.deterministic import DeterministicAnalyst

ROOM = Path(__file__).parents[1]


def versions_of(analyst: Analyst | None) -> dict[str, str]:
    """By name; "" where it cannot be known (the commit, outside a clone)."""
    writer = analyst or DeterministicAnalyst()
    return {
        "product": _product(),
        "commit": _commit(),
        "grouping": GROUPING,
        "prompt": prompts.CURRENT,
        "analyst": writer.version,
        "weights": _weights(),
    }


def _product() -> str:
    try:
        return version("firstcause")
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """The commit of the clone that this runs from, with a + when its files were changed since; "" for a folder that is
    no clone, also when it lies inside one."""
    root = ROOM.parent
    if not (root / ".git").exists():
        return ""
    try:
        git = GitCommand(root, "product")
        commit = git.output("rev-parse", "--verify", "HEAD").decode().strip()
        return commit + ("+" if git.output("status", "--porcelain", "--untracked-files=no").strip() else "")
    except FirstcauseError:
        return ""


def _weights() -> str:
    """Identity of every file that ranking reads its weights from, 12 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(path for name in ("weights", "ranker") for path in ROOM.glob(f"{name}*.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
