"""Takes off the tags that frameworks put before every line they log (`[request id] [address] text`), a stream a tag.

Rails' tagged logging and its like print a trace's empty and indented lines behind the tags too, which tells them from
text that begins with a bracket. Keeps out: time stamps (prefixes_stamps.py), prefixes with times and levels
(prefixes.py).
"""

import re
from collections import Counter
from collections.abc import Sequence

from indexers.exceptions.lines import Line, starts_record

_TAG = re.compile(r"(?!\[\d+\.\d+\])\[[^\[\]\s]{1,80}\](?:\s|$)")  # `[12.345678]` is the kernel's clock
_DEEP = 4  # tags before a line
_MOST = 10_000  # different tags of one text that are looked at


def by_tags(lines: Sequence[Line]) -> list[list[Line]]:
    """`lines` as they are, or one list for each tag with the tags taken off.

    A line without tags goes with the line before it.
    """
    found = [_tags(line.text) for line in lines]
    real = _real(lines, found) if any(found) else frozenset()
    if not real:
        return [list(lines)]
    streams: dict[str, list[Line]] = {}
    key = ""
    for line, tags in zip(lines, found, strict=True):
        text = line.text
        for name, end in reversed(tags):
            if name in real:
                key, text = name, text[end:]
                break
        streams.setdefault(key, []).append(Line(text, line.first, line.last))
    return list(streams.values())


def _tags(text: str) -> list[tuple[str, int]]:
    """The tags before `text`: the first, the first two and so on, each with the place behind it."""
    if text[:1] != "[" or starts_record(text):
        return []
    tags: list[tuple[str, int]] = []
    at = 0
    while len(tags) < _DEEP and (match := _TAG.match(text, at)):
        at = match.end()
        tags.append((text[:at].rstrip(), at))
    return tags


def _real(lines: Sequence[Line], found: Sequence[Sequence[tuple[str, int]]]) -> frozenset[str]:
    """The tags that stand before what was printed: twice or more, not always alone, and before what is indented."""
    times: Counter[str] = Counter()
    said: set[str] = set()
    printed: set[str] = set()
    is_all = True
    for line, tags in zip(lines, found, strict=True):
        is_all = is_all and bool(tags or not line.text.strip())
        for name, end in tags if len(times) < _MOST else ():
            rest = line.text[end:]
            times[name] += 1
            if rest.strip():
                said.add(name)
            if not rest.strip() or (rest[0] in " \t" and not starts_record(rest)):
                printed.add(name)
    return frozenset(name for name in (said if is_all else printed & said) if times[name] > 1)
