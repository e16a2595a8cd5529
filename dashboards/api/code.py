"""GET code/{file_path}: a file at a commit, lines marked. Only paths in the commit's tree can be read."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from connectors.errors import BadInputError
from dashboards.answers import code as answers
from dashboards.api.asking import Asked

router = APIRouter(tags=["code"])

Name = Annotated[str, Query(max_length=255)]


@router.get("/code/{file_path:path}")
def get_code(
    *,
    workspace: Asked,
    file_path: Annotated[str, Path(max_length=4096)],
    repository: Name = "",
    commit: Annotated[str, Query(max_length=255, description="Commit id, tag or branch; default branch if empty")] = "",
    service: Annotated[str, Query(max_length=255, description="Instead of a repository: what this service runs")] = "",
    version: Annotated[str, Query(max_length=255, description="Instead of a commit: the release of the service")] = "",
    first: Annotated[int, Query(ge=1, description="First line")] = 1,
    last: Annotated[int, Query(ge=0, description="Last line; 0 is the file's last")] = 0,
    mark: Annotated[
        str, Query(pattern=r"^(\d{1,9}(-\d{1,9})?)?$", description="Line or lines to mark: 41 or 41-47")
    ] = "",
) -> answers.CodeFile:
    """Lines of a file as it was at a commit, at most 2,000 of them."""
    place = answers.Place(repository=repository, commit=commit, service=service, version=version)
    return answers.code(workspace, file_path, place, first=first, last=last, marked=_marked(mark))


def _marked(mark: str) -> range:
    if not mark:
        return range(0)
    start, _, end = mark.partition("-")
    if end and int(end) < int(start):
        raise BadInputError(f"mark {mark!r} ends before it starts.")
    return range(int(start), int(end or start) + 1)
