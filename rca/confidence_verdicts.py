"""The verdicts that confidence is learnt from: each with what the judged report had stated.

Owns: putting verdicts and reports together. Keeps out: what is learnt (confidence.py), both stores.
"""

from collections.abc import Mapping

from rca.confidence import Judged
from rca.feedback import FeedbackStore, Verdict
from rca.reports import ReportStore

RIGHT: Mapping[Verdict, float] = {"accept": 1.0, "partly_correct": 0.5, "reject": 0.0}


def judged(feedback: FeedbackStore, reports: ReportStore, *, analyst: str = "") -> list[Judged]:
    """Of each person the newest verdict on each report that named a cause; with `analyst`, on its reports alone."""
    newest = {
        (record.report_id, record.author or record.feedback_id): record for record in feedback.all() if record.report_id
    }
    stated = reports.stated({report_id for report_id, _ in newest}, analyst=analyst)
    return [
        Judged(stated[record.report_id], RIGHT[record.verdict])
        for record in newest.values()
        if record.report_id in stated
    ]
