"""What a conversation may look at: its cluster's services and those of the same repository, nothing else."""

import pytest

from connectors.errors import BadInputError, NotFoundError
from connectors.warehouse import LogFilter
from dashboards.answers.ask_worlds import LARGEST_LOG, keep_log, pasted_world, stored_world
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from rca.conversation.world import FaultQuery


def ids(workspace: Workspace) -> dict[str, str]:
    """Exception type -> cluster id."""
    return {one.type: one.id for one in ClusterStore(workspace.database).list()}


def test_log_lines_of_other_projects_are_out_of_reach(shared: Workspace) -> None:
    """Neither by asking for everything nor by naming the service."""
    world = stored_world(shared, ids(shared)["TypeError"])
    assert list(world.services()) == ["orders"]
    seen = set(world.logs(LogFilter(), limit=1_000)["service_name"].to_pylist())
    assert seen == {"orders"}
    with pytest.raises(NotFoundError, match="stock"):
        world.logs(LogFilter(services=("stock",)), limit=1)
    with pytest.raises(NotFoundError, match="stock"):
        world.code("stock")


def test_clusters_of_other_projects_are_out_of_reach(shared: Workspace) -> None:
    """Neither listed nor found by id."""
    known = ids(shared)
    world = stored_world(shared, known["TypeError"])
    assert [fault.id for fault in world.faults(FaultQuery())] == [known["TypeError"]]
    with pytest.raises(NotFoundError, match="not about"):
        world.fault(known["java.lang.IllegalStateException"])


def test_a_conversation_over_everything_sees_everything(shared: Workspace) -> None:
    """No cluster: all services, all faults."""
    world = stored_world(shared, "")
    assert sorted(world.services()) == ["orders", "stock"]
    assert len(world.faults(FaultQuery())) == 2


def test_code_is_read_at_the_commit_that_was_running(shared: Workspace) -> None:
    """By default the deployed one; a version that is named wins."""
    world = stored_world(shared, ids(shared)["TypeError"])
    fault = world.cluster
    deployed, earlier = world.code("orders", fault=fault), world.code("orders", "1.0")
    assert deployed.tree is not None
    assert earlier.tree is not None
    assert "prices.get(sku)" in deployed.tree.text("shop/cart.py")
    assert "prices[sku]" in earlier.tree.text("shop/cart.py")


def test_the_same_log_is_kept_once(workspace: Workspace) -> None:
    """Its key derives from its content; what is read back is what was handed in."""
    first = keep_log(workspace, b"ERROR it broke\n", "a.log", service="orders")
    assert keep_log(workspace, b"ERROR it broke\n", "a.log", service="orders") == first
    world = pasted_world(workspace, first)
    assert world.log.rows["body"].to_pylist() == ["ERROR it broke"]
    assert world.services() == ["orders"]


def test_an_oversized_log_is_refused(workspace: Workspace) -> None:
    """With what to do instead."""
    with pytest.raises(BadInputError, match="firstcause ingest"):
        keep_log(workspace, b"x" * (LARGEST_LOG + 1), "big.log")
