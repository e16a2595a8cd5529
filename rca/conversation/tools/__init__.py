"""The look-ups there are: all read-only, each one class whose fields are its arguments.

Owns: the list, and what a model is told of it. A new look-up is one class and one line here.
"""

from connectors.llm import Tool
from rca.conversation.tools.base import Found, LookUp
from rca.conversation.tools.causes import ScanFindings, ShowAnalysis
from rca.conversation.tools.changes import BlameLines, ListCommits, ListReleases, ShowCommit
from rca.conversation.tools.code import FindCallers, OpenCode, SearchCode
from rca.conversation.tools.faults import CountAffected, ListFaults, ShowFault, SimilarFaults
from rca.conversation.tools.logs import CountLogs, LogsAround, ReduceLogs, SearchLogs
from rca.conversation.world import World
from rca.report import model_schema

__all__ = [
    "LOOK_UPS",
    "BlameLines",
    "CountAffected",
    "CountLogs",
    "FindCallers",
    "Found",
    "ListCommits",
    "ListFaults",
    "ListReleases",
    "LogsAround",
    "LookUp",
    "OpenCode",
    "ReduceLogs",
    "ScanFindings",
    "SearchCode",
    "SearchLogs",
    "ShowAnalysis",
    "ShowCommit",
    "ShowFault",
    "SimilarFaults",
    "offered",
]

_ALL: tuple[type[LookUp], ...] = (
    ShowFault, ListFaults, SimilarFaults, CountAffected, ShowAnalysis, ScanFindings, SearchLogs, LogsAround, CountLogs,
    ReduceLogs, OpenCode, SearchCode, FindCallers, ListReleases, ListCommits, ShowCommit, BlameLines,
)  # fmt: skip
LOOK_UPS = {kind.tool: kind for kind in _ALL}


def offered(world: World) -> tuple[Tool, ...]:
    """What a model may ask for in this world."""
    return tuple(
        Tool(kind.tool, " ".join((kind.__doc__ or "").split()), _schema(kind)) for kind in _ALL if kind.offered(world)
    )


def _schema(kind: type[LookUp]) -> dict[str, object]:
    schema = model_schema(kind)
    return {key: value for key, value in schema.items() if key not in ("title", "description")}
