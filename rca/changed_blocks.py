"""Which blocks a release changed, symbol by symbol: new, different, with another signature, or calling what is gone.

Owns: comparing the code of two commits. Blocks are compared by their text, so one that only moved, or whose lines only
shifted, did not change. Keeps out: which commits did it (suspect_changes.py), how much it says (rca/signals).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors.errors import NotFoundError
from connectors.source_control import FileChange
from indexers.code.blocks import CodeBlock
from indexers.code.outline import BlockOutline
from rca.codebase import Codebase, Repository

MOST_FILES = 300  # compared by symbol; of a larger release the rest is compared by lines
_LONGEST_FILE = 1_000_000  # characters
_GONE_SHOWN = 3


@dataclass(slots=True)
class _Before:
    """The blocks of the changed files as they were."""

    by_place: dict[tuple[str, str], list[BlockOutline]] = field(default_factory=dict)  # (new path, symbol)
    ids: set[str] = field(default_factory=set)

    def add(self, path: str, blocks: Iterable[BlockOutline]) -> None:
        for block in blocks:
            if block.kind != "class":
                self.by_place.setdefault((path, block.symbol), []).append(block)
                self.ids.add(block.block_id)


def changed_blocks(
    code: Codebase, repository: Repository, *, good: str, failing: str, since: str
) -> dict[tuple[str, str], str]:
    """(path, symbol) of every block of `code` that differs between commits `good` and `failing`, with a sentence.

    A block that calls a function removed in between is among them. `code` is the tree at `failing`; `since` names the
    good release as people do. Raises NotFoundError when a commit is not in the repository.
    """
    changes = repository.changes(good, failing)
    before = _Before()
    for change in changes[:MOST_FILES]:
        before.add(change.path, _blocks_before(repository, good, change))
    changed: dict[tuple[str, str], str] = {}
    kept: set[tuple[str, str]] = set()
    for change in changes[:MOST_FILES]:
        for block in _functions(code, change):
            kept.add((block.path, block.symbol))
            if block.block_id not in before.ids:
                changed[block.path, block.symbol] = _sentence(block, before, since)
    for change in changes[MOST_FILES:]:
        for block in _functions(code, change):
            if _is_touched(block, change):
                changed[block.path, block.symbol] = f"changed since {since}"
    gone = {place: blocks for place, blocks in before.by_place.items() if place not in kept}
    for place, sentence in _callers_of_gone(code, gone, since).items():
        changed[place] = f"{changed[place]}; {sentence}" if place in changed else sentence
    return changed


def _functions(code: Codebase, change: FileChange) -> Sequence[CodeBlock]:
    if change.status == "deleted":
        return ()
    return [block for block in code.blocks_in(change.path) if block.kind != "class"]


def _blocks_before(repository: Repository, good: str, change: FileChange) -> Sequence[BlockOutline]:
    from indexers.code.chunker import outline
    from indexers.code.languages import BY_NAME, language_of

    path = change.old_path or change.path
    language = language_of(path)
    if change.status == "added" or language not in BY_NAME:
        return ()
    try:
        text = repository.show(good, path)
    except NotFoundError:  # a submodule or link became a file
        return ()
    return outline(text.encode(), language).blocks if len(text) <= _LONGEST_FILE else ()


def _sentence(block: CodeBlock, before: _Before, since: str) -> str:
    earlier = before.by_place.get((block.path, block.symbol))
    if earlier is None:
        return f"new since {since}"
    if all(_plain(old.signature) != _plain(block.signature) for old in earlier):
        return f"its signature changed from `{_plain(earlier[0].signature)}` since {since}"
    return f"changed since {since}"


def _plain(signature: str) -> str:
    return " ".join(signature.split())


def _is_touched(block: CodeBlock, change: FileChange) -> bool:
    return any(first <= block.end_line and last >= block.start_line for first, last in change.new_ranges)


def _callers_of_gone(
    code: Codebase, gone: dict[tuple[str, str], list[BlockOutline]], since: str
) -> dict[tuple[str, str], str]:
    """Blocks that call a name which a release removed and which nothing in the tree defines any more."""
    names = {blocks[0].name for blocks in gone.values()}
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
