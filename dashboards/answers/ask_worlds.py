"""What a conversation may look at, put together from the workspace: a cluster, a log that was handed in, everything.

Owns: which stores and repositories a world is given, and where a log that was handed in is kept. Keeps out: look-ups,
answers (rca.conversation).
"""

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

from connectors.errors import BadInputError, FirstcauseError, NotFoundError
from dashboards.answers.rca import latest_report
from flows.settings import RepositorySettings
from flows.wiring import Workspace
from indexers.code.releases import ReleaseStore
from indexers.exceptions.clusters import ClusterStore
from rca.conversation.stored import StoredWorld, Stores
from rca.conversation.values import Fault
from rca.conversation.world import Code

if TYPE_CHECKING:
    from rca.case import ClusterCase
    from rca.conversation.pasted import PastedWorld
    from rca.result import AnalysisResult

LARGEST_LOG = 32 * 1024 * 1024  # bytes; more is taken in with `firstcause ingest`
LONGEST_NAME = 200


def stored_world(workspace: Workspace, cluster_id: str) -> StoredWorld:
    """The world around a cluster, or with "" around all. Raises NotFoundError."""
    world = StoredWorld(
        Stores(
            clusters=ClusterStore(workspace.database),
            releases=ReleaseStore(workspace.database),
            warehouse=lambda: workspace.warehouse,
            open_code=lambda service, commit: code_of(workspace, workspace.repository_of(service), service, commit),
            analyse=lambda name: _analysis(workspace, name),
            same_project=lambda one, other: _same_project(workspace, one, other),
        ),
        cluster_id,
    )
    world.load_rules = lambda: workspace.finding_rules
    return world


def pasted_world(workspace: Workspace, key: str) -> "PastedWorld":
    """The world of the log kept under `key`. Raises NotFoundError when it is not kept any more."""
    import zstandard

    from rca.analysis import analyse
    from rca.conversation.pasted import PastedWorld, triage

    kept: dict[str, Any] = orjson.loads(zstandard.decompress(workspace.objects.get(key)))
    log = triage(kept["text"], kept["name"], service=kept["service"], version=kept["version"])

    def analysed(case: "ClusterCase") -> "AnalysisResult":
        return analyse(case, token_budget=workspace.settings.analyst.token_budget, rules=workspace.finding_rules)

    world = PastedWorld(log, lambda service, ref, fault: _fitting_code(workspace, service, ref, fault), analysed)
    world.load_rules = lambda: workspace.finding_rules
    return world


def keep_log(workspace: Workspace, data: bytes, name: str, *, service: str = "", version: str = "") -> str:
    """Keep a log in the object store; its key. The same log is kept once. Raises BadInputError for none or too much."""
    import zstandard

    if not data.strip():
        raise BadInputError("the log is empty; hand in some lines, or ask about a cluster.")
    if len(data) > LARGEST_LOG:
        raise BadInputError(
            f"the log has {len(data):,} bytes and at most {LARGEST_LOG:,} are read at once; cut it around the failure, "
            "or take it in with `firstcause ingest` and ask about its clusters."
        )
    kept = {
        "text": data.decode("utf-8", "replace"),
        "name": name.encode("utf-8", "replace").decode()[:LONGEST_NAME] or "log",
        "service": service,
        "version": version,
    }
    body = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    key = f"conversations/{hashlib.sha256(body).hexdigest()}.json.zst"
    if not workspace.objects.exists(key):
        workspace.objects.put(key, zstandard.compress(body))
    return key


def code_of(workspace: Workspace, settings: RepositorySettings | None, service: str, ref: str) -> Code:
    """The code of a repository at `ref`, indexed if it was not; "" is the default branch. Never raises."""
    from connectors.source_control.git import GitRepository
    from flows.steps.index import code_index

    if settings is None:
        return Code(missing=f"no repository is configured for service {service or '(unknown)'}")
    try:
        repository = GitRepository(settings.path, name=settings.name)
        commit = repository.resolve(ref or repository.default_branch())
        index = code_index(workspace)
        try:
            tree = index.snapshot(settings.name, commit)
        except NotFoundError:
            index.index(repository.tree(commit))
            tree = index.snapshot(settings.name, commit)
    except FirstcauseError as error:
        return Code(missing=str(error).rstrip("."))
    return Code(tree, repository, commit)


def _fitting_code(workspace: Workspace, service: str, ref: str, fault: Fault) -> Code:
    """The code that a trace of a handed-in log runs through: of its service's repository, or of any that has its files.

    At `ref`, else at the release of the version that the log names, else on the default branch.
    """
    from dataclasses import replace

    own = workspace.repository_of(service) if service else None
    commit, why = _commit_of(workspace, service, ref, fault)
    missing = "no configured repository has the files of this trace"
    for settings in [own] if own else workspace.settings.repositories:
        code = code_of(workspace, settings, service, commit)
        if code.tree is None:
            missing = code.missing
        elif own is not None or _holds(code, fault, settings.path_prefix):
            return replace(code, why=why)
    return Code(missing=missing)


def _commit_of(workspace: Workspace, service: str, ref: str, fault: Fault) -> tuple[str, str]:
    wanted = [ref] if ref else list(fault.versions)
    for version in wanted:
        release = ReleaseStore(workspace.database).of_version(service, version) if service else None
        if release is not None and release.commit:
            return release.commit, f"at {version}"
    if ref:
        return ref, f"at {ref}"
    seen = fault.last_seen
    known = [one for one in ReleaseStore(workspace.database).all() if one.service == service and one.commit]
    running = next((one for one in known if seen is not None and one.started_at <= seen), None)  # the newest come first
    if running is not None:
        return running.commit, f"at {running.version or running.commit[:12]}, which ran when it was seen last"
    return "", "on the default branch, as the commit that was running is not known"


def _holds(code: Code, fault: Fault, prefix: str) -> bool:
    """Whether a file of the trace is in this tree."""
    tree = code.tree
    frames = [frame for error in fault.chain for frame in error.frames if frame.in_app is not False and frame.file]
    return tree is not None and any(
        tree.resolve_path(frame.file.removeprefix(prefix), frame.function, frame.module) for frame in frames
    )


def _analysis(workspace: Workspace, cluster_id: str) -> "AnalysisResult":
    """The stored analysis of a cluster, else one made now by rules: a conversation asks a model its own questions."""
    cluster = ClusterStore(workspace.database).get(cluster_id)
    stored = latest_report(workspace, cluster)
    if stored is not None:
        return stored.result
    from flows.steps.analyse import analyse_cluster

    if workspace.settings.analyst.kind == "deterministic":
        return analyse_cluster(workspace, cluster.id)
    from flows.steps.case import case_of
    from rca.analysis import analyse

    return analyse(case_of(workspace, cluster.id), token_budget=workspace.settings.analyst.token_budget)


def _same_project(workspace: Workspace, one: str, other: str) -> bool:
    first, second = workspace.repository_of(one), workspace.repository_of(other)
    return first is not None and second is not None and first.name == second.name
