"""GET clusters, GET clusters/{id}, and the decision that a fault is fixed."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dashboards.answers import clusters as answers
from dashboards.answers.shape import Listing
from dashboards.api.asking import Asked, Page
from indexers.exceptions.clusters import ClusterQuery, ClusterStore

router = APIRouter(tags=["clusters"])

Text = Annotated[str, Query(max_length=1000)]


class Decision(BaseModel):
    """A person's decision on a cluster."""

    model_config = ConfigDict(extra="forbid")

    resolved: bool = Field(description="True: the fault is fixed. False: take that back")
    actor: str = Field(default="", max_length=255)
    note: str = Field(default="", max_length=10_000)


@router.get("/clusters")
def list_clusters(
    *,
    workspace: Asked,
    page: Page,
    service: Text = "",
    environment: Text = "",
    version: Text = "",
    status: answers.Status | None = None,
    text: Annotated[str, Query(max_length=1000, description="Words that occur in title, message or culprit")] = "",
    since: Annotated[AwareDatetime | None, Query(description="Seen at or after this time")] = None,
    min_count: Annotated[int, Query(ge=0)] = 0,
    sort: answers.Sort = "last_seen",
) -> Listing[answers.ClusterItem]:
    """Clusters that match all filters. With service, environment or version, counts are those of that slice."""
    query = ClusterQuery(
        service=service,
        environment=environment,
        version=version,
        status=status,
        text=text,
        since=since,
        min_count=min_count,
        sort=sort,
        limit=page.limit,
        offset=page.offset,
    )
    return answers.listing(workspace, query)


@router.get("/clusters/{cluster_id}")
def get_cluster(workspace: Asked, cluster_id: str) -> answers.ClusterDetail:
    """Everything about one cluster; a unique beginning of its id will do."""
    return answers.detail(workspace, cluster_id)


@router.post("/clusters/{cluster_id}/decision")
def decide(workspace: Asked, cluster_id: str, decision: Decision) -> answers.ClusterDetail:
    """Mark a cluster resolved, or open it again; seen again after that, it is regressed."""
    store = ClusterStore(workspace.database)
    found = store.get(cluster_id).id
    act = store.set_resolved if decision.resolved else store.reopen
    act(found, actor=decision.actor, note=decision.note)
    return answers.detail(workspace, found)
