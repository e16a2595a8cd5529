"""Python exception groups (PEP 654): traces behind margins, members between numbered rules, nested to any depth.

    + Exception Group Traceback (most recent call last):
    |   File "x.py", line 3, in <module>
    | ExceptionGroup: two things (2 sub-exceptions)
    +-+---------------- 1 ----------------
      | ValueError: 1
      +---------------- 2 ----------------
      | Traceback (most recent call last): ...
      +------------------------------------

Keeps out: what stands behind the margins (python.py reads it as ordinary tracebacks).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from indexers.exceptions.chain import Relation
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.python_lines import LINKS
from indexers.exceptions.lines import indent

_RULE = re.compile(r"(?P<opens>\+-)?\+-{4,}(?:\s(?P<number>\d+|\.\.\.)\s-+|-*)$")
_HEAD = "+ Exception Group"
_DEPTH = 40  # CPython prints ten

ReadChain = Callable[[list[str]], list[Draft]]


class _Row(NamedTuple):
    depth: int
    kind: str  # text, opens (first member follows), next (another member follows), end
    text: str


def is_rule(text: str) -> bool:
    """Whether `text` is a line between members of a group."""
    return _RULE.match(text.strip()) is not None


def is_unraised_group(texts: Sequence[str], at: int) -> bool:
    """Whether texts[at] is the line of a group without a traceback: members follow right after it."""
    if at + 1 >= len(texts) or "sub-exception" not in texts[at] or not texts[at].lstrip().startswith("| "):
        return False
    rule = _RULE.match(texts[at + 1].strip())
    return rule is not None and bool(rule["opens"])


def read_group(texts: Sequence[str], start: int, read_chain: ReadChain) -> tuple[list[Draft], int]:
    """The exceptions of the group whose header is texts[start], the group last in its chain, and the index after it.

    `read_chain` reads margin-free lines (chained tracebacks or a bare exception line) into drafts with the
    outermost one as the only root.
    """
    rows = _Rows(_rows(texts, start), read_chain)
    drafts = rows.content()
    for draft in drafts:
        draft.first += start
        draft.last += start
    return drafts, start + max(rows.at, 1)


def _rows(texts: Sequence[str], start: int) -> Iterator[_Row]:
    for at in range(start, len(texts)):
        stripped, depth = texts[at].strip(), indent(texts[at])
        if at == start and not stripped.startswith(("+ ", "| ")):  # a log record's beginning stands before the header
            stripped = stripped[stripped.find(_HEAD) :]
            depth = indent(texts[at + 1]) if at + 1 < len(texts) else 0
        if at > start and stripped.startswith(_HEAD):
            break  # members have no plus sign: another group begins
        rule = _RULE.match(stripped)
        if rule:
            if rule["opens"]:
                yield _Row(depth, "opens", "")
            else:
                yield _Row(depth, "next" if rule["number"] else "end", "")
        elif stripped.startswith(("+ ", "| ")) or stripped == "|":
            yield _Row(depth, "text", stripped[2:] if at == start else texts[at].lstrip()[2:])
        else:
            break


class _Rows:
    """The lines of one group, read from top to bottom and no further than the group goes."""

    def __init__(self, source: Iterator[_Row], read_chain: ReadChain) -> None:
        self.source = source
        self.rows: list[_Row] = []  # those read so far
        self.read_chain = read_chain
        self.at = 0

    def _now(self) -> _Row | None:
        """The row whose turn it is; None behind the last."""
        while len(self.rows) <= self.at:
            row = next(self.source, None)
            if row is None:
                return None
            self.rows.append(row)
        return self.rows[self.at]

    def content(self, level: int = 0) -> list[Draft]:
        """What stands at the depth of the next row: a chain, in which each group is followed by its members."""
        drafts: list[Draft] = []
        row = self._now()
        if row is None:
            return drafts
        depth = row.depth
        previous: int | None = None
        link: Relation | None = None
        while True:
            first = self.at
            while self._is_text(depth):
                self.at += 1
            segment = self.read_chain([row.text for row in self.rows[first : self.at]])
            root = next((len(drafts) + index for index, draft in enumerate(segment) if draft.parent is None), None)
            adopt(drafts, None, segment, first)
            if previous is not None and link is not None and root is not None:
                drafts[previous].relation, drafts[previous].parent = link, root
            if not self._opens(depth):
                return drafts
            self._members(drafts, root, depth, level)
            previous, link = root, self._link(depth)
            if link is None:
                return drafts

    def _is_text(self, depth: int) -> bool:
        row = self._now()
        return row is not None and row.kind == "text" and row.depth == depth

    def _opens(self, depth: int) -> bool:
        row = self._now()
        return row is not None and row.kind == "opens" and row.depth == depth

    def _members(self, drafts: list[Draft], root: int | None, depth: int, level: int) -> None:
        self.at += 1
        while (row := self._now()) is not None and row.depth > depth and row.kind != "end":
            if row.kind != "text" or level == _DEPTH:
                self.at += 1
            else:
                adopt(drafts, root, self.content(level + 1))
        if row is not None and row.kind == "end":
            self.at += 1

    def _link(self, depth: int) -> Relation | None:
        """The linking sentence that follows the members, read with the blank lines around it."""
        start = self.at
        self._skip_blank(depth)
        link = LINKS.get(self.rows[self.at].text.strip()) if self._is_text(depth) else None
        if link is None:
            self.at = start
            return None
        self.at += 1
        self._skip_blank(depth)
        return link

    def _skip_blank(self, depth: int) -> None:
        while self._is_text(depth) and not self.rows[self.at].text.strip():
            self.at += 1


def adopt(drafts: list[Draft], root: int | None, members: list[Draft], moved: int = 0) -> None:
    """Add `members` to `drafts`, their places moved by `moved`; those without a parent belong to drafts[root]."""
    offset = len(drafts)
    for member in members:
        member.first += moved
        member.last += moved
        if member.parent is not None:
            member.parent += offset
        elif root is not None:
            member.parent, member.relation = root, "group_member"
    drafts += members
