"""The values of one kind of facet of one fingerprint: counted, watched when they are new, raised or given up.

Keeps out: the page as a whole and its transaction (impurity.py), when a value is news (impurity_rules.py).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from indexers.exceptions.facets import MOST_VALUES, OTHERS, PRINTED, Facet
from indexers.exceptions.impurity_rules import (
    LEAST_OCCURRENCES,
    come_to_stay,
    given_up,
    message_news,
    old_enough,
)

KEY = ("fingerprint", "kind", "version", "value_id")

Row = dict[str, Any]  # of the table of facets


class Page(Protocol):
    """What a group asks of, and tells to, the page that is recorded."""

    def counted_already(self, fingerprint: str) -> bool: ...
    def has_just_joined(self, fingerprint: str) -> bool: ...
    def elsewhere(self, fingerprint: str, kind: str) -> list[Row]: ...
    def change(self, row: Row) -> None: ...
    def tell(self, row: Mapping[str, Any], words: str, usual: Mapping[str, int]) -> None: ...


class Group:
    """The values of one kind of one fingerprint (and version, for lines)."""

    def __init__(self, page: Page, key: tuple[str, str, str], held: Mapping[str, Sequence[Row]]) -> None:
        self.page = page
        self.fingerprint, self.kind, self.version = key
        of_kind = [row for row in held[self.fingerprint] if row["kind"] == self.kind]
        self.rows = {row["value_id"]: row for row in of_kind if row["version"] == self.version}
        self.other_versions = [row for row in of_kind if row["version"] != self.version]
        self.seen_before = sum(row["count"] for row in self.rows.values())
        self.elsewhen = sum(row["count"] for row in self.other_versions)
        self.open = any(row["value"] == OTHERS for row in of_kind)  # holds more values than are told apart
        self.again = page.counted_already(self.fingerprint)

    def observe(self, facets: Sequence[Facet]) -> None:
        self.open |= any(facet.value == OTHERS for facet in facets)
        for facet in facets:
            self._count(facet)
        if self.kind == "inner" and self.page.has_just_joined(self.fingerprint):
            self._compare_inner()
        total = sum(row["count"] for row in self.rows.values())
        for row in self.rows.values():
            if row["state"] == "watched" and not self.again:
                self._decide(row, total + self._base(row["value"]) - row["before"])

    def _count(self, facet: Facet) -> None:
        row = self.rows.get(facet.value_id)
        if row is None and len(self.rows) >= MOST_VALUES:
            facet = _as_others(facet)
            row = self.rows.get(facet.value_id)
        if row is None:
            row = self._new(facet)
            self.rows[facet.value_id] = row
        elif not self.again:
            row["count"] += facet.count
            row["first_seen"] = min(row["first_seen"], facet.first_seen)
            row["last_seen"] = max(row["last_seen"], facet.last_seen)
        else:
            return
        self.page.change(row)

    def _new(self, facet: Facet) -> Row:
        before = self._base(facet.value) + self.seen_before + facet.before
        row = {name: getattr(facet, name) for name in (*KEY, "value", "count", "first_seen", "last_seen", "event_id")}
        row |= {"before": before, "state": "watched" if self._may_be_news(facet, before) else "known"}
        return row

    def _may_be_news(self, facet: Facet, before: int) -> bool:
        if self.again or self.open or self.kind == "inner":
            return False
        usual = [*self.rows.values(), *(self.other_versions if self._base(facet.value) else ())]
        values = {row["value"] for row in usual}
        if not usual or facet.value in values or (self.kind == "line" and not self._comparable(facet.value)):
            return False
        if not old_enough(before, min(row["first_seen"] for row in usual), facet.first_seen, len(values)):
            return False
        if self.kind == "message" and not message_news(facet.value, [row["value"] for row in self.rows.values()]):
            return False
        return all(
            row["value_id"] != facet.value_id or (row["version"] != self.version and not _printed(facet.value))
            for row in self.page.elsewhere(self.fingerprint, self.kind)
        )

    def _comparable(self, value: str) -> bool:
        """A line number means something within one version only."""
        return bool(self.version) or _printed(value)

    def _base(self, value: str) -> int:
        """What was seen in other versions that can be compared with: printed lines stay the same when lines move."""
        return self.elsewhen if self.kind == "line" and _printed(value) else 0

    def _edited(self, row: Row) -> bool:
        """Whether a new printed line may be a usual one with another text: no usual one was seen in this version."""
        past = {other["value"] for other in self.other_versions}
        return self.kind == "line" and all(
            other is row or (other["before"] >= row["before"] and other["value"] not in past)
            for other in self.rows.values()
        )

    def _decide(self, row: Row, since: int) -> None:
        if come_to_stay(row["before"], since, row["count"]) and not self._edited(row):
            row["state"] = "raised"
            usual = self._usual(row)
            self.page.tell(row, self._words(row, since, usual), usual)
        elif given_up(row["before"], since):
            row["state"] = "known"
        else:
            return
        self.page.change(row)

    def _usual(self, row: Row) -> dict[str, int]:
        """The values that were there before, with what was counted of them."""
        found: dict[str, int] = {}
        for other in [*self.rows.values(), *(self.other_versions if self._base(row["value"]) else ())]:
            if other["value"] not in (row["value"], OTHERS) and other["state"] != "watched":
                found[other["value"]] = found.get(other["value"], 0) + other["count"]
        return found

    def _words(self, row: Row, since: int, usual: Mapping[str, int]) -> str:
        share = f"{row['count']} of the last {since} times"
        if self.kind == "line":
            where = f" of version {self.version}" if self.version else ""
            return f"fails at a line{where} where it never failed before: {row['value']}, {share}"
        if self.kind == "member":
            return f"the chain holds what it never held: {row['value']}, {share}"
        return f"the message says something new: {message_news(row['value'], list(usual)) or row['value']}, {share}"

    def _compare_inner(self) -> None:
        """A trace that joined because it is near-identical, and yet fails inside another call, is told at once."""
        usual: dict[str, int] = {}
        for row in self.page.elsewhere(self.fingerprint, "inner"):
            usual[row["value"]] = usual.get(row["value"], 0) + row["count"]
        for row in self.rows.values():
            if usual and row["value"] not in usual and sum(usual.values()) >= LEAST_OCCURRENCES:
                row["state"] = "raised"
                words = f"a near-identical trace joined that fails inside another call: {row['value']}"
                self.page.tell(row, words, usual)


def _as_others(facet: Facet) -> Facet:
    return Facet(
        facet.fingerprint,
        facet.kind,
        facet.version,
        OTHERS,
        facet.count,
        facet.before,
        facet.first_seen,
        facet.last_seen,
        facet.event_id,
    )


def _printed(value: str) -> bool:
    return value.startswith(PRINTED)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
