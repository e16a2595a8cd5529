"""What one file holds, independent of where it lies: its blocks as byte ranges, its imports and its package.

Owns: the values, and turning them into CodeBlocks for a path. Keeps out: parsing (chunker.py), storage (packing.py).
"""

from dataclasses import dataclass

from indexers.code.blocks import Call, CodeBlock

CHUNKER_VERSION = 1  # part of every key; raise it when the same text would be cut or read differently


@dataclass(frozen=True, slots=True)
class Import:
    """`from module import name as alias`: `name` is "" when the module itself is imported, "*" for all of it."""

    module: str
    name: str
    alias: str


@dataclass(frozen=True, slots=True)
class BlockOutline:
    """A block without its text: `pieces` are (first byte, byte after the last) ranges of the file, in order."""

    block_id: str
    kind: str
    symbol: str
    start_line: int
    end_line: int
    pieces: tuple[tuple[int, int], ...]
    signature: str
    doc: str
    calls: tuple[Call, ...]
    parameters: tuple[str, ...]
    bases: tuple[str, ...]
    types: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The last part of the symbol."""
        return self.symbol.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Outline:
    """One file's blocks in order of their first line. `skipped` says why a file was not cut ("" when it was)."""

    language: str
    package: str = ""
    imports: tuple[Import, ...] = ()
    blocks: tuple[BlockOutline, ...] = ()
    skipped: str = ""


def text_of(content: bytes, pieces: tuple[tuple[int, int], ...]) -> str:
    """The text of a block, undecodable bytes replaced."""
    return b"".join(content[start:end] for start, end in pieces).decode("utf-8", "replace")


def code_block(block: BlockOutline, path: str, blob: str, language: str, content: bytes) -> CodeBlock:
    """The block as it lies at `path`."""
    return CodeBlock(
        block_id=block.block_id,
        path=path,
        blob=blob,
        language=language,
        kind=block.kind,
        symbol=block.symbol,
        start_line=block.start_line,
        end_line=block.end_line,
        signature=block.signature,
        doc=block.doc,
        text=text_of(content, block.pieces),
        calls=block.calls,
        parameters=block.parameters,
        bases=block.bases,
        types=block.types,
    )
