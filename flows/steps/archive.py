"""A source page as an immutable object: how it is encoded, named and read back.

Owns: the format (Arrow IPC, zstd) and the keys (`raw/<source>/<year>/<month>/<day>/<hour>/<page id>.arrow`).
Keeps out: when a page is archived, what its lines mean.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa

from connectors.records import SOURCE_SCHEMA, Reject, SourcePage

Streams = Mapping[str, Mapping[str, str]]  # stream -> its resource attributes

_HEADER = b"firstcause.page"


def encode_page(page: SourcePage, *, final: bool = False) -> bytes:
    """`page` without its watermark (the ledger holds that); the same page gives the same bytes.

    `final` marks a page that closes the events still open before it.
    """
    rejects = [asdict(reject) for reject in page.rejects]
    table = page.lines.select(SOURCE_SCHEMA.names).cast(SOURCE_SCHEMA)
    return _encode(table, {"streams": _sorted(page.streams), "rejects": rejects, "final": final})


def decode_page(data: bytes) -> tuple[SourcePage, bool]:
    """The inverse of `encode_page`: the page, with an empty watermark, and whether it is final."""
    table, header = _decode(data)
    rejects = tuple(Reject(**reject) for reject in header["rejects"])
    return SourcePage(lines=table, watermark={}, streams=header["streams"], rejects=rejects), header["final"]


def encode_carry(lines: pa.Table, streams: Streams) -> bytes:
    """The lines of open events with the resource attributes of their streams."""
    present = set(lines["stream"].unique().to_pylist())
    return _encode(lines, {"streams": _sorted({name: streams[name] for name in present if name in streams})})


def decode_carry(data: bytes) -> tuple[pa.Table, Streams]:
    """The inverse of `encode_carry`."""
    table, header = _decode(data)
    return table, header["streams"]


def _sorted(streams: Streams) -> dict[str, dict[str, str]]:
    return {stream: dict(resource) for stream, resource in sorted(streams.items())}


def _encode(table: pa.Table, header: dict[str, Any]) -> bytes:
    table = table.replace_schema_metadata({_HEADER: json.dumps(header, sort_keys=True)})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1))
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _decode(data: bytes) -> tuple[pa.Table, dict[str, Any]]:
    table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
    return table.replace_schema_metadata(None), json.loads(table.schema.metadata[_HEADER])


def page_identity(source: str, sequence: int, previous: str, data: bytes) -> str:
    """An id that names this page's content at this place in its source's history: 32 hex digits."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{source}\0{sequence}\0{previous}\0".encode())
    digest.update(data)
    return digest.hexdigest()


def page_key(source: str, observed_at: datetime, page_id: str) -> str:
    """Where the page is filed: by source and hour of arrival."""
    return f"raw/{_safe(source)}/{observed_at:%Y/%m/%d/%H}/{page_id}.arrow"


def carry_key(source: str, page_id: str, data: bytes) -> str:
    """Where the lines of events still open at the end of a page are filed; other lines get another key."""
    content = hashlib.blake2b(data, digest_size=8).hexdigest()
    return f"carry/{_safe(source)}/{page_id}-{content}.arrow"


def _safe(source: str) -> str:
    return "".join(character if character.isalnum() or character in "-_." else "_" for character in source)
