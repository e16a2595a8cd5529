"""The order of a root cause analysis, and nothing else.

findings -> suspects -> changes -> evidence -> (a stored report?) -> analyst -> verification -> severity -> report.
Every step is one function of another file. Keeps out: what each step does, when an analysis is run.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from connectors.errors import FirstcauseError
from rca.analysts import Analyst, Draft, tokens_of
from rca.analysts.deterministic import DeterministicAnalyst
from rca.analysts.places import line_of
from rca.candidates.meaning import what_it_says
from rca.case import ClusterCase, with_own_event
from rca.changed_blocks import changed_blocks
from rca.confidence import IDENTITY, Calibration, calibration
from rca.confidence_verdicts import judged
from rca.evidence import Evidence
from rca.feedback import FeedbackStore
from rca.findings.rules import Rule
from rca.findings.scan import scan
from rca.gathering import DEFAULT_BUDGET, Candidates, Count
from rca.history.bounds import bounds_of
from rca.later_changes import LaterChange, later_changes
from rca.material import Material
from rca.material_fit import fitted
from rca.nearby import nearby
from rca.report_refresh import refreshed
from rca.report_writing import finished
from rca.reports import ReportKey, ReportStore
from rca.result import AnalysisResult, ranked_changes, ranked_places
from rca.severity import assess
from rca.signals import Surroundings
from rca.suspect_changes import SuspectChange, suspect_changes
from rca.suspects import Suspect, rank_suspects
from rca.tokens import count
from rca.verification import Verified, verify

__all__ = ["AnalysisResult", "Analyst", "ClusterCase", "analyse", "prepare"]

SUSPECTS = 10
_QUOTED = re.compile(r"""["']([A-Za-z_][\w.-]{2,60})["']""")


def analyse(
    case: ClusterCase,
    *,
    analyst: Analyst | None = None,
    reports: ReportStore | None = None,
    feedback: FeedbackStore | None = None,
    token_budget: int = DEFAULT_BUDGET,
    rules: Sequence[Rule] | None = None,
) -> AnalysisResult:
    """The analysis of one cluster by `analyst` (default: the rules alone).

    With `reports`, a report on the same evidence by the same analyst and version is returned instead of written again,
    and a new one is stored. With `feedback`, people's verdicts move the ranking. `token_budget` bounds what a model is
    sent; `rules` are the finding rules (default: the shipped ones). Missing code, history or models are said in the
    report; only a defect or the metadata database raises.
    """
    writer = analyst or DeterministicAnalyst()
    counter = tokens_of(writer)
    material = prepare(case, feedback=feedback, token_budget=token_budget, tokens=counter, rules=rules)
    key = ReportKey(case.cluster_id, case.version, writer.name, writer.version, material.evidence.digest)
    if reports is not None and (held := reports.find(key)) is not None:
        return _served(held, material, reports)
    draft, verified = _written(writer, material)
    taught = _taught(feedback, reports, draft.analyst)
    result = AnalysisResult(
        report=finished(material, draft, verified, version=writer.version, taught=taught),
        evidence=material.evidence,
        suspects=ranked_places(material.suspects),
        changes=ranked_changes(material.changes),
        report_id=key.report_id(fallback=draft.fallback),
        input_tokens=draft.input_tokens,
        output_tokens=draft.output_tokens,
    )
    if reports is not None:
        reports.save(key, result, fallback=draft.fallback)
    return result


def _served(held: AnalysisResult, material: Material, reports: ReportStore) -> AnalysisResult:
    """A stored result with the severity and the counts of now: the fault may have become a flood."""
    renewed = refreshed(held, material)
    if renewed is not held:
        reports.renew(renewed)
    return renewed


def prepare(
    case: ClusterCase,
    *,
    feedback: FeedbackStore | None = None,
    token_budget: int = DEFAULT_BUDGET,
    tokens: Count = count,
    rules: Sequence[Rule] | None = None,
) -> Material:
    """Everything up to the analyst: findings, suspects, changes, evidence, severity, and notes on what was missing.

    The question that a model would be asked about it counts at most `token_budget` tokens by `tokens`.
    """
    case = replace(case, logs=with_own_event(case))
    notes: list[str] = []
    findings = scan(case.logs, own_event=case.event_id, rules=rules)
    suspects = _suspects(case, feedback, notes)
    changes = _changes(case, suspects, notes)
    later = _later(case, suspects, notes)
    blank = Material(case, Evidence(()), suspects, changes, findings, assess(case), tuple(notes), tuple(later))
    candidates = Candidates(case, suspects, changes, findings, later=later, tokens=tokens)
    return fitted(blank, candidates.within, budget=token_budget, tokens=tokens)


def _suspects(case: ClusterCase, feedback: FeedbackStore | None, notes: list[str]) -> list[Suspect]:
    if case.code is None:
        notes.append(f"code was not looked at: {case.code_missing or 'no repository is known for this service'}")
        return []
    found = rank_suspects(
        case.chain,
        case.code,
        limit=SUSPECTS,
        surroundings=surroundings_of(case, notes),
        adjustments=feedback.adjustments(case.cluster_id) if feedback else None,
    )
    if not any(suspect.in_trace for suspect in found):
        notes.append("no frame of the trace leads into the indexed code; suspects are found by words alone")
    return found


def surroundings_of(case: ClusterCase, notes: list[str]) -> Surroundings:
    """What a production system knows beside the trace; `notes` hears of what could not be looked at."""
    said = what_it_says(case.exception_type, case.exception_message)
    return Surroundings(changed=_changed(case, notes), sharing=case.sharing, near=nearby(case), said=said)


def _changed(case: ClusterCase, notes: list[str]) -> dict[tuple[str, str], str]:
    good, failing = case.good_release, case.failing_release
    if case.repository is None or case.code is None or not (good and good.commit and failing and failing.commit):
        return {}
    since = f"{good.version or good.commit[:12]}, the last release without this fault"
    try:
        return changed_blocks(case.code, case.repository, good=good.commit, failing=failing.commit, since=since)
    except FirstcauseError as error:
        notes.append(f"changes between the releases are not known: {error}")
        return {}


def _changes(case: ClusterCase, suspects: list[Suspect], notes: list[str]) -> list[SuspectChange]:
    bounds = bounds_of(case, notes)
    if case.repository is None or bounds is None:
        return []
    try:
        return suspect_changes(
            case.repository,
            suspects,
            failing=bounds.failing,
            good=bounds.good,
            deployed=bounds.deployed,
            words=_words(case, suspects),
            trace=case.trace_text,
            first_seen=case.first_seen,
            notes=notes,
        )
    except FirstcauseError as error:
        notes.append(f"history was not looked at: {error}")
        return []


def _later(case: ClusterCase, suspects: list[Suspect], notes: list[str]) -> list[LaterChange]:
    """What the main branch has changed of the suspects since; nothing when the deployed commit is its newest."""
    if case.repository is None or case.code is None:
        return []
    try:
        return later_changes(case.repository, suspects, deployed=case.code.commit, notes=notes)
    except FirstcauseError as error:
        notes.append(f"later commits were not looked at: {error}")
        return []


def _words(case: ClusterCase, suspects: list[Suspect]) -> list[str]:
    """Names that a suspected commit's difference may hold: from the message, and in quotes on the failing lines."""
    from rca.source_text import identifiers

    lines = [line_of(suspect) for suspect in suspects[:3] if suspect.line]
    quoted = [name for line in lines for name in _QUOTED.findall(line)]
    return list(dict.fromkeys([*identifiers(case.exception_message), *quoted]))


def _written(writer: Analyst, material: Material) -> tuple[Draft, Verified]:
    """The draft and what survived of it; a model whose whole cause fell is replaced by the rules, and that is said."""
    draft = writer.write(material)
    verified = verify(draft.claims, material)
    fell = draft.claims.root_cause is not None and verified.claims.root_cause is None
    if fell and draft.analyst != DeterministicAnalyst.name:
        rules = DeterministicAnalyst().write(material)
        reason = f"the cause that {draft.analyst} gave could not be confirmed"
        lost, counted = verified.dropped, verified.checked
        draft = replace(
            draft,
            claims=rules.claims,
            analyst=rules.analyst,
            note=f"{rules.note} Fallback, as {reason}.",
            fallback=True,
        )
        verified = verify(draft.claims, material)
        verified = Verified(verified.claims, [*lost, *verified.dropped], verified.checked + counted)
    return draft, verified


def _taught(feedback: FeedbackStore | None, reports: ReportStore | None, analyst: str) -> Calibration:
    """What people's verdicts on the same analyst's reports say about its confidence."""
    if feedback is None or reports is None:
        return IDENTITY
    return calibration(judged(feedback, reports, analyst=analyst))
