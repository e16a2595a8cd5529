"""One commit of one repository, ready to be asked: blocks, places, names, calls, words, meaning.

Owns: what is loaded when (a listing at once, arrays on the first look-up, files one by one as a question touches
them). Keeps out: parsing, storage formats, blame.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

from connectors.errors import FirstcauseError, NotFoundError
from indexers.code.blocks import CodeBlock
from indexers.code.calls import CallGraph
from indexers.code.commit_facts import CommitFacts
from indexers.code.frame_names import parts, simple_function
from indexers.code.hybrid import Hit, Kind, fuse, kind_of
from indexers.code.languages import RESOURCE, language_of
from indexers.code.lexical import LexicalIndex
from indexers.code.meaning import Meaning
from indexers.code.outline import Outline, code_block
from indexers.code.packing import unpack_facts, unpack_outline
from indexers.code.paths import PathResolver
from indexers.code.selection import is_test, is_vendored
from indexers.code.store import BATCH, CodeStore
from indexers.code.words import count_words, whole_words
from indexers.exceptions.chain import Frame

_log = logging.getLogger(__name__)


class CodeSnapshot:
    """Read-only view of an indexed commit. Cheap to make; keeps what it has decoded."""

    def __init__(
        self,
        store: CodeStore,
        repository: str,
        commit: str,
        meaning: Meaning | None = None,
        *,
        all_embedded: bool = False,
    ) -> None:
        """With `meaning`, blocks are found by it as far as they are embedded; `all_embedded` when all of them are."""
        self.repository = repository
        self.commit = commit
        self._store = store
        self._meaning = meaning
        self._all_embedded = all_embedded
        self._listing = store.listing(repository, commit)
        self._languages = {path: language_of(path) or RESOURCE for path in self._listing}
        self._outlines: dict[str, Outline] = {}
        self._contents: dict[str, bytes] = {}
        self._blocks: dict[str, tuple[CodeBlock, ...]] = {}

    # -- files ---------------------------------------------------------------------------------------------------

    def paths(self) -> Sequence[str]:
        """Every kept file, in order of path: code, configuration and other text that code reads."""
        return sorted(self._listing)

    def text(self, path: str) -> str:
        """One file's text. Raises NotFoundError for a file that is not in the commit or was left out."""
        if path not in self._listing:
            raise NotFoundError(
                f"{path!r} is not an indexed file of {self.repository} at {self.commit[:12]} (not in the commit, "
                "or neither code nor configuration)."
            )
        content = self._file(path)[1]
        if not content and self._outlines[path].skipped:
            raise NotFoundError(f"{path!r} was left out of the index: {self._outlines[path].skipped}.")
        return content.decode("utf-8", "replace")

    def outline(self, path: str) -> Outline:
        """The file's imports, package and block outlines."""
        return self._file(path)[0]

    def is_vendored(self, path: str) -> bool:
        """Whether the path lies in a folder of other people's code."""
        return is_vendored(path)

    def is_test(self, path: str) -> bool:
        """Whether the path is test code."""
        return is_test(path)

    # -- blocks --------------------------------------------------------------------------------------------------

    def blocks(self) -> Sequence[CodeBlock]:
        """Every block in order of path and place, decoded as it is asked for."""
        return BlockList(self)

    def blocks_in(self, path: str) -> tuple[CodeBlock, ...]:
        """The blocks of one file in order of their first line; () for a path without blocks."""
        if path not in self._blocks:
            if self._languages.get(path, RESOURCE) == RESOURCE:
                return ()
            outline, content = self._file(path)
            blob, language = self._listing[path], outline.language
            self._blocks[path] = tuple(code_block(b, path, blob, language, content) for b in outline.blocks)
        return self._blocks[path]

    def block_at(self, path: str, line: int) -> CodeBlock | None:
        """The innermost function, method or constructor around a 1-based line, else the innermost class."""
        around = [block for block in self.blocks_in(path) if block.start_line <= line <= block.end_line]
        functions = [block for block in around if block.kind != "class"]
        innermost = functions or around
        return min(innermost, key=lambda b: (b.end_line - b.start_line, -b.start_line)) if innermost else None

    def find(self, name: str) -> list[CodeBlock]:
        """Blocks called `name`: a last name ("place"), or a qualified one ("OrderService.place",
        "com.shop.OrderService.place") whose known parts must fit."""
        wanted = parts(name) or [name]
        found = [self.block(number) for number in self.facts.named(wanted[-1])]
        return [block for block in found if _fits(block.symbol.split("."), wanted)]

    def block(self, number: int) -> CodeBlock:
        """The block with this number (see CommitFacts)."""
        path, place = self.facts.place(number)
        return self.blocks_in(path)[place]

    # -- frames --------------------------------------------------------------------------------------------------

    def resolve_path(self, frame_file: str, function: str = "", module: str = "") -> str | None:
        """The tree's path of the file that a production frame names; None where nothing fits, or two fit alike."""
        return self._resolver.resolve(frame_file, function, module)

    def locate(self, frame: Frame) -> CodeBlock | None:
        """The block that a frame ran in.

        The line decides when the block there has the frame's name; otherwise (the log is from another version, or
        from compiled code) the block of that name nearest to the line.
        """
        path = self.resolve_path(frame.file, frame.function, frame.module)
        if path is None:
            return None
        name = simple_function(frame.function)
        same_text = frame.file.rsplit(".", 1)[-1].split("?")[0] == path.rsplit(".", 1)[-1]
        at_line = self.block_at(path, frame.line) if frame.line is not None and same_text else None
        if at_line is not None and (not name or name in at_line.symbol.split(".") or _is_initializer(at_line, name)):
            return at_line
        wanted = parts(frame.function)
        named = [block for block in self.blocks_in(path) if block.name == name]
        in_class = [block for block in named if wanted[-2:-1] == block.symbol.split(".")[-2:-1]]
        nearest = sorted(in_class or named, key=lambda block: _distance(block, frame.line))
        return nearest[0] if nearest else at_line

    # -- looking around ------------------------------------------------------------------------------------------

    def callees(self, block: CodeBlock) -> list[CodeBlock]:
        """Blocks that `block` probably calls, the surest first."""
        return self._graph.callees(block)

    def callers(self, block: CodeBlock) -> list[CodeBlock]:
        """Blocks that probably call `block`, the surest first."""
        return self._graph.callers(block)

    def search_words(self, query: str, limit: int) -> list[tuple[CodeBlock, float]]:
        """Blocks that share words with `query` (names, messages, prose), with their BM25 score, best first."""
        return [(self.block(number), score) for number, score in self._lexical.search(count_words(query), limit)]

    def search_meaning(self, query: str, limit: int) -> list[tuple[CodeBlock, float]]:
        """Blocks nearest in meaning, with their cosine, best first; [] without embeddings."""
        if self._meaning is None:
            return []
        return [(self.block(n), score) for n, score in self._meaning.search(self.repository, self.facts, query, limit)]

    def search(self, query: str, limit: int, *, kind: Kind | None = None, remembered: str | None = None) -> list[Hit]:
        """Blocks by words and by meaning at once, best first; `kind` of the query is told from its text unless given.

        The vector store answers for both once all blocks of the commit are in it; until then words are looked up here,
        and meaning finds what is embedded so far. Without embeddings, or while store or model cannot be reached, words
        answer alone. With `remembered` no model is loaded: meaning is that text's, if CodeIndex.remember was given it.
        """
        wide = limit * 3 + 20
        by_words, by_meaning = self._stored(query, wide, remembered)
        if by_words is None:
            by_words = self._lexical.search(count_words(query), wide)
        fused = fuse(by_words, by_meaning, kind or kind_of(query), limit)
        self.load({self.facts.place(number)[0] for number, *_ in fused})
        return [Hit(self.block(number), score, *ranks) for number, score, ranks in fused]

    def having(self, text: str, limit: int) -> tuple[int, list[CodeBlock]]:
        """How many blocks hold every name and number in `text`, whole, and the first `limit` of them in order."""
        numbers = self._lexical.having(whole_words(text))
        return len(numbers), [self.block(number) for number in numbers[:limit]]

    def _stored(
        self, query: str, limit: int, remembered: str | None
    ) -> tuple[list[tuple[int, float]] | None, list[tuple[int, float]]]:
        """What the vector store finds by words (None: it cannot say for the whole commit) and by meaning."""
        if self._meaning is None or not self.embedded:
            return None, []
        try:
            asked, kept = (query, False) if remembered is None else (remembered, True)
            near = self._meaning.search(self.repository, self.facts, asked, limit, remembered=kept)
            if not self._all_embedded or not near:
                return None, near
            return self._meaning.search_words(self.repository, self.facts, count_words(query), limit), near
        except FirstcauseError as error:
            _log.warning("search by meaning failed, words answer alone: %s", error)
            return None, []

    @cached_property
    def embedded(self) -> bool:
        """Whether search by meaning can find anything: some of the repository is embedded, and the store answers."""
        try:
            return self._meaning is not None and not self._meaning.is_empty(self.repository)
        except FirstcauseError as error:
            _log.warning("search by meaning failed, words answer alone: %s", error)
            return False

    # -- loading -------------------------------------------------------------------------------------------------

    @cached_property
    def facts(self) -> CommitFacts:
        """Arrays over every block of the commit."""
        code = [path for path in sorted(self._listing) if self._languages[path] != RESOURCE]
        stored = dict(self._store.read_files((self._listing[path] for path in code), "facts"))
        unpacked = {key: unpack_facts(values[0]) for key, values in stored.items()}
        return CommitFacts(code, {path: unpacked[self._listing[path], self._languages[path]] for path in code})

    def load(self, paths: Iterable[str]) -> None:
        """Read several files at once instead of one by one when they are asked for."""
        missing = [path for path in paths if path not in self._outlines]
        stored = dict(self._store.read_files((self._listing[path] for path in missing), "outline", "content"))
        for path in missing:
            outline, content = stored[self._listing[path], self._languages[path]]
            self._outlines[path] = unpack_outline(outline)
            self._contents[path] = content

    def _file(self, path: str) -> tuple[Outline, bytes]:
        if path not in self._outlines:
            self.load([path])
        return self._outlines[path], self._contents[path]

    @cached_property
    def _resolver(self) -> PathResolver:
        return PathResolver([path for path, language in self._languages.items() if language != RESOURCE], self._defines)

    def _defines(self, path: str, name: str) -> bool:
        return self.facts.names_in(path, name)

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex(self.facts)

    @cached_property
    def _graph(self) -> CallGraph:
        return CallGraph(self)


