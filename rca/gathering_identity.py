"""What makes two analyses of a cluster the same, so that a stored report is served again.

Owns: that choice. It is the exception's types, what the first suspects and the commits are, and what rules saw in the
failing event itself; times, counts, values, reasons in words, the budget and whatever else was logged nearby alone make
no new report. Keeps out: what becomes evidence (gathering.py), storing.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence

from rca.case import ClusterCase
from rca.evidence import EvidenceItem
from rca.findings.scan import Finding
from rca.later_changes import LaterChange
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect

DECISIVE_SUSPECTS = 3


def identity(
    case: ClusterCase,
    suspects: Sequence[Suspect],
    changes: Sequence[SuspectChange],
    findings: Sequence[Finding],
    later: Sequence[LaterChange],
    *,
    others: Iterable[EvidenceItem] = (),
) -> str:
    """32 hex digits; of `others` the titles of decisive pieces count."""
    places = [[one.block.path, one.block.symbol, one.block.block_id] for one in suspects[:DECISIVE_SUSPECTS]]
    commits = [change.commit.commit for change in changes]
    since = [[one.path, one.symbol, one.line_changed, [commit.commit for commit in one.commits]] for one in later]
    seen = [finding.rule.id for finding in findings if finding.own]
    decisive = [item.title for item in others if item.decisive]
    whole = [case.exception_type, case.commit, places, commits, since, seen, *([decisive] if decisive else [])]
    return hashlib.sha256(json.dumps(whole).encode("utf-8", "surrogatepass")).hexdigest()[:32]
