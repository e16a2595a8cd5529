"""Places that a person names, as suspects: FILE, FILE:LINE or FILE:FIRST-LAST of a commit.

Owns: reading such places and the block around a line. Keeps out: traces (rca/trace.py), ranking.
"""

import re
from collections.abc import Sequence

from connectors.errors import BadInputError, NotFoundError
from connectors.source_control.directory import git_blob_id
from indexers.code.blocks import CodeBlock
from rca.codebase import Repository
from rca.suspects import Suspect

_PLACE = re.compile(r"(.+?):(\d+)(?:-(\d+))?")


def suspects_at(repository: Repository, commit: str, places: Sequence[str]) -> list[Suspect]:
    """One suspect a place, in order: the innermost block around a line, else the lines or the whole file as they are.

    Raises NotFoundError for a file or line that is not there, BadInputError for lines that are no range.
    """
    return [_suspect(repository, repository.resolve(commit), place, rank) for rank, place in enumerate(places)]


def _suspect(repository: Repository, commit: str, place: str, rank: int) -> Suspect:
    path, first, last = place, 0, 0
    try:
        text = repository.show(commit, place)
    except NotFoundError:
        named = _PLACE.fullmatch(place)
        if named is None:
            raise
        path, first, last = named[1], int(named[2]), int(named[3] or named[2])
        text = repository.show(commit, path)
    length = len(text.splitlines())
    if first and (first > last or last > length):
        raise BadInputError(f"{place!r}: {path} has lines 1 to {length} at commit {commit[:12]}.")
    return Suspect(_block(path, text, first, last), 1 / (1 + rank), (), line=first if first == last and first else None)


def _block(path: str, text: str, first: int, last: int) -> CodeBlock:
    """The innermost function around `first` to `last`, else a block of just these lines, or of all (0 to 0)."""
    from indexers.code.chunker import outline
    from indexers.code.languages import BY_NAME, language_of
    from indexers.code.outline import code_block

    language, content = language_of(path) or "", text.encode()
    blob = git_blob_id(content)
    if first and language in BY_NAME:
        around = [
            block
            for block in outline(content, language).blocks
            if block.kind != "class" and block.start_line <= first and last <= block.end_line
        ]
        if around:
            return code_block(min(around, key=lambda one: one.end_line - one.start_line), path, blob, language, content)
    lines = text.splitlines()
    start, end = (first, last) if first else (1, max(1, len(lines)))
    symbol = path if not first else f"{path}:{first}" + (f"-{last}" if last > first else "")
    return CodeBlock(
        block_id="", path=path, blob=blob, language=language, kind="function", symbol=symbol, start_line=start,
        end_line=end, signature="", doc="", text="\n".join(lines[start - 1 : end]), calls=(),
    )  # fmt: skip
