"""Small real histories for tests about commits: a shop whose fault came in between two tags.

Owns: the repository, and asking it as the analysis does. Nothing is faked.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from connectors.source_control.git import GitRepository
from rca.history.places import suspects_at
from rca.suspect_changes import SuspectChange, suspect_changes
from tests.fakes.git_builder import GitBuilder

PRICES = """import requests

RATES = {"vip": 0.2}


def load(row):
    tier = row["tier"]
    return tier


def rate(customer):
    tier = load(customer)
    share = RATES[tier]
    return share


def unrelated():
    return 1
"""
FAILING = "shop/prices.py:13"  # share = RATES[tier]


class History:
    """A repository with `PRICES` and a manifest at the tag "good"; later commits are the test's."""

    def __init__(self, folder: Path) -> None:
        self.builder = GitBuilder(folder)
        self.text = PRICES
        self.builder.commit({"shop/prices.py": PRICES, "requirements.txt": "requests==2.28.0\n"}, "made")
        self.builder.git("tag", "good")

    def edit(self, old: str, new: str, subject: str = "change", path: str = "shop/prices.py") -> str:
        """The id of a commit that replaces `old` by `new`."""
        assert old in self.text, old
        self.text = self.text.replace(old, new)
        return self.builder.commit({path: self.text}, subject)

    @property
    def repository(self) -> GitRepository:
        return GitRepository(self.builder.folder, name="shop")

    def suspected(
        self, places: Sequence[str] = (FAILING,), *, good: str | None = "good", failing: str = "main", **more: Any
    ) -> list[SuspectChange]:
        """What is suspected of the places, which are those of `deployed`, or else of `failing`."""
        repository = self.repository
        suspects = suspects_at(repository, more.get("deployed", failing), places)
        return suspect_changes(repository, suspects, failing=failing, good=good, **more)
