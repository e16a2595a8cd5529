"""The evidence of a whole conversation: every piece that was looked up, with an id that it keeps over turns.

Owns: ids, masking, and that the same piece is written down once. Keeps out: what is looked up.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from connectors.redaction import mask
from rca.evidence import Evidence, EvidenceItem

LONGEST = 6_000  # characters of one piece; what is longer is cut at a line and says so
_BRACKETS = re.compile(r"\s*[\[(](E\d+(?:\s*[,;]\s*E\d+)*)[\])]")


class Notebook:
    """Grows only; ids are E1, E2, ... in the order in which pieces came."""

    def __init__(self, items: Iterable[EvidenceItem] = ()) -> None:
        """`items` are the pieces of earlier turns, with their ids."""
        self._items = list(items)
        self._known = {_identity(item): item for item in self._items}
        self._kept = len(self._items)

    @property
    def evidence(self) -> Evidence:
        return Evidence(tuple(self._items))

    @property
    def fresh(self) -> tuple[EvidenceItem, ...]:
        """What came since the notebook was opened."""
        return tuple(self._items[self._kept :])

    def add(self, item: EvidenceItem) -> EvidenceItem:
        """`item` with its id, masked and cut to a size that can be read."""
        plain = replace(item, id="", title=mask(item.title).text, text=_cut(mask(item.text).text))
        held = self._known.get(_identity(plain))
        if held is None:
            held = replace(plain, id=f"E{len(self._items) + 1}")
            self._items.append(held)
            self._known[_identity(plain)] = held
        return held

    def adopt(self, evidence: Evidence) -> Mapping[str, EvidenceItem]:
        """All pieces of another body of evidence, such as a report's; maps its ids to the pieces here."""
        return {item.id: self.add(item) for item in evidence.items}


def without_marks(text: str) -> str:
    """`text` without [E3] in it."""
    return _BRACKETS.sub("", text)


def marks_in(text: str) -> list[str]:
    """The evidence ids that `text` names in brackets."""
    return [name for group in _BRACKETS.findall(text) for name in re.findall(r"E\d+", group)]


def _identity(item: EvidenceItem) -> tuple[object, ...]:
    return (item.kind, item.title, item.text, item.event_id, item.path, item.start_line, item.commit)


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition("\n")[0] or text[:LONGEST]
    return f"{kept}\n... {len(text) - len(kept):,} characters more"
