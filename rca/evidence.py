"""The evidence of one case: every piece that may be quoted, each with an id.

Owns: the values and their identity. Text is masked before it becomes evidence, so nothing that is quoted, stored or
sent holds a plain secret. Keeps out: what is chosen as evidence (gathering.py), what is claimed from it.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Literal

from connectors.redaction import mask

_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]")

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
    """All pieces in order of id (E1, E2, ...). `identity` is set where more than the items is known (gathering.py)."""

    items: tuple[EvidenceItem, ...]
    identity: str = field(default="", compare=False)

    @cached_property
    def _by_id(self) -> dict[str, EvidenceItem]:
        return {item.id: item for item in self.items}

    def get(self, evidence_id: str) -> EvidenceItem | None:
        """The piece with this id, if there is one."""
        return self._by_id.get(evidence_id.strip().strip("[]"))

    def of_kind(self, *kinds: Kind) -> list[EvidenceItem]:
        """The pieces of some kinds, in order."""
        return [item for item in self.items if item.kind in kinds]

    @property
    def digest(self) -> str:
        """Identity of what an analysis rests on, 32 hex digits: the same for another occurrence of the same fault."""
        return self.identity or _hashed([[item.kind, item.title, item.text] for item in self.items])[:32]

    @cached_property
    def mark(self) -> str:
        """Twelve hex digits that no text of the evidence knows, as they derive from all of it, and that none holds."""
        whole = [[item.title, item.text] for item in self.items]
        marks = (_hashed([whole, number])[:12] for number in count())
        return next(mark for mark in marks if not any(mark in part for parts in whole for part in parts))


def _hashed(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def numbered(items: Iterable[EvidenceItem]) -> Evidence:
    """`items` with ids E1, E2, ... in their order, masked."""
    return Evidence(
        tuple(
            replace(item, id=f"E{number}", text=visible(mask(item.text).text), title=visible(mask(item.title).text))
            for number, item in enumerate(items, 1)
        )
    )


def visible(text: str) -> str:
    """`text` with signs that nobody sees written out as \\u202e: they hide words from people, or turn them round.

    Direction marks and overrides, zero-width signs, tags and other line separators
    (https://www.unicode.org/reports/tr36/, https://trojansource.codes/).
    """
    if text.isascii():
        return text
    return _UNSEEN.sub(lambda match: "".join(f"\\u{ord(sign):04x}" for sign in match.group()), text)
