"""Turns a URL into the adapter that serves it, importing the adapter's SDK only when it is chosen.

Owns: which URL scheme names which adapter. A new adapter is one new file and one line here.
Keeps out: what the adapters do.
"""

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from connectors.errors import ConfigurationError

# family -> URL scheme -> "module:factory"; each factory takes (url, **options) and returns the adapter.
ADAPTERS: dict[str, dict[str, str]] = {
    "warehouse": {
        "lake": "connectors.warehouse.lake:open_lake",
        "clickhouse": "connectors.warehouse.clickhouse:open_clickhouse",
        "clickhouses": "connectors.warehouse.clickhouse:open_clickhouse",
        "chdb": "connectors.warehouse.clickhouse:open_clickhouse",
    },
    "objects": {
        "file": "connectors.objects.local:open_local",
        "s3": "connectors.objects.s3:open_s3",
    },
    "vectors": {
        "edge": "connectors.vectors.edge:open_edge",
        "qdrant": "connectors.vectors.server:open_server",
        "http": "connectors.vectors.server:open_server",
        "https": "connectors.vectors.server:open_server",
    },
    "sources": {
        "file": "connectors.sources.file:open_file_source",
        "spool": "connectors.sources.spool:open_spool_source",
    },
    "embeddings": {
        "sentence-transformers": "connectors.embeddings.sentence_transformer:open_sentence_transformer",
    },
    "llm": {
        "bedrock": "connectors.llm.bedrock:open_bedrock",
    },
}


def open_adapter(family: str, url: str, **options: Any) -> Any:
    """The adapter of `family` that serves `url`.

    Raises ConfigurationError when no adapter of the family knows the URL's scheme.
    """
    scheme = urlsplit(url).scheme
    known = ADAPTERS[family]
    if scheme not in known:
        raise ConfigurationError(
            f"{family} URL {url!r} has scheme {scheme!r}; valid schemes are {', '.join(sorted(known))}."
        )
    module, factory = known[scheme].split(":")
    return getattr(import_module(module), factory)(url, **options)
