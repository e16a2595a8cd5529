"""Whether stated confidence is worth its number, by the verdicts that people gave."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

from rca.confidence import Judged, reliability_curve
from rca.evaluation.metrics import Metric, Table


def confidence_metric(verdicts: Sequence[Judged]) -> Metric:
    """The expected calibration error (Naeini et al. 2015, https://ojs.aaai.org/index.php/AAAI/article/view/9602): the
    gap between stated and observed in each bin of the reliability curve, weighed by its verdicts; 0 is perfect."""
    curve = reliability_curve(verdicts)
    total = sum(one.n for one in curve)
    error = sum(one.n * abs(one.stated - one.observed) for one in curve) / total if total else None
    content = repr(sorted((one.stated, one.right) for one in verdicts))
    digest = hashlib.sha256(content.encode()).hexdigest()[:16] if total else ""
    return Metric("confidence.error", error, total, digest)


def reliability_table(verdicts: Sequence[Judged]) -> Table:
    """The curve: what was stated, what came true, and of how many verdicts."""
    return Table("reliability", "Confidence against verdicts", [asdict(one) for one in reliability_curve(verdicts)])
