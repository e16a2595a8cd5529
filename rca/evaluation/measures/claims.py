"""Whether what reports say can be trusted: citations, dropped claims, and silence where there is not enough.

The citations are looked up here once more, apart from the verification that let them pass, so that a hole in it shows.
"""

from collections.abc import Iterator, Sequence

from rca.evaluation.analyses import Analysed
from rca.evaluation.cases import data_set_of
from rca.evaluation.metrics import Metric
from rca.report import Citation


def citation_metric(done: Sequence[Analysed]) -> Metric:
    """The share of citations in finished reports whose quote stands in the cited evidence, byte for byte."""
    total, wrong = 0, []
    for one in done:
        for citation in _citations(one):
            total += 1
            item = one.result.evidence.get(citation.evidence_id)
            if item is None or not citation.quote.strip() or citation.quote not in item.text:
                wrong.append(f"{one.case.id}: {citation.quote[:80]!r} is not in {citation.evidence_id}")
    value = 1 - len(wrong) / total if total else None
    return Metric("citations.valid", value, total, data_set_of(one.case.digest for one in done), wrong)


def claim_metric(done: Sequence[Analysed]) -> Metric:
    """Claims that verification dropped, of all that the analyst made."""
    checked = sum(one.checked for one in done)
    dropped = [f"{one.case.id}: {lost.claim[:80]}: {lost.why}" for one in done for lost in one.report.dropped]
    value = min(1.0, len(dropped) / checked) if checked else None
    return Metric("claims.unsupported", value, checked, data_set_of(one.case.digest for one in done), dropped)


def abstention_metrics(done: Sequence[Analysed]) -> list[Metric]:
    """Silence where the truth asks for it, and silence where it does not."""
    thin = [one for one in done if one.case.truth.abstain]
    rich = [one for one in done if one.case.truth.causes]
    spoke = [one for one in thin if one.report.status != "not_enough_evidence"]
    silent = [one for one in rich if one.report.status == "not_enough_evidence"]
    return [
        Metric(
            "abstention.kept",
            1 - len(spoke) / len(thin) if thin else None,
            len(thin),
            data_set_of(one.case.digest for one in thin),
            [f"{one.case.id}: blamed {_blamed(one)}" for one in spoke],
        ),
        Metric(
            "abstention.needless",
            len(silent) / len(rich) if rich else None,
            len(rich),
            data_set_of(one.case.digest for one in rich),
            [one.case.id for one in silent],
        ),
    ]


def _blamed(one: Analysed) -> str:
    cause = one.report.root_cause
    return f"{cause.symbol} in {cause.file} with {cause.confidence:.0%}" if cause else "nothing"


def _citations(one: Analysed) -> Iterator[Citation]:
    report = one.report
    yield from report.evidence
    for cause in (report.root_cause, *report.alternatives):
        if cause is not None:
            yield from cause.evidence
