"""Where the code index lives in the metadata database: parsed files by content, commits as listings of files.

Owns: the tables and the order of writes (files first, the commit that names them last, so a crash leaves only files
that the next run uses). Keeps out: parsing, searching.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from indexers.code.compression import compress, decompress
from indexers.code.listing import apply_difference, pack_difference, pack_whole, unpack_whole
from indexers.code.outline import CHUNKER_VERSION

code_files = sa.Table(
    "code_files",
    metadata,
    sa.Column("blob", sa.String(64), primary_key=True),
    sa.Column("language", sa.String(16), primary_key=True),
    sa.Column("chunker", sa.Integer, primary_key=True),
    sa.Column("blocks", sa.Integer, nullable=False),
    sa.Column("skipped", sa.String(32), nullable=False),
    sa.Column("base", sa.String(64), nullable=False),  # the blob whose bytes the columns below differ from, or ""
    sa.Column("facts", sa.LargeBinary, nullable=False),
    sa.Column("outline", sa.LargeBinary, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

code_commits = sa.Table(
    "code_commits",
    metadata,
    sa.Column("repository", sa.String(255), primary_key=True),
    sa.Column("commit_id", sa.String(64), primary_key=True),
    sa.Column("chunker", sa.Integer, primary_key=True),
    sa.Column("base", sa.String(64), nullable=False),  # the commit whose whole listing this one differs from, or ""
    sa.Column("listing", sa.LargeBinary, nullable=False),
    sa.Column("files", sa.Integer, nullable=False),
    sa.Column("blocks", sa.Integer, nullable=False),
    sa.Column("skipped", sa.Text, nullable=False),  # JSON: reason -> number of files
    sa.Column("indexed_at", UtcDateTime, nullable=False, index=True),
    sa.Column("embedded_with", sa.String(255), nullable=False, server_default=""),  # the model all blocks are in
)

BATCH = 400  # values in one IN list
_WORTH_A_DIFFERENCE = 0.3  # of the size of the whole; above it the whole is kept and serves as the next base


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One parsed file; `facts` and `outline` are packing.py's, `content` is the file."""

    blob: str
    language: str
    blocks: int
    skipped: str
    facts: bytes
    outline: bytes
    content: bytes


_PARTS = ("facts", "outline", "content")


@dataclass(frozen=True, slots=True)
class StoredCommit:
    """One indexed commit."""

    repository: str
    commit: str
    files: int
    blocks: int
    skipped: Mapping[str, int]
    indexed_at: datetime
    embedded_with: str


