"""Configuration and other files that the failure names: in its message, in the code that failed, in the lines before.

Owns: telling a file of the tree from a mention, and which part of it is looked at. Keeps out: what a release changed in
such files (history/settings_files.py), code.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from connectors.errors import NotFoundError
from indexers.code.blocks import CodeBlock
from indexers.code.languages import RESOURCE, language_of
from rca.candidates import Proposal
from rca.codebase import Codebase
from rca.signals import Surroundings
from rca.trace import Place, Trace

KIND = "file"  # such a candidate is a piece of a file, no function
LOOKED_AT = 3
SHOWN = 40  # lines of a file
BY_MESSAGE, BY_CODE, BY_LOG = 1.0, 0.7, 0.5
_MENTION = re.compile(r"[\w./\\-]*[\w-]\.[A-Za-z]{2,10}\b|\b(?:Dockerfile|Makefile|Procfile)\b")
_KEY = re.compile(r"[A-Za-z_][\w.-]{3,}")


def propose(trace: Trace, places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for a file that a message names, less for one in the text of a failing statement or a line before."""
    running = [_raw(place) for place in places[:LOOKED_AT]]
    lines = [line.text for line in surroundings.near.lines if line.same_request]
    said = [(trace.message(), BY_MESSAGE, "the exception"), ("\n".join(running), BY_CODE, "the failing code")]
    named = {name: None for text in (*(one[0] for one in said), *lines) for name in _MENTION.findall(text)}
    held = {name: path for name in named if (path := _path(trace.code, name)) is not None}
    for text, value, who in [*said, ("\n".join(lines), BY_LOG, "a line logged before it failed")]:
        for name in dict.fromkeys(_MENTION.findall(text)):
            if name in held:
                yield Proposal(_piece(trace, held[name]), value, f"{who} names {PurePosixPath(held[name]).name}")


def _raw(place: Place) -> str:
    """The running line as it is written, with its strings."""
    lines = place.block.text.split("\n")
    at = (place.frame.line or 0) - place.block.start_line
    return lines[at] if 0 <= at < len(lines) else place.frame.source


def _path(code: Codebase, name: str) -> str | None:
    """The only resource of the tree whose path ends like `name`."""
    wanted = PurePosixPath(name.replace("\\", "/")).parts
    if not wanted or language_of(wanted[-1]) != RESOURCE:
        return None
    alike = [path for path in code.paths() if PurePosixPath(path).name == wanted[-1]]
    for taken in range(len(wanted), 0, -1):
        found = [path for path in alike if PurePosixPath(path).parts[-taken:] == wanted[-taken:]]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _piece(trace: Trace, path: str) -> CodeBlock:
    """The lines around the first word of the message that the file holds, else its beginning."""
    try:
        lines = trace.code.text(path).split("\n")
    except NotFoundError:  # left out of the index; that it was named is still worth knowing
        lines = [""]
    start = max(_first_line(lines, _KEY.findall(trace.message())) - SHOWN // 2, 0)
    shown = lines[start : start + SHOWN]
    text = "\n".join(shown)
    name = PurePosixPath(path).name
    return CodeBlock(
        block_id=hashlib.sha256(f"{path}\0{text}".encode()).hexdigest()[:32],
        path=path,
        blob="",
        language=RESOURCE,
        kind=KIND,
        symbol=name,
        start_line=start + 1,
        end_line=start + len(shown),
        signature=name,
        doc="",
        text=text,
        calls=(),
    )


def _first_line(lines: Sequence[str], words: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines) if any(word in line for word in words)), 0)