class BlockList(Sequence[CodeBlock]):
    """All blocks of a snapshot; going through them reads the files in batches."""

    def __init__(self, snapshot: CodeSnapshot) -> None:
        self._snapshot = snapshot

    def __len__(self) -> int:
        return len(self._snapshot.facts)

    @overload
    def __getitem__(self, index: int) -> CodeBlock: ...
    @overload
    def __getitem__(self, index: slice) -> list[CodeBlock]: ...
    def __getitem__(self, index: int | slice) -> CodeBlock | list[CodeBlock]:
        if isinstance(index, slice):
            return [self._snapshot.block(number) for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError(index)
        return self._snapshot.block(number)

    def __iter__(self) -> Iterator[CodeBlock]:
        paths = self._snapshot.facts.paths
        for start in range(0, len(paths), BATCH):
            self._snapshot.load(paths[start : start + BATCH])
            for path in paths[start : start + BATCH]:
                yield from self._snapshot.blocks_in(path)


def _fits(have: list[str], wanted: list[str]) -> bool:
    """Whether the shorter of two qualified names is the end of the longer."""
    shared = min(len(have), len(wanted))
    return have[-shared:] == wanted[-shared:]


def _is_initializer(block: CodeBlock, name: str) -> bool:
    return block.kind == "class" and name in ("<init>", "<clinit>", "constructor")


def _distance(block: CodeBlock, line: int | None) -> int:
    if line is None or block.start_line <= line <= block.end_line:
        return 0
    return min(abs(block.start_line - line), abs(block.end_line - line))
