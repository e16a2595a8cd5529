"""What people said about reports -> truths that an evaluation can measure against.

Owns: what each kind of verdict says to be true. The newest verdict on a cluster counts. Keeps out: where the clusters
are looked up (flows), what rankings learn from verdicts (rca/feedback.py).
"""

import hashlib
from collections.abc import Iterable, Mapping

from rca.case import ClusterCase
from rca.evaluation.cases import TruePlace, Truth
from rca.evaluation.preparing import PreparedCase
from rca.feedback import FeedbackRecord


def truths(records: Iterable[FeedbackRecord]) -> Mapping[str, Truth]:
    """By cluster, newest verdict last: an accepted place is a cause; a rejected one is none; a true cause that the
    person named is one. A partly correct report without a true cause says nothing that could be measured."""
    newest: dict[str, FeedbackRecord] = {}
    for record in sorted(records, key=lambda record: record.created_at):
        newest.pop(record.cluster_id, None)  # its place in the order is that of its newest verdict
        newest[record.cluster_id] = record
    found = ((cluster_id, _truth(record)) for cluster_id, record in newest.items())
    return {cluster_id: truth for cluster_id, truth in found if truth is not None}


def prepared(cluster: ClusterCase, truth: Truth) -> PreparedCase:
    """The case of one verdict, of the project that its service is."""
    content = f"{cluster.cluster_id}\0{truth.model_dump_json()}"
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return PreparedCase(f"verdict-{cluster.cluster_id}", cluster.service or "none", "verdicts", digest, truth, cluster)


def _truth(record: FeedbackRecord) -> Truth | None:
    true, blamed = _place(record.true_cause), _place(record.blamed)
    causes = (true,) if true else ()
    wrong = (blamed,) if blamed and record.verdict == "reject" and blamed != true else ()
    return Truth(causes=causes, not_causes=wrong) if causes or wrong else None


def _place(place: tuple[str, str]) -> TruePlace | None:
    return TruePlace(file=place[0], symbol=place[1]) if place[0] else None
