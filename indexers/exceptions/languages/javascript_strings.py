"""Stacks inside strings that util.inspect printed: `stack: 'Error: no\\n' +` and a quoted piece of it on each line.

Format: formatPrimitive of Node's lib/internal/util/inspect.js splits a long string at its line feeds. Keeps out: what
the string holds (javascript.py reads it like any text).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_BEGIN = re.compile(r"""\s*(?:[\w$\[\]'"-]+:\s)?(?P<quote>['"`])(?P<text>.*)\\n(?P=quote) \+$""")
_MORE = re.compile(r"""\s+(?P<quote>['"`])(?P<text>.*?)(?:\\n)?(?P=quote)(?P<more> \+)?,?$""")
_ESCAPE = re.compile(r"\\(.)")
_PLAIN = {"n": "\n", "t": "\t"}


class Quoted(NamedTuple):
    """The lines of a string and the line after it."""

    texts: list[str]
    after: int


def read_string(texts: Sequence[str], at: int) -> Quoted | None:
    """The string that begins at this line, if it goes on over several."""
    begin = _BEGIN.match(texts[at]) if texts[at].endswith("' +") or texts[at].endswith(('" +', "` +")) else None
    if begin is None:
        return None
    lines = [_unescaped(begin["text"])]
    at += 1
    while at < len(texts):
        more = _MORE.match(texts[at])
        if more is None:
            break
        lines.append(_unescaped(more["text"]))
        at += 1
        if not more["more"]:
            break
    return Quoted(lines, at)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _PLAIN.get(match[1], match[1]), text) if "\\" in text else text
