"""The code index: takes a source tree in, gives snapshots out.

A file is parsed once per content, whatever commits and paths it occurs in; a commit is a listing of files, written
last. Owns: the order of these steps, and the queue of blocks to embed. Keeps out: each step itself.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.database import Database
from connectors.embeddings import Embedder
from connectors.errors import NotFoundError
from connectors.source_control import SourceTree
from connectors.vectors import VectorStore
from indexers.code.blocks import CodeBlock
from indexers.code.chunker import outline
from indexers.code.compression import compress
from indexers.code.languages import RESOURCE, language_of
from indexers.code.meaning import Meaning
from indexers.code.outline import Outline
from indexers.code.packing import pack_facts, pack_outline, unpack_facts
from indexers.code.selection import is_side, is_test, is_vendored, skip_by_content, skip_by_path
from indexers.code.snapshot import CodeSnapshot
from indexers.code.store import CodeStore, StoredCommit, StoredFile

FILES_A_TRANSACTION = 200
_CHECKED_AT_ONCE = 2_000
REPETITIVE = 100  # compresses a hundredfold: tables of one value and noise, which can cost a grammar minutes
_UNKNOWN = "language not known"


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing a tree did. `files` and `blocks` are the tree's; `files_parsed` and `blocks_new` were not known
    before (blocks: not in the file of the same path at the commit indexed last). `skipped` counts files by reason."""

    files: int
    files_parsed: int
    blocks: int
    blocks_new: int
    seconds: float
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Selection:
    listing: dict[str, str]  # path -> blob
    languages: dict[str, str]  # path -> language
    skipped: Counter[str]


class CodeIndex:
    """Safe to use from several processes at once. Without vectors and an embedder, search by meaning finds nothing."""

    def __init__(
        self, database: Database, vectors: VectorStore | None = None, embedder: Embedder | None = None
    ) -> None:
        self._store = CodeStore(database)
        self._meaning = Meaning(vectors, embedder) if vectors is not None and embedder is not None else None

    def index(self, tree: SourceTree) -> IndexReport:
        """Make `tree` available as a snapshot. Parses only contents never seen; a known commit costs one look-up."""
        started = time.perf_counter()
        stored = self._store.commit(tree.name, tree.commit)
        if stored is not None and stored.commit == tree.commit:
            seconds = time.perf_counter() - started
            return IndexReport(stored.files, 0, stored.blocks, 0, seconds, stored.skipped)
        selection = _select(tree)
        before = self._latest_listing(tree.name)
        wanted = {(blob, selection.languages[path]) for path, blob in selection.listing.items()}
        known = self._store.known(sorted({blob for blob, _ in wanted}))
        missing = sorted(wanted - known.keys())
        earlier = _earlier(selection, set(missing), before)
        for batch in _batches(tree, missing):
            self._store.add_files(batch, {key: old for key, old in earlier.items() if key in _keys(batch)})
            known.update({(file.blob, file.language): (file.blocks, file.skipped) for file in batch})
        for path, blob in selection.listing.items():
            reason = known[blob, selection.languages[path]][1]
            if reason:
                selection.skipped[reason] += 1
        blocks = sum(known[blob, selection.languages[path]][0] for path, blob in selection.listing.items())
        new = self._count_new(before, selection, set(missing))
        self._store.add_commit(tree.name, tree.commit, selection.listing, blocks=blocks, skipped=selection.skipped)
        seconds = time.perf_counter() - started
        return IndexReport(len(selection.listing), len(missing), blocks, new, seconds, dict(selection.skipped))

    def snapshot(self, repository: str, commit: str) -> CodeSnapshot:
        """The commit (full id, or a unique beginning of seven digits or more). Raises NotFoundError."""
        stored = self._store.commit(repository, commit)
        if stored is None:
            latest = ", ".join(known.commit[:12] for known in self._store.commits(repository)[:3]) or "none"
            raise NotFoundError(
                f"commit {commit!r} of repository {repository!r} is not indexed (indexed last: {latest}); "
                "run `firstcause index` for it."
            )
        whole = self._meaning is not None and stored.embedded_with == self._meaning.mark
        return CodeSnapshot(self._store, repository, stored.commit, self._meaning, all_embedded=whole)

    def commits(self, repository: str | None = None) -> list[StoredCommit]:
        """Indexed commits, of one repository or of all, the newest indexed first."""
        return self._store.commits(repository)

    def remember(self, queries: Sequence[str]) -> int:
        """Embed texts to search by later without a model (`CodeSnapshot.search(..., remembered=...)`); how many were
        new. 0 where there is no model; nothing is loaded when all are known."""
        return self._meaning.remember(queries) if self._meaning is not None and queries else 0

    def is_pending(self) -> bool:
        """Whether any commit waits for embedding; no model is loaded to tell."""
        if self._meaning is None:
            return False
        self._forget_lost_vectors()
        return any(commit.embedded_with != self._meaning.mark for commit in self._store.commits())

    def embed_pending(self, limit: int, near: Sequence[str] = ()) -> int:
        """Embed at most `limit` blocks that are not embedded yet; returns how many.

        Block ids in `near` go first, then the commit indexed last before older ones, own code before tests and
        examples before vendored code. 0 means that nothing is left to do, or that there is no model.
        """
        if self._meaning is None or limit <= 0:
            return 0
        self._forget_lost_vectors()
        done = 0
        wanted = set(near)
        for only_near in (True, False) if wanted else (False,):
            for commit in self._store.commits():
                if done >= limit:
                    return done
                if commit.embedded_with != self._meaning.mark:
                    done += self._embed(commit, limit - done, wanted if only_near else None)
        if done < limit:
            for repository in {commit.repository for commit in self._store.commits()}:
                self._meaning.drop_earlier(repository)
        return done

    def _forget_lost_vectors(self) -> None:
        """Commits count as embedded only while their collection is there."""
        meaning = self._meaning
        if meaning is None:
            return
        marked = {c.repository for c in self._store.commits() if c.blocks and c.embedded_with == meaning.mark}
        for repository in marked:
            if meaning.is_empty(repository):
                self._store.clear_embedded(repository)

    def _embed(self, commit: StoredCommit, limit: int, only: set[str] | None) -> int:
        """Embed up to `limit` blocks of one commit (only those in `only` when given)."""
        meaning = self._meaning
        if meaning is None:
            return 0
        snapshot = CodeSnapshot(self._store, commit.repository, commit.commit)
        numbers = _by_need(snapshot)
        if only is not None:
            numbers = {block_id: number for block_id, number in numbers.items() if block_id in only}
        queue: list[str] = []
        order = list(numbers)
        for start in range(0, len(order), _CHECKED_AT_ONCE):
            queue += meaning.missing(commit.repository, order[start : start + _CHECKED_AT_ONCE])
            if len(queue) > limit:
                break
        done = meaning.add(commit.repository, _load(snapshot, [numbers[block] for block in queue[:limit]]))
        if only is None and len(queue) <= limit:
            self._store.mark_embedded(commit.repository, commit.commit, meaning.mark)
        return done

    def _latest_listing(self, repository: str) -> dict[str, str]:
        latest = self._store.commits(repository)
        return self._store.listing(repository, latest[0].commit) if latest else {}

    def _count_new(self, before: Mapping[str, str], selection: _Selection, parsed: set[tuple[str, str]]) -> int:
        """Blocks of the newly parsed files that the commit indexed last did not have at the same path."""
        paths = [path for path, blob in selection.listing.items() if (blob, selection.languages[path]) in parsed]
        blobs = {selection.listing[path] for path in paths} | {before[path] for path in paths if path in before}
        ids = {
            key: set(map(bytes, unpack_facts(values[0]).ids)) for key, values in self._store.read_files(blobs, "facts")
        }
        new: set[bytes] = set()
        for path in paths:
            language = selection.languages[path]
            new |= ids[selection.listing[path], language] - ids.get((before.get(path, ""), language), set())
        return len(new)