class CodeStore:
    """Reads and writes the tables; every method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, blobs: Sequence[str]) -> dict[tuple[str, str], tuple[int, str]]:
        """(blob, language) -> (number of blocks, why skipped) of those of `blobs` that are stored."""
        columns = sa.select(code_files.c.blob, code_files.c.language, code_files.c.blocks, code_files.c.skipped)
        found: dict[tuple[str, str], tuple[int, str]] = {}
        with self._database.read() as connection:
            for part in _parts(blobs):
                for blob, language, blocks, skipped in connection.execute(columns.where(_these(part))):
                    found[blob, language] = (blocks, skipped)
        return found

    def add_files(self, files: Sequence[StoredFile], earlier: Mapping[tuple[str, str], str] | None = None) -> None:
        """Store parsed files; those that are there already stay as they are.

        `earlier` names, by (blob, language), the blob of an earlier version of the file, stored before; a file is kept
        as the difference from it where that is much smaller.
        """
        bases = self._bases(earlier or {})
        rows = [
            _row(file, *bases.get((file.blob, file.language), ("", {})))
            for file in sorted(files, key=lambda file: (file.blob, file.language))  # one order: no deadlocks
        ]
        with self._database.write() as connection:
            self._database.upsert(connection, code_files, rows, update=[])

    def read_files(self, blobs: Iterable[str], *columns: str) -> Iterator[tuple[tuple[str, str], tuple[bytes, ...]]]:
        """((blob, language), the asked columns) of each stored one of `blobs`; blobs of two languages come twice."""
        rows = list(self._read(blobs, columns))
        bases = {(row[0], row[1]): row[3:] for row in self._read({row[2] for row in rows} - {""}, columns)}
        for blob, language, base, *packed in rows:
            if not base:
                yield (blob, language), tuple(decompress(part) for part in packed)
                continue
            whole = (decompress(part) for part in bases[base, language])
            yield (blob, language), tuple(decompress(part, old) for part, old in zip(packed, whole, strict=True))

    def _read(self, blobs: Iterable[str], columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        c = code_files.c
        wanted = sa.select(c.blob, c.language, c.base, *(c[name] for name in columns))
        with self._database.read() as connection:
            for part in _parts(sorted(set(blobs))):
                yield from (tuple(row) for row in connection.execute(wanted.where(_these(part))))

    def _bases(self, earlier: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], tuple[str, dict[str, bytes]]]:
        """(blob, language) -> the whole file that may serve as its base, with its bytes."""
        whole = {(row[0], row[1]): row[2] or row[0] for row in self._read(earlier.values(), ())}
        parts = dict(self.read_files(whole.values(), *_PARTS))
        found = {}
        for (blob, language), old in earlier.items():
            base = whole.get((old, language), "")
            if (base, language) in parts:
                found[blob, language] = (base, dict(zip(_PARTS, parts[base, language], strict=True)))
        return found

    def add_commit(
        self, repository: str, commit: str, listing: Mapping[str, str], *, blocks: int, skipped: Mapping[str, int]
    ) -> None:
        """Record a commit whose files are all stored; a repeat changes nothing."""
        with self._database.write() as connection:
            base, whole = self._newest_whole(connection, repository)
            packed = pack_whole(listing)
            if base:
                difference = pack_difference(whole, listing)
                if len(difference) <= _WORTH_A_DIFFERENCE * len(packed):
                    packed = difference
                else:
                    base = ""
            row = {
                "repository": repository,
                "commit_id": commit,
                "chunker": CHUNKER_VERSION,
                "base": base,
                "listing": packed,
                "files": len(listing),
                "blocks": blocks,
                "skipped": orjson.dumps(dict(skipped)).decode(),
                "indexed_at": datetime.now(UTC),
                "embedded_with": "",
            }
            self._database.upsert(connection, code_commits, [row], update=[])

    def commit(self, repository: str, commit: str) -> StoredCommit | None:
        """The indexed commit whose id is `commit` or, when unique, starts with it (7 digits or more)."""
        query = _commits().where(code_commits.c.repository == repository)
        exact = query.where(code_commits.c.commit_id == commit)
        with self._database.read() as connection:
            row = connection.execute(exact).first()
            if row is None and len(commit) >= 7:
                prefix = code_commits.c.commit_id.startswith(commit, autoescape=True)
                rows = connection.execute(query.where(prefix).limit(2)).all()
                row = rows[0] if len(rows) == 1 else None
        return None if row is None else _stored_commit(row)

    def commits(self, repository: str | None = None) -> list[StoredCommit]:
        """Indexed commits, the newest indexed first."""
        query = _commits().order_by(code_commits.c.indexed_at.desc(), code_commits.c.commit_id)
        if repository is not None:
            query = query.where(code_commits.c.repository == repository)
        with self._database.read() as connection:
            return [_stored_commit(row) for row in connection.execute(query)]

    def listing(self, repository: str, commit: str) -> dict[str, str]:
        """(path -> blob) of an indexed commit."""
        with self._database.read() as connection:
            base, packed = self._listing_row(connection, repository, commit)
            if not base:
                return unpack_whole(packed)
            return apply_difference(unpack_whole(self._listing_row(connection, repository, base)[1]), packed)

    def mark_embedded(self, repository: str, commit: str, model: str) -> None:
        """All blocks of the commit are in the vector store for this model."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(code_commits)
                .where(code_commits.c.repository == repository, code_commits.c.commit_id == commit)
                .values(embedded_with=model)
            )

    def clear_embedded(self, repository: str) -> None:
        """The vectors of the repository are gone."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(code_commits).where(code_commits.c.repository == repository).values(embedded_with="")
            )

    def _listing_row(self, connection: sa.Connection, repository: str, commit: str) -> tuple[str, bytes]:
        row = connection.execute(
            sa.select(code_commits.c.base, code_commits.c.listing).where(
                code_commits.c.repository == repository,
                code_commits.c.commit_id == commit,
                code_commits.c.chunker == CHUNKER_VERSION,
            )
        ).one()
        return row[0], row[1]

    def _newest_whole(self, connection: sa.Connection, repository: str) -> tuple[str, dict[str, str]]:
        row = connection.execute(
            sa.select(code_commits.c.commit_id, code_commits.c.listing)
            .where(
                code_commits.c.repository == repository,
                code_commits.c.chunker == CHUNKER_VERSION,
                code_commits.c.base == "",
            )
            .order_by(code_commits.c.indexed_at.desc())
            .limit(1)
        ).first()
        return ("", {}) if row is None else (row[0], unpack_whole(row[1]))


def _row(file: StoredFile, base: str, old: Mapping[str, bytes]) -> dict[str, Any]:
    raw = {"facts": file.facts, "outline": file.outline, "content": file.content}
    packed = {name: compress(part) for name, part in raw.items()}
    if base:
        different = {name: compress(part, old[name]) for name, part in raw.items()}
        if sum(map(len, different.values())) <= _WORTH_A_DIFFERENCE * sum(map(len, packed.values())):
            packed = different
        else:
            base = ""
    return {
        "blob": file.blob,
        "language": file.language,
        "chunker": CHUNKER_VERSION,
        "blocks": file.blocks,
        "skipped": file.skipped,
        "base": base,
        **packed,
    }


def _commits() -> sa.Select[tuple[str, str, int, int, str, datetime, str]]:
    c = code_commits.c
    return sa.select(c.repository, c.commit_id, c.files, c.blocks, c.skipped, c.indexed_at, c.embedded_with).where(
        c.chunker == CHUNKER_VERSION
    )


def _stored_commit(row: sa.Row[Any]) -> StoredCommit:
    repository, commit, files, blocks, skipped, indexed_at, embedded_with = tuple(row)
    return StoredCommit(repository, commit, files, blocks, orjson.loads(skipped), indexed_at, embedded_with)


def _these(blobs: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.and_(code_files.c.chunker == CHUNKER_VERSION, code_files.c.blob.in_(blobs))


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]
