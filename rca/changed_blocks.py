"""Which blocks a release changed, symbol by symbol: new, different, renamed, with another signature, or calling what is
gone.

Owns: what that says of each block of the failing tree. Keeps out: how symbols are compared (history/symbols.py), which
commits did it (suspect_changes.py), how much it says (rca/signals).
"""

from collections.abc import Sequence

from connectors.source_control import FileChange
from indexers.code.blocks import CodeBlock
from rca.codebase import Codebase, Repository
from rca.history.symbols import MOST_FILES, SymbolChange, compare, piece_of, pieces_of

_GONE_SHOWN = 3


def changed_blocks(
    code: Codebase, repository: Repository, *, good: str, failing: str, since: str
) -> dict[tuple[str, str], str]:
    """(path, symbol) of every block of `code` that differs between commits `good` and `failing`, with a sentence.

    A block that calls a function removed in between is among them; one that only moved is not. `code` is the tree at
    `failing`, or at a later commit that still fails; `since` names the good release as people do. Of a release of more
    than 300 files the rest is compared by lines. Raises NotFoundError when a commit is not in the repository.
    """
    changes = repository.changes(good, failing, hunks=False)
    files, rest = changes[:MOST_FILES], changes[MOST_FILES:]
    contents = repository.contents([blob for change in files for blob in (change.old_blob, change.blob) if blob])
    before = [piece for change in files for piece in pieces_of(change.path, contents.get(change.old_blob, b""))]
    if code.commit == repository.resolve(failing):
        after = [piece_of(block) for change in files for block in _functions(code, change)]
    else:
        after = [piece for change in files for piece in pieces_of(change.path, contents.get(change.blob, b""))]
    renamed = {change.path: change.old_path for change in files if change.old_path}
    symbols = compare(before, after, renamed=renamed)
    changed = {(one.path, one.symbol): one.sentence(since) for one in symbols if one.kind not in ("removed", "moved")}
    if rest:
        changed |= _by_lines(code, repository.changes(good, failing)[MOST_FILES:], since)
    for place, sentence in _callers_of_gone(code, symbols, since).items():
        changed[place] = f"{changed[place]}; {sentence}" if place in changed else sentence
    return changed


def _functions(code: Codebase, change: FileChange) -> Sequence[CodeBlock]:
    if change.status == "deleted":
        return ()
    return [block for block in code.blocks_in(change.path) if block.kind != "class"]


def _by_lines(code: Codebase, changes: Sequence[FileChange], since: str) -> dict[tuple[str, str], str]:
    return {
        (block.path, block.symbol): f"changed since {since}"
        for change in changes
        for block in _functions(code, change)
        if any(first <= block.end_line and last >= block.start_line for first, last in change.new_ranges)
    }


def _callers_of_gone(code: Codebase, symbols: Sequence[SymbolChange], since: str) -> dict[tuple[str, str], str]:
    """Blocks that call a name which a release removed or renamed and which nothing in the tree defines any more."""
    names = {one.old_symbol.rsplit(".", 1)[-1] for one in symbols if one.kind in ("removed", "renamed")}
    names = {name for name in names if not code.find(name)}
    if not names:
        return {}
    found = {}
    for block in code.blocks():
        missing = sorted({call.name for call in block.calls} & names)
        if missing:
            shown = ", ".join(missing[:_GONE_SHOWN])
            found[block.path, block.symbol] = f"calls {shown}, which the tree no longer defines since {since}"
    return found
