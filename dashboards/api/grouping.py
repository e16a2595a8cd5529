"""People's merges, splits, undos and dismissals over HTTP, and why a cluster is one. Keeps out: what may be decided."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from dashboards.answers import grouping as answers
from dashboards.answers.clusters import MemberShape
from dashboards.api.asking import Asked
from indexers.exceptions.clusters import ClusterStore

router = APIRouter(tags=["grouping"])

MOST = 1_000  # clusters or fingerprints in one decision
Id = Annotated[str, Field(min_length=1, max_length=64)]


class Said(BaseModel):
    """Who says so, and why."""

    model_config = ConfigDict(extra="forbid")

    actor: str = Field(default="", max_length=255)
    note: str = Field(default="", max_length=10_000)


class Merge(Said):
    """These clusters are the same fault."""

    others: list[Id] = Field(min_length=1, max_length=MOST, description="Cluster ids, or unique beginnings")


class Split(Said):
    """These fingerprints are another fault."""

    fingerprints: list[Id] = Field(min_length=1, max_length=MOST, description="Fingerprints, or unique beginnings")


@router.get("/clusters/{cluster_id}/why")
def get_grouping(workspace: Asked, cluster_id: str) -> answers.Grouping:
    """Why this is one cluster: members with all that was looked at, decisions, signals, suggestions."""
    return answers.grouping(workspace, cluster_id)


@router.get("/clusters/{cluster_id}/members")
def get_members(workspace: Asked, cluster_id: str) -> answers.Items[MemberShape]:
    """The fingerprints of a cluster, what each is made of and why it is here."""
    return answers.Items(items=answers.grouping(workspace, cluster_id).members)


@router.get("/clusters/{cluster_id}/decisions")
def get_decisions(workspace: Asked, cluster_id: str) -> answers.Items[answers.DecisionShape]:
    """Every merge and split that concerns a cluster, undone ones too."""
    found = ClusterStore(workspace.database).decisions(cluster_id)
    return answers.Items(items=[answers.decision_shape(one) for one in found])


@router.get("/clusters/{cluster_id}/signals")
def get_signals(
    workspace: Asked, cluster_id: str, *, dismissed: Annotated[bool, Query(description="Dismissed ones too")] = False
) -> answers.Items[answers.SignalShape]:
    """What a cluster began to hold that it never held before, the newest first."""
    return answers.signals(workspace, cluster_id, dismissed=dismissed)


@router.get("/clusters/{cluster_id}/suggestions")
def get_suggestions(workspace: Asked, cluster_id: str) -> answers.Items[answers.SuggestionShape]:
    """Other clusters that may be the same fault, the most alike first."""
    found = ClusterStore(workspace.database).suggestions(cluster_id)
    return answers.Items(items=[answers.SuggestionShape.model_validate(one) for one in found])


@router.get("/signals")
def list_signals(
    workspace: Asked, *, dismissed: Annotated[bool, Query(description="Dismissed ones too")] = False
) -> answers.Items[answers.SignalShape]:
    """The newest signals of all clusters, at most 500."""
    return answers.signals(workspace, dismissed=dismissed)


@router.post("/clusters/{cluster_id}/merges", status_code=201)
def merge(workspace: Asked, cluster_id: str, given: Merge) -> answers.DecisionShape:
    """Make other clusters part of this one, with all that joins them later."""
    store = ClusterStore(workspace.database)
    return answers.decision_shape(store.merge(cluster_id, given.others, actor=given.actor, note=given.note))


@router.post("/clusters/{cluster_id}/splits", status_code=201)
def split(workspace: Asked, cluster_id: str, given: Split) -> answers.DecisionShape:
    """Give some fingerprints a cluster of their own, `result_id`, with all that joins them later."""
    store = ClusterStore(workspace.database)
    return answers.decision_shape(store.split(cluster_id, given.fingerprints, actor=given.actor, note=given.note))


@router.post("/decisions/{decision_id}/undo")
def undo(workspace: Asked, decision_id: str, given: Said | None = None) -> answers.DecisionShape:
    """Take a merge or split back."""
    actor = given.actor if given else ""
    return answers.decision_shape(ClusterStore(workspace.database).undo(decision_id, actor=actor))


@router.post("/signals/{signal_id}/dismiss")
def dismiss(workspace: Asked, signal_id: str, given: Said | None = None) -> answers.SignalShape:
    """Say that a signal is none: what it was about belongs to the cluster from now on."""
    said = given or Said()
    store = ClusterStore(workspace.database)
    return answers.SignalShape.model_validate(store.dismiss(signal_id, actor=said.actor, note=said.note))
