"""Symbols of two versions side by side: which came, went, moved, were renamed, or changed in signature or body.

Owns: that comparison over the files that differ. Blocks are compared by their text, so one that only moved, whose lines
only shifted or that was only laid out anew did not change. Keeps out: who changed them, how much it says.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from connectors.source_control import FileChange
from indexers.code.blocks import CodeBlock
from rca.codebase import Repository
from rca.history.formatting import same_code

MOST_FILES = 300  # compared by symbol
MOST_PAIRED = 150  # of what came and what went, looked at for renames
ALIKE = 0.6  # share of equal words from which a function is the same one under another name
LONGEST_FILE = 1_000_000  # bytes
_WORD = re.compile(r"\w+|[^\w\s]")

Kind = Literal["added", "removed", "moved", "renamed", "signature", "body"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A function or method of one version: what comparing needs of a block."""

    path: str
    symbol: str
    signature: str
    block_id: str
    start_line: int
    end_line: int
    text: str

    @property
    def name(self) -> str:
        """The last part of the symbol."""
        return self.symbol.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class SymbolChange:
    """One symbol that differs. `path`, `symbol` and lines are those of the new version, of the old one when `removed`.

    `old_path` and `old_symbol` are where it was, "" when `added`; `similarity` is the share of equal words of a renamed
    one, 1.0 for a moved one.
    """

    kind: Kind
    path: str
    symbol: str
    start_line: int
    end_line: int
    old_path: str = ""
    old_symbol: str = ""
    old_signature: str = ""
    signature: str = ""
    similarity: float = 0.0

    def sentence(self, since: str) -> str:
        """What happened to it since the release that people call `since`."""
        match self.kind:
            case "added":
                return f"new since {since}"
            case "removed":
                return f"removed since {since}"
            case "moved":
                return f"moved from {self.old_path} since {since}, its text unchanged"
            case "renamed":
                return f"renamed from {self.old_symbol} ({self.similarity:.0%} alike) since {since}"
            case "signature":
                return f"its signature changed from `{self.old_signature}` since {since}"
        return f"changed since {since}"


@dataclass(slots=True)
class _Side:
    by_place: dict[tuple[str, str], list[Piece]] = field(default_factory=dict)
    ids: dict[str, Piece] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> "_Side":
        side = cls()
        for piece in pieces:
            side.by_place.setdefault((piece.path, piece.symbol), []).append(piece)
            side.ids.setdefault(piece.block_id, piece)
        return side


def compare_releases(
    repository: Repository,
    changes: Sequence[FileChange],
    *,
    most: int = MOST_FILES,
    names: Collection[str] | None = None,
) -> list[SymbolChange]:
    """The symbols that differ in the first `most` of `changes`, read from the repository, in order of place.

    With `names`, only files are compared in which something of such a name may be defined.
    """
    looked_at = [change for change in changes if _readable(change)][:most]
    contents = repository.contents([blob for change in looked_at for blob in (change.old_blob, change.blob) if blob])
    if names is not None:
        defined = _definition(names)
        looked_at = [
            change
            for change in looked_at
            if any(defined.search(contents.get(blob, b"")) for blob in (change.old_blob, change.blob))
        ]
    old = [piece for change in looked_at for piece in pieces_of(change.path, contents.get(change.old_blob, b""))]
    new = [piece for change in looked_at for piece in pieces_of(change.path, contents.get(change.blob, b""))]
    renamed = {change.path: change.old_path for change in looked_at if change.old_path}
    return compare(old, new, renamed=renamed)


def _definition(names: Collection[str]) -> "re.Pattern[bytes]":
    """Where one of `names` stands as it does in definitions: after a word, a type or the line's start."""
    listed = "|".join(re.escape(name) for name in sorted(names)) or r"(?!)"
    return re.compile(rf"(?:^\s*|[\w>\])*&]\s+)(?:{listed})\s*[(<=:?]".encode(), re.MULTILINE)


