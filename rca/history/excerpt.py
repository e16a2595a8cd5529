"""The part of a difference that a person must see: the stretches that matter first, within a number of lines.

Owns: cutting unified diffs into stretches and choosing among them. Keeps out: which diff is shown, masking, colours.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

MOST_LINES = 60
LONGEST_LINE = 300  # characters
_START = re.compile(r"^diff --(?:git|cc|combined) ")
_WANTED = ("--- ", "+++ ", "rename ", "new file", "deleted file", "Binary ", "similarity ")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One hunk: the lines that head its file, its own lines from "@@" on, and where it stood."""

    number: int
    file: tuple[str, ...]
    lines: tuple[str, ...]


def stretches(diff: str) -> Iterator[Stretch]:
    """The hunks of a unified diff; a file without any (renamed, binary) is one without lines."""
    head: list[str] = []
    lines: list[str] = []
    number = found = 0

    for line in [*diff.splitlines(), "diff --git end"]:
        if _START.match(line):
            if lines or (head and not found):
                yield Stretch(number, tuple(head), tuple(lines))
                number += 1
            head, lines, found = [], [], 0
        elif line.startswith("@@"):
            if lines:
                yield Stretch(number, tuple(head), tuple(lines))
                number += 1
            lines, found = [line], found + 1
        elif found:
            lines.append(line)
        elif line.startswith(_WANTED):
            head.append(line)


def excerpt(diff: str, *, most: int = MOST_LINES, near: Collection[str] = (), words: Sequence[str] = ()) -> str:
    """At most `most` lines of `diff`, and one that says how much is left out.

    Stretches that hold a line of `near` (compared without white space at its ends) come first, then those that change
    a line with one of `words`, each with the rest of its file; whatever is cut further from the end matters less.
    """
    found = list(stretches(diff))
    wanted = {line.strip() for line in near if line.strip()}
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)) if words else None
    worth = {stretch.number: _worth(stretch, wanted, pattern) for stretch in found}
    best: dict[tuple[str, ...], int] = {}
    for stretch in found:
        best[stretch.file] = max(best.get(stretch.file, 0), worth[stretch.number])
    ranked = sorted(found, key=lambda one: (-best[one.file], one.file, -worth[one.number], one.number))
    lines: list[str] = []
    shown: list[Stretch] = []
    hidden = 0
    for stretch in ranked:
        head = () if shown and shown[-1].file == stretch.file else stretch.file
        room = most - len(lines) - len(head)
        if room < min(len(stretch.lines), 4):
            hidden += len(stretch.lines)
            continue
        kept = _cut(stretch.lines, room, wanted, pattern)
        lines += [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..." for line in (*head, *kept)]
        shown.append(stretch)
        hidden += len(stretch.lines) - len(kept)
    files = len(best.keys() - {stretch.file for stretch in shown})
    if hidden or files:
        lines.append(f"... {hidden} more lines" + (f", {files} more files" if files else ""))
    return "\n".join(lines)


def _worth(stretch: Stretch, wanted: Collection[str], pattern: "re.Pattern[str] | None") -> int:
    texts = [line for line in stretch.lines if line[:1] in "+- "]
    near = any(line[1:].strip() in wanted for line in texts)
    named = pattern is not None and any(pattern.search(line) for line in texts if line[:1] in "+-")
    return 2 * near + named


def _cut(
    lines: tuple[str, ...], room: int, wanted: Collection[str], pattern: "re.Pattern[str] | None"
) -> tuple[str, ...]:
    """As many lines of a stretch as there is room for, around the first that matters."""
    if len(lines) <= room:
        return lines
    matter = (
        number
        for number, line in enumerate(lines)
        if line[1:].strip() in wanted or (pattern is not None and line[:1] in "+-" and pattern.search(line))
    )
    first = max(1, min(next(matter, 1) - room // 3, len(lines) - room + 1))
    return (lines[0], *lines[first : first + room - 1])