def _select(tree: SourceTree) -> _Selection:
    selection = _Selection({}, {}, Counter())
    for entry in tree.entries():
        language = language_of(entry.path)
        if language is None:
            selection.skipped[_UNKNOWN] += 1
            continue
        reason = skip_by_path(entry.path, entry.size, resource=language == RESOURCE)
        if reason:
            selection.skipped[reason] += 1
            continue
        selection.listing[entry.path] = entry.blob
        selection.languages[entry.path] = language
    return selection


def _earlier(
    selection: _Selection, missing: set[tuple[str, str]], before: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """(blob, language) of files to parse -> the blob that the commit indexed last has at the same path."""
    return {
        (blob, selection.languages[path]): before[path]
        for path, blob in selection.listing.items()
        if path in before and (blob, selection.languages[path]) in missing
    }


def _keys(files: Sequence[StoredFile]) -> set[tuple[str, str]]:
    return {(file.blob, file.language) for file in files}


def _batches(tree: SourceTree, missing: Sequence[tuple[str, str]]) -> Iterator[list[StoredFile]]:
    languages: dict[str, list[str]] = {}
    for blob, language in missing:
        languages.setdefault(blob, []).append(language)
    batch: list[StoredFile] = []
    for blob, content in tree.read(list(languages)):
        batch.extend(_parse(blob, language, content) for language in languages[blob])
        if len(batch) >= FILES_A_TRANSACTION:
            yield batch
            batch = []
    if batch:
        yield batch


def _parse(blob: str, language: str, content: bytes) -> StoredFile:
    skipped = skip_by_content(content)
    if not skipped and len(content) > REPETITIVE * len(compress(content)):
        skipped = "repetitive"
    if skipped in ("binary", "minified"):
        content = b""
    parsed = Outline(language, skipped=skipped) if skipped or language == RESOURCE else outline(content, language)
    return StoredFile(
        blob=blob,
        language=language,
        blocks=len(parsed.blocks),
        skipped=skipped,
        facts=pack_facts(parsed, content),
        outline=pack_outline(parsed),
        content=content,
    )


def _by_need(snapshot: CodeSnapshot) -> dict[str, int]:
    """Block id -> number, in the order in which blocks are worth embedding: own code, tests and examples, vendored."""
    facts = snapshot.facts
    ids = facts.ids
    groups: tuple[dict[str, int], ...] = ({}, {}, {})
    for place, path in enumerate(facts.paths):
        group = groups[2 if is_vendored(path) else 1 if is_test(path) or is_side(path) else 0]
        for number in range(int(facts.offsets[place]), int(facts.offsets[place + 1])):
            group.setdefault(ids[number].hex(), number)
    first: dict[str, int] = {}
    for group in groups:
        for block_id, number in group.items():
            first.setdefault(block_id, number)
    return first


def _load(snapshot: CodeSnapshot, numbers: Sequence[int]) -> list[CodeBlock]:
    snapshot.load({snapshot.facts.place(number)[0] for number in numbers})
    return [snapshot.block(number) for number in numbers]
