"""What a conversation may look at: read-only, within one project. `stored.py` and `pasted.py` are the two worlds.

Owns the protocol and its small values. Keeps out: who asks, how much of it is taken (tools, desk).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from rca.codebase import Codebase, Repository
from rca.conversation.values import Fault

if TYPE_CHECKING:
    import pyarrow as pa

    from connectors.warehouse import HistogramBin, LogFilter
    from indexers.code.releases import Release
    from indexers.exceptions.cluster_values import Suggestion
    from rca.findings.rules import Rule
    from rca.result import AnalysisResult


@dataclass(frozen=True)
class Code:
    """A service's code at a commit. `why` says in words which commit that is; `missing` why there is none."""

    tree: Codebase | None = None
    repository: Repository | None = None
    commit: str = ""
    why: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class FaultQuery:
    """Which faults: words in title, message or place; seen in a span; most frequent or newest first."""

    text: str = ""
    service: str = ""
    start: datetime | None = None
    end: datetime | None = None
    by_count: bool = True
    limit: int = 10


class World(Protocol):
    """Everything raises NotFoundError for what is not there or out of scope, and says which of the two."""

    @property
    def about(self) -> str:
        """What the conversation is about, in words that fit after "This is about"."""
        ...

    @property
    def timed(self) -> bool:
        """Whether log rows carry real times."""
        ...

    @property
    def bounded(self) -> bool:
        """Whether it is one log, small enough to look at as a whole."""
        ...

    def services(self) -> Sequence[str]:
        """The services that may be looked at."""
        ...

    def rules(self) -> "Sequence[Rule] | None":
        """The finding rules; None stands for the shipped ones."""
        ...

    def newest(self) -> datetime | None:
        """Time of the newest log row, None when nothing is known."""
        ...

    def faults(self, wanted: FaultQuery) -> Sequence[Fault]: ...

    def fault(self, fault_id: str) -> Fault: ...

    def similar(self, fault_id: str) -> "Sequence[Suggestion]": ...

    def analysis(self, fault_id: str) -> "AnalysisResult":
        """The root cause analysis of a fault, stored or made now."""
        ...

    def logs(self, where: "LogFilter", *, limit: int, newest_first: bool = True) -> "pa.Table":
        """Log rows (LOG_SCHEMA) of the services in scope."""
        ...

    def histogram(self, where: "LogFilter", bin_seconds: int) -> "Sequence[HistogramBin]": ...

    def occurrences(self, fault: Fault, *, limit: int) -> "pa.Table":
        """The newest log rows (LOG_SCHEMA) that hold the fault."""
        ...

    def releases(self, service: str) -> "Sequence[Release]":
        """What was deployed of a service, oldest first."""
        ...

    def code(self, service: str, ref: str = "", *, fault: Fault | None = None) -> Code:
        """The code of a service at `ref` (commit, tag, branch or version); by default what ran when `fault` was seen
        last, else the default branch."""
        ...


OpenCode = Callable[[str, str], Code]  # (service, commit or "" for the default branch); never raises
