"""What `firstcause doctor` looks at: settings, stores, sources, repositories, models, the port.

Owns: the checks and what to do when one fails. A check never changes anything but the stores' own folders, and no
answer holds a secret: URLs are shown without their passwords. Keeps out: printing.
"""

import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from connectors.errors import FirstcauseError, NotFoundError
from connectors.registry import open_adapter
from connectors.warehouse import LogFilter
from dashboards.answers.shape import Shape
from flows.settings import RepositorySettings, Settings, SourceSettings, load_settings
from flows.wiring import Workspace

PROBE = "doctor/probe"


class Check(Shape):
    """One thing that was looked at: what is so, and what to do about it when it is not right."""

    name: str
    state: Literal["ok", "problem", "note"]
    says: str
    do: str = ""


def check_all(config: Path | None) -> Iterator[Check]:
    """Every check, one after the other as it is made; without readable settings there is only the first."""
    try:
        settings = load_settings(config)
    except FirstcauseError as error:
        yield Check(name="settings", state="problem", says=str(error), do="Correct the file or the variable.")
        return
    where = str(config or "firstcause.toml" if (config or Path("firstcause.toml")).exists() else "defaults")
    yield Check(name="settings", state="ok", says=f"{where}, state in {settings.state_dir}")
    with Workspace(settings) as opened:
        for name, look, do in _stores(opened):
            yield _made(name, look, do)
        yield from _sources(opened)
        yield from _repositories(opened)
        yield _made("findings", lambda: _findings(opened), "Correct the rules file; try it with `firstcause findings`.")
        yield _made("embeddings", lambda: _embeddings(opened), 'Set `embeddings = "none"` to search by words alone.')
        yield _made("analyst", lambda: _analyst(settings), "Check AWS credentials, region and access to the model.")
        yield _port(settings)


def _made(name: str, look: Callable[[], str], do: str) -> Check:
    try:
        return Check(name=name, state="ok", says=look())
    except FirstcauseError as error:
        return Check(name=name, state="problem", says=str(error), do=do)
    except Exception as error:  # a check reports what it meets, foreseen or not
        return Check(name=name, state="problem", says=f"{type(error).__name__}: {error}", do=do)


def _stores(opened: Workspace) -> Iterator[tuple[str, Callable[[], str], str]]:
    settings = opened.settings
    yield "database", lambda: _database(opened), "Check `database` in the settings and that it can be written."
    yield "warehouse", lambda: _warehouse(opened), "Check `warehouse` in the settings and that it can be reached."
    yield "archive", lambda: _archive(opened), "Check `objects` in the settings and that it can be written."
    yield "vectors", lambda: _vectors(opened), f"Check `vectors`; now {_shown(settings.vectors_url)}."


def _shown(url: str) -> str:
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl()


def _findings(opened: Workspace) -> str:
    own = len(opened.settings.findings)
    return f"{len(opened.finding_rules)} rules, {own or 'no'} file{'s' * (own != 1)} of your own"


def _database(opened: Workspace) -> str:
    with opened.database.write():
        pass
    return f"{_shown(opened.settings.database_url)} can be read and written"


def _warehouse(opened: Workspace) -> str:
    lines = opened.warehouse.count(LogFilter())
    return f"{_shown(opened.settings.warehouse_url)} holds {lines:,} log events"


def _archive(opened: Workspace) -> str:
    opened.objects.put(PROBE, b"probe")
    try:
        opened.objects.get(PROBE)
    finally:
        opened.objects.delete(PROBE)
    return f"{_shown(opened.settings.objects_url)} can be read and written"


def _vectors(opened: Workspace) -> str:
    opened.vectors.count("doctor")
    return f"{_shown(opened.settings.vectors_url)} answers"


def _sources(opened: Workspace) -> Iterator[Check]:
    if not opened.settings.sources:
        yield Check(
            name="sources",
            state="note",
            says="no source is configured",
            do="Add [[sources]] with name and url to firstcause.toml, post lines to /api/v1/ingest or use `ingest`.",
        )
    for source in opened.settings.sources:
        yield _made(f"source {source.name}", partial(_source, opened, source), "Correct its url, or start its writer.")
    yield _made("rejects", partial(_rejects, opened), "Run `firstcause replay` after an upgrade to try them again.")


def _source(opened: Workspace, source: SourceSettings) -> str:
    path = Path(urlsplit(source.url).path if "://" in source.url else source.url)
    plain = source.url.startswith("file://") or "://" not in source.url
    if plain and not any(sign in str(path) for sign in "*?[") and not path.exists():
        raise NotFoundError(f"{path} does not exist.")
    last = opened.ledger.last(source.name)
    return f"{_shown(source.url)}, {f'last read {last.observed_at:%Y-%m-%d %H:%M}Z' if last else 'not read yet'}"


def _rejects(opened: Workspace) -> str:
    counts = opened.ledger.reject_counts()
    return ", ".join(f"{reason} ({count:,})" for reason, count in counts.items()) or "nothing was left out"


def _repositories(opened: Workspace) -> Iterator[Check]:
    if not opened.settings.repositories:
        yield Check(
            name="repositories",
            state="note",
            says="no repository is configured, so causes are found without code",
            do="Add [[repositories]] with name and path to firstcause.toml.",
        )
    for known in opened.settings.repositories:
        yield _made(
            f"repo {known.name}", partial(_repository, known), "Correct its path in the settings; a bare clone will do."
        )


def _repository(known: RepositorySettings) -> str:
    from connectors.source_control.git import GitRepository

    git = GitRepository(known.path, name=known.name)
    cut = "; its history is cut (a shallow clone), `git fetch --unshallow` brings the rest" if git.is_shallow else ""
    return f"{known.path}, default branch at {git.resolve(git.default_branch())[:12]}{cut}"


def _embeddings(opened: Workspace) -> str:
    if opened.embedder is None:
        return "switched off; search works by words"
    size = opened.embedder.embed(["probe"]).shape[1]
    return f"{opened.embedder.model_id}, {size} dimensions"


def _analyst(settings: Settings) -> str:
    analyst = settings.analyst
    if analyst.kind == "deterministic":
        return "rules alone; no model is asked"
    from connectors.llm import ModelRequest, StructuredModel

    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    url = f"bedrock://{quote(analyst.model, safe='')}"
    model: StructuredModel = open_adapter("llm", url, region=analyst.region, timeout_seconds=analyst.timeout_seconds)
    answer = model.answer(ModelRequest("Answer with the tool.", "Are you there?", "reply", "Say so.", schema, 64))
    return f"{answer.model_id} answered in {answer.latency_ms} ms"


def _port(settings: Settings) -> Check:
    address = f"{settings.host}:{settings.port}"
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.settimeout(0.5)
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    if taken:
        return Check(name="port", state="note", says=f"{address} is in use, perhaps by `firstcause up`")
    return Check(name="port", state="ok", says=f"{address} is free")
