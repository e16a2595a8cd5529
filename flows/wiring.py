"""Builds the things flows and commands work with from settings, each on first use.

Owns: which adapter is opened with which options. Keeps out: algorithms, order, schedules.
"""

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from connectors.database import Database
from connectors.errors import NotFoundError
from connectors.registry import open_adapter
from flows.settings import INGEST_SOURCE, RepositorySettings, Settings, SourceSettings

if TYPE_CHECKING:  # Arrow and numpy take a quarter of a second, which a look at the clusters does not need
    from connectors.embeddings import Embedder
    from connectors.objects import ObjectStore
    from connectors.pages import PageLedger
    from connectors.sources import LogSource
    from connectors.vectors import VectorStore
    from connectors.warehouse import Warehouse
    from rca.findings.rules import Rule


class Workspace:
    """One process's view of the product: database, ledger, stores, sources; opened lazily, closed together."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def database(self) -> Database:
        """The metadata database, migrated."""
        database = Database(self.settings.database_url)
        database.migrate()
        return database

    @cached_property
    def ledger(self) -> "PageLedger":
        from connectors.pages import PageLedger

        return PageLedger(self.database)

    @cached_property
    def warehouse(self) -> "Warehouse":
        url = self.settings.warehouse_url
        options = {"database": self.database} if urlsplit(url).scheme == "lake" else {}
        return cast("Warehouse", open_adapter("warehouse", url, **options))

    @cached_property
    def objects(self) -> "ObjectStore":
        return cast("ObjectStore", open_adapter("objects", self.settings.objects_url))

    @cached_property
    def vectors(self) -> "VectorStore":
        return cast("VectorStore", open_adapter("vectors", self.settings.vectors_url))

    @cached_property
    def embedder(self) -> "Embedder | None":
        """The embedding model, or None where embeddings are switched off."""
        if self.settings.embeddings == "none":
            return None
        return cast("Embedder", open_adapter("embeddings", self.settings.embeddings))

    @cached_property
    def finding_rules(self) -> "tuple[Rule, ...]":
        """The shipped finding rules as changed by the settings. Raises BadInputError for a file that cannot be used."""
        from rca.findings.rules import load_rules

        return load_rules(*self.settings.findings)

    def source_settings(self) -> tuple[SourceSettings, ...]:
        """The configured sources and the spool of the HTTP endpoint."""
        spool = SourceSettings(name=INGEST_SOURCE, url=f"spool://{self.settings.spool_dir}")
        return (*self.settings.sources, spool)

    def source_named(self, name: str) -> SourceSettings:
        """The configured source called `name`. Raises NotFoundError listing the known ones."""
        known = {source.name: source for source in self.source_settings()}
        if name not in known:
            raise NotFoundError(f"no source is called {name!r}; configured: {', '.join(known)}.")
        return known[name]

    def source(self, source: SourceSettings) -> "LogSource":
        """The adapter for one source."""
        given = {
            "service.name": source.service,
            "service.version": source.version,
            "deployment.environment.name": source.environment,
            "vcs.ref.head.revision": source.revision,
        }
        resource = {key: value for key, value in given.items() if value}
        url = source.url if "://" in source.url else f"file://{Path(source.url).absolute()}"
        return cast("LogSource", open_adapter("sources", url, name=source.name, resource=resource))

    def repository_of(self, service: str) -> RepositorySettings | None:
        """The repository that `service` is built from; the only one when no list of services is given."""
        for repository in self.settings.repositories:
            if service in repository.services:
                return repository
        open_ended = [repository for repository in self.settings.repositories if not repository.services]
        return open_ended[0] if len(open_ended) == 1 else None

    def repository(self, name: str) -> RepositorySettings:
        """The configured repository called `name`. Raises NotFoundError listing the known ones."""
        for repository in self.settings.repositories:
            if repository.name == name:
                return repository
        known = ", ".join(repository.name for repository in self.settings.repositories) or "none"
        raise NotFoundError(f"no repository is called {name!r}; configured: {known}.")

    def close(self) -> None:
        """Close what was opened."""
        opened = vars(self)
        for name in ("warehouse", "vectors", "database"):
            if name in opened:
                opened[name].close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
