"""The evidence of one case: every piece that may be quoted, each with an id.

Owns: the values and their identity. Text is masked before it becomes evidence, so nothing that is quoted, stored or
sent holds a plain secret. Keeps out: what is chosen as evidence (gathering.py), what is claimed from it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from connectors.redaction import mask

DECISIVE_SUSPECTS = 3

Kind = Literal["exception", "log", "code", "commit", "finding", "metric"]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One piece. `text` is what may be quoted, byte for byte; `title` says in words what it is.

    By kind: `exception` and `log` carry `event_id` (and `count`, how many such lines there were); `code` carries path,
    symbol, lines and commit; `commit` carries commit. Lines are 1-based and inclusive, 0 where they mean nothing.
    The title of a `decisive` piece is part of what an analysis rests on, whatever its kind.
    """

    id: str
    kind: Kind
    title: str
    text: str
    event_id: str = ""
    count: int = 1
    path: str = ""
    symbol: str = ""
    start_line: int = 0
    end_line: int = 0
    commit: str = ""
    decisive: bool = False


@dataclass(frozen=True)
class Evidence:
    """All pieces in order of id (E1, E2, ...)."""

    items: tuple[EvidenceItem, ...]

    @cached_property
    def _by_id(self) -> dict[str, EvidenceItem]:
        return {item.id: item for item in self.items}

    def get(self, evidence_id: str) -> EvidenceItem | None:
        """The piece with this id, if there is one."""
        return self._by_id.get(evidence_id.strip().strip("[]"))

    def of_kind(self, *kinds: Kind) -> list[EvidenceItem]:
        """The pieces of some kinds, in order."""
        return [item for item in self.items if item.kind in kinds]

    @cached_property
    def digest(self) -> str:
        """Identity of what an analysis rests on, 32 hex digits: the same for another occurrence of the same fault.

        So it covers the exception's type, what the first suspects, the commits and the failing event's own findings
        are, and leaves out times, counts, values and whatever else was logged nearby; those alone make no new report.
        """
        own = {item.event_id for item in self.of_kind("exception")}
        code = [[item.title, item.text, item.path, item.commit] for item in self.of_kind("code")[:DECISIVE_SUSPECTS]]
        commits = [[item.title, item.text] for item in self.of_kind("commit")]
        titles = [item.title for item in self.items if item.kind == "exception"]
        findings = [item.title for item in self.of_kind("finding") if item.event_id in own]
        decisive = [item.title for item in self.items if item.decisive]
        return _hashed([titles, code, commits, findings, *([decisive] if decisive else [])])[:32]

    @cached_property
    def mark(self) -> str:
        """Twelve hex digits that no text of the evidence can know, as they derive from all of it."""
        return _hashed([[item.title, item.text] for item in self.items])[:12]


def _hashed(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def numbered(items: Iterable[EvidenceItem]) -> Evidence:
    """`items` with ids E1, E2, ... in their order, masked."""
    return Evidence(
        tuple(
            replace(item, id=f"E{number}", text=mask(item.text).text, title=mask(item.title).text)
            for number, item in enumerate(items, 1)
        )
    )
