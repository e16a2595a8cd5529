"""The whole path once, in this process, without Prefect: what `firstcause run` does. Holds only the order."""

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.errors import FirstcauseError
from flows.steps.analyse import AnalyseResult, analyse_clusters
from flows.steps.cluster import ClusterResult, cluster_pages
from flows.steps.index import IndexResult, embed, index_repository
from flows.steps.maintain import MaintainResult, maintain
from flows.steps.pull import PullResult, pull
from flows.steps.releases import observe_releases
from flows.wiring import Workspace

STAGES = ("ingest", "exceptions", "index", "analyse", "maintenance")

Say = Callable[[str], None]


@dataclass(slots=True)
class WholeResult:
    """What each stage did. `problems` are sentences about sources and repositories that failed while others went on."""

    pulls: list[PullResult] = field(default_factory=list)
    clusters: ClusterResult = field(default_factory=ClusterResult)
    commits: list[IndexResult] = field(default_factory=list)
    embedded: int = 0
    analyses: AnalyseResult = field(default_factory=AnalyseResult)
    maintenance: MaintainResult = field(default_factory=MaintainResult)
    problems: list[str] = field(default_factory=list)


def run_stages(
    workspace: Workspace, stages: tuple[str, ...] = STAGES, *, final: bool = False, say: Say = lambda _: None
) -> WholeResult:
    """Run `stages` in order; one source or repository that fails is noted and does not stop the rest.

    `final` closes open events at once instead of waiting for the quiet period. `say` hears what is being done.
    """
    result = WholeResult()
    if "ingest" in stages:
        _ingest(workspace, result, final, say)
    if "exceptions" in stages:
        say("extracting and clustering exceptions")
        result.clusters = cluster_pages(workspace)
    if "index" in stages:
        _index(workspace, result, say)
    if "analyse" in stages:
        say("analysing clusters")
        result.analyses = analyse_clusters(workspace)
    if "index" in stages:
        say("embedding code")
        result.embedded = embed(workspace)
    if "maintenance" in stages:
        say("maintaining the stores")
        result.maintenance = maintain(workspace)
    return result


def _ingest(workspace: Workspace, result: WholeResult, final: bool, say: Say) -> None:
    for settings in workspace.source_settings():
        say(f"reading source {settings.name}")
        try:
            result.pulls.append(pull(workspace, workspace.source(settings), final=final))
        except FirstcauseError as error:
            result.problems.append(f"source {settings.name}: {error}")


def _index(workspace: Workspace, result: WholeResult, say: Say) -> None:
    observe_releases(workspace)
    for repository in workspace.settings.repositories:
        say(f"indexing repository {repository.name}")
        try:
            result.commits += index_repository(workspace, repository)
        except FirstcauseError as error:
            result.problems.append(f"repository {repository.name}: {error}")
