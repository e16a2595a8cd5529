"""The cases that come with the product: faults of the demo's shop, traces recorded from real runtimes, and failures
that say too little.

Owns: which files there are, and making the shop's repository of its written history. Keeps out: the format (cases.py),
recording (deploy/demo/cases.py, tests/fixtures/traces/record).
"""

from functools import cache
from pathlib import Path

from connectors.errors import NotFoundError
from connectors.source_control.git import GitRepository
from connectors.source_control.git_import import import_history
from rca.evaluation.cases import CaseSet, parse_cases

FOLDER = Path(__file__).parent / "cases"


@cache
def shipped_cases() -> CaseSet:
    """Every shipped case, files in order of their names."""
    files = sorted(FOLDER.glob("*.json"))
    cases = [case for file in files for case in parse_cases(file.read_text(encoding="utf-8"), file.name)]
    return CaseSet("shipped", "shipped", tuple(cases))


def shipped_history(name: str, folder: Path) -> GitRepository:
    """The repository of a shipped history, made in `folder`. Raises NotFoundError for a name that is not shipped."""
    file = FOLDER / f"{name}.history.txt"
    if not name.isidentifier() or not file.is_file():
        raise NotFoundError(f"no history called {name!r} is shipped; give repo and ref instead.")
    return import_history(file.read_bytes(), folder, name=name)
