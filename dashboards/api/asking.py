"""What every endpoint is given: the workspace, and the page of a list that was asked for."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from flows.wiring import Workspace

LARGEST_PAGE = 500


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace


Asked = Annotated[Workspace, Depends(_workspace)]


@dataclass(frozen=True, slots=True)
class Paging:
    """At most `limit` items, leaving out the first `offset`."""

    limit: int
    offset: int


def _paging(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="At most this many items")] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="Leave out this many items first")] = 0,
) -> Paging:
    return Paging(limit, offset)


Page = Annotated[Paging, Depends(_paging)]
