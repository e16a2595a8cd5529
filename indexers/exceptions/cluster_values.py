"""What is said about a cluster: the summary in a list, the whole in its own page, and the question asked.

Keeps out: tables, rules of status and trend.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.fingerprint import Fingerprint

Status = Literal["new", "ongoing", "regressed", "resolved"]
Sort = Literal["last_seen", "first_seen", "count", "trend"]


@dataclass(frozen=True, slots=True)
class Trend:
    """Occurrences in equal steps up to the newest data, oldest first, and what they say in words."""

    hours: tuple[int, ...]  # 24
    days: tuple[int, ...]  # 14
    slope: float  # change of occurrences an hour, each hour, over the last 24 hours
    words: str


@dataclass(frozen=True, slots=True)
class ClusterSummary:
    """One line in a list of faults. `services`, `environments` and `versions` map names to occurrences."""

    id: str
    title: str
    type: str
    message: str
    language: str
    culprit: Frame | None
    services: Mapping[str, int]
    environments: Mapping[str, int]
    versions: Mapping[str, int]
    count: int
    first_seen: datetime
    last_seen: datetime
    status: Status
    status_why: str
    trend: Trend
    why: str  # why these exceptions are one cluster
    fingerprints: int = 1
    impure: int = 0  # signals that nobody has dismissed, without those that are information only


@dataclass(frozen=True, slots=True)
class Member:
    """A fingerprint of a cluster: its parts, and why it is in this cluster (`score` 1.0: it began one).

    `decisions`: what people decided that holds it here. `title` and `count` are its own.
    """

    fingerprint: Fingerprint
    reason: str
    score: float
    joined_at: datetime
    decisions: tuple[str, ...] = ()
    title: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """Occurrences in one hour at one place."""

    hour: datetime
    service: str
    environment: str
    version: str
    count: int


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """Something a person decided (`resolved`, `reopened`, `merged`, `split`, `undone`, `dismissed`) or the product
    noticed (`regressed`, `impure`)."""

    at: datetime
    kind: str
    actor: str
    note: str


INFORMATION = ("service", "environment")  # kinds of signals that tell of a place, not of another fault


@dataclass(frozen=True, slots=True)
class Signal:
    """A cluster holds something it never held. `usual`: what it held before, with occurrences, the commonest first.

    `kind`: line, message, member, inner; or service and environment, which are information only.
    """

    id: str
    cluster_id: str
    fingerprint: str
    kind: str
    version: str  # that a line is new in
    value: str
    words: str
    usual: tuple[tuple[str, int], ...]
    count: int  # occurrences of the new value by now
    since: datetime
    raised_at: datetime  # time of the occurrence that made it a signal
    event_id: str  # a log event that holds it
    dismissed_at: datetime | None = None
    dismissed_by: str = ""
    note: str = ""

    @property
    def level(self) -> Literal["impure", "info"]:
        return "info" if self.kind in INFORMATION else "impure"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another cluster that may be the same fault: how alike (0 to 1), why, and the command that makes them one."""

    cluster_id: str
    title: str
    count: int
    last_seen: datetime
    why: str
    score: float
    command: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Everything about one fault. `text` and `chain` are its representative trace.

    `asked_for` is the id that was asked for when that cluster has become part of this one, else empty; `merged` are
    the ids of all clusters that are part of this one.
    """

    summary: ClusterSummary
    text: str
    chain: tuple[ExceptionRecord, ...]
    members: tuple[Member, ...]
    activity: tuple[Activity, ...]  # by hour, oldest first
    events: tuple[StatusEvent, ...]
    sample_event_ids: tuple[str, ...]  # newest first, at most 10
    asked_for: str = ""
    merged: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.summary.id

    @property
    def merges(self) -> tuple[Member, ...]:
        """The fingerprints that joined by themselves because they are near-identical."""
        return tuple(member for member in self.members if member.score < 1.0)


@dataclass(frozen=True, slots=True)
class ClusterQuery:
    """Which clusters to list. Empty fields do not filter; `text` is looked for in title, message and culprit.

    With `service`, `environment` or `version`, counts and times are those of that slice.
    """

    service: str = ""
    environment: str = ""
    version: str = ""
    status: Status | None = None
    text: str = ""
    since: datetime | None = None
    min_count: int = 0
    sort: Sort = "last_seen"
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class PageClusters:
    """What one page of logs did to the clusters."""

    page_id: str
    counts: Mapping[str, int]  # cluster id -> occurrences in this page
    new: tuple[str, ...]  # clusters that this page began
    merged: tuple[str, ...]  # clusters that a near-identical trace of this page joined
    regressed: tuple[str, ...]  # clusters seen again after they were resolved
    impure: tuple[str, ...] = ()  # clusters that began to hold something different
