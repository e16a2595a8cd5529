"""What speaks for each commit: weights with reasons, collected while a span is looked at.

Owns: the collection and its order. Keeps out: what speaks for a commit (writers.py, circumstances.py).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors.source_control import Commit
from rca.codebase import Repository
from rca.suspects import Suspect


@dataclass(slots=True)
class Tally:
    """One commit, how much it is suspected, why, and which of the suspected files it touches."""

    commit: Commit
    weight: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)  # with what each adds, 0.0 for what is only said
    paths: list[str] = field(default_factory=list)
    near: set[str] = field(default_factory=set)  # lines of the suspects that it wrote
    settings: list[str] = field(default_factory=list)  # configuration that it changed and nothing names

    def add(self, weight: float, reason: str, path: str = "") -> None:
        """Count `weight` more for `reason`."""
        self.weight += weight
        self.reasons[reason] = self.reasons.get(reason, 0.0) + weight
        if path and path not in self.paths:
            self.paths.append(path)

    def told(self) -> tuple[str, ...]:
        """The reasons, the weightiest first."""
        return tuple(sorted(self.reasons, key=lambda reason: -self.reasons[reason]))


@dataclass(slots=True)
class Tallies:
    """The tallies of one ranking, and what they are made from. `words` are names from the failure's message."""

    repository: Repository
    suspects: Sequence[Suspect]
    words: Sequence[str]
    notes: list[str]
    by_commit: dict[str, Tally] = field(default_factory=dict)

    def of(self, commit: Commit) -> Tally:
        """The tally of a commit, begun when there is none."""
        return self.by_commit.setdefault(commit.commit, Tally(commit))

    def ordered(self) -> list[Tally]:
        """The most suspected first, of equals the newest."""
        return sorted(
            self.by_commit.values(),
            key=lambda one: (-round(one.weight, 6), -one.commit.authored_at.timestamp(), one.commit.commit),
        )


def named_in_diff(diff: str, words: Iterable[str]) -> str:
    """The first of `words` on a line that `diff` adds or takes away, "" when there is none."""
    changed = (line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    return named_in("\n".join(changed), words)


def named_in(text: str, words: Iterable[str]) -> str:
    """The first of `words` that `text` holds as a whole word, "" when it holds none."""
    return next((word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)), "")
