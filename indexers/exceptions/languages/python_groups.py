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
from collections.abc import Callable, Sequence
from typing import NamedTuple

from indexers.exceptions.drafts import Draft
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


def read_group(texts: Sequence[str], start: int, read_chain: ReadChain) -> tuple[list[Draft], int]:
    """The exceptions of the group whose header is texts[start], the group last in its chain, and the index after it.

    `read_chain` reads margin-free lines (chained tracebacks or a bare exception line) into drafts with the
    outermost one as the only root.
    """
    rows = _rows(texts, start)
    drafts, used = _content(rows, 0, read_chain)
    for draft in drafts:
        draft.first += start
        draft.last += start
    return drafts, start + max(used, 1)


def _rows(texts: Sequence[str], start: int) -> list[_Row]:
    rows: list[_Row] = []
    for at in range(start, len(texts)):
        stripped, depth = texts[at].strip(), indent(texts[at])
        if at == start and not stripped.startswith("+ "):  # a log record's beginning stands before the header
            stripped = stripped[stripped.find(_HEAD) :]
            depth = indent(texts[at + 1]) if at + 1 < len(texts) else 0
        if at > start and stripped.startswith(_HEAD):
            break  # members have no plus sign: another group begins
        rule = _RULE.match(stripped)
        if rule:
            if rule["opens"]:
                rows.append(_Row(depth, "opens", ""))
            else:
                rows.append(_Row(depth, "next" if rule["number"] else "end", ""))
        elif stripped.startswith(("+ ", "| ")) or stripped == "|":
            rows.append(_Row(depth, "text", stripped[2:] if at == start else texts[at].lstrip()[2:]))
        else:
            break
    return rows


def _content(rows: list[_Row], start: int, read_chain: ReadChain, level: int = 0) -> tuple[list[Draft], int]:
    """What stands at the depth of rows[start]: a chain and, when it ends in a group, the members."""
    depth, at = rows[start].depth, start
    while at < len(rows) and rows[at].kind == "text" and rows[at].depth == depth:
        at += 1
    drafts = read_chain([row.text for row in rows[start:at]])
    for draft in drafts:
        draft.first += start
        draft.last += start
    root = next((index for index, draft in enumerate(drafts) if draft.parent is None), None)
    if at < len(rows) and rows[at].kind == "opens" and rows[at].depth == depth:
        at += 1
        while at < len(rows) and rows[at].depth > depth and rows[at].kind != "end":
            if rows[at].kind != "text" or level == _DEPTH:
                at += 1
                continue
            members, at = _content(rows, at, read_chain, level + 1)
            adopt(drafts, root, members)
        if at < len(rows) and rows[at].kind == "end":
            at += 1
    return drafts, at


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
