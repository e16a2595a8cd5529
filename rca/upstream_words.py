"""What a report says about a failure that is passed on: evidence to cite, and one sentence.

Keeps out: finding it (upstream.py).
"""

from collections.abc import Iterator, Sequence

from rca.evidence import EvidenceItem
from rca.upstream import Upstream

SHORT_ID = 8


def upstream_items(upstream: Sequence[Upstream]) -> Iterator[EvidenceItem]:
    """One piece of evidence for each service whose failure is passed on; its text is what that service said.

    The titles hold nothing that differs between occurrences of the same fault.
    """
    for one in upstream:
        where = f"of cluster {one.cluster_id[:SHORT_ID]} " if one.cluster_id else ""
        title = f"failure of {one.service} {where}that this one passes on"
        text = f"{one.exception}\n({one.evidence})" if one.exception else one.evidence
        yield EvidenceItem("", "log", title, text, event_id=one.event_id, decisive=True)


def passed_on(upstream: Sequence[Upstream]) -> str:
    """A sentence that names the failing service and its cluster, "" when the fault is the service's own."""
    if not upstream:
        return ""
    first = upstream[0]
    if not first.exception:
        return f"The failed call was to {first.service}: {first.evidence}."
    cluster = f" (cluster {first.cluster_id[:SHORT_ID]})" if first.cluster_id else ""
    said = f"It passes on a failure of {first.service}{cluster}: {first.exception}, {first.evidence}."
    also = [one.service for one in upstream[1:] if one.service != first.service]
    return said + (f" It also names {', '.join(dict.fromkeys(also))}." if also else "")