def compare(old: Sequence[Piece], new: Sequence[Piece], *, renamed: dict[str, str] | None = None) -> list[SymbolChange]:
    """What differs between the pieces of two versions; old ones bear the new path of their file.

    `renamed` maps the new path of a renamed file to its old one.
    """
    before, after = _Side.of(old), _Side.of(new)
    was = renamed or {}
    found: list[SymbolChange] = []
    came: list[Piece] = []
    for place, pieces in after.by_place.items():
        earlier = before.by_place.get(place)
        for piece in pieces:
            if piece.block_id in before.ids:
                origin = before.ids[piece.block_id]
                if earlier is None and origin.path != piece.path:
                    found.append(_change("moved", piece, origin, was, 1.0))
            elif earlier is None:
                came.append(piece)
            elif not any(same_code(old.text, piece.text, piece.path) for old in earlier):
                found.append(_changed(piece, earlier, was))
    went = [
        piece
        for place, pieces in before.by_place.items()
        if place not in after.by_place
        for piece in pieces
        if piece.block_id not in after.ids
    ]
    pairs = _renames(went, came)
    found += [_change("renamed", piece, origin, was, alike) for piece, origin, alike in pairs]
    paired = {id(one) for pair in pairs for one in pair[:2]}
    found += [_change("added", piece, None, was) for piece in came if id(piece) not in paired]
    found += [_change("removed", piece, piece, was) for piece in went if id(piece) not in paired]
    return sorted(found, key=lambda change: (change.path, change.start_line, change.symbol))


def plain(signature: str) -> str:
    """A signature on one line."""
    return " ".join(signature.split())


def _changed(piece: Piece, earlier: Sequence[Piece], was: dict[str, str]) -> SymbolChange:
    same = next((old for old in earlier if plain(old.signature) == plain(piece.signature)), None)
    return _change("signature" if same is None else "body", piece, same or earlier[0], was)


def _change(kind: Kind, piece: Piece, origin: Piece | None, was: dict[str, str], alike: float = 0.0) -> SymbolChange:
    return SymbolChange(
        kind=kind,
        path=piece.path,
        symbol=piece.symbol,
        start_line=piece.start_line,
        end_line=piece.end_line,
        old_path=was.get(origin.path, origin.path) if origin else "",
        old_symbol=origin.symbol if origin else "",
        old_signature=plain(origin.signature) if origin else "",
        signature="" if kind == "removed" else plain(piece.signature),
        similarity=round(alike, 2),
    )


def _renames(went: Sequence[Piece], came: Sequence[Piece]) -> list[tuple[Piece, Piece, float]]:
    """(new, old, share of equal words) of functions that go on under another name, the most alike first."""
    old_words = [(piece, _words(piece)) for piece in went[:MOST_PAIRED]]
    scored = []
    for piece in came[:MOST_PAIRED]:
        words = _words(piece)
        size = words.total()
        for origin, others in old_words:
            whole = size + others.total()
            if not whole or 2 * min(size, others.total()) / whole < ALIKE:
                continue
            alike = 2 * (words & others).total() / whole
            if alike >= ALIKE:
                scored.append((alike, piece, origin))
    scored.sort(key=lambda one: (-one[0], one[1].path, one[1].start_line, one[2].path, one[2].start_line))
    pairs, taken = [], set()
    for alike, piece, origin in scored:
        if id(piece) not in taken and id(origin) not in taken:
            taken |= {id(piece), id(origin)}
            pairs.append((piece, origin, alike))
    return pairs


def _words(piece: Piece) -> Counter[str]:
    """The words of a body without its own name, which is what a renaming changes."""
    return Counter(word for word in _WORD.findall(piece.text) if word != piece.name)


def pieces_of(path: str, content: bytes) -> list[Piece]:
    """The functions and methods of a file; none in a language that is not cut into blocks."""
    from indexers.code.chunker import outline
    from indexers.code.languages import BY_NAME, language_of
    from indexers.code.outline import text_of

    language = language_of(path)
    if not content or len(content) > LONGEST_FILE or language not in BY_NAME:
        return []
    return [
        Piece(
            path, block.symbol, block.signature, block.block_id, block.start_line, block.end_line,
            text_of(content, block.pieces),
        )
        for block in outline(content, language).blocks
        if block.kind != "class"
    ]  # fmt: skip


def piece_of(block: CodeBlock) -> Piece:
    """An indexed block as a piece."""
    return Piece(
        block.path, block.symbol, block.signature, block.block_id, block.start_line, block.end_line, block.text
    )


def _readable(change: FileChange) -> bool:
    from indexers.code.languages import BY_NAME, language_of

    return language_of(change.path) in BY_NAME
