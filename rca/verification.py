"""Checks every claim of an analyst against evidence and code; what cannot be confirmed is dropped and counted.

Owns: the order of the checks, quotes (byte for byte) and parameters. Keeps out: places in the code
(verification_places.py), sentences (verification_prose.py), how claims are made; the confidence's ceiling
(confidence.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rca.evidence import Evidence, EvidenceItem
from rca.evidence_orders import gives_orders
from rca.material import Material
from rca.report import Cause, Citation, DroppedClaim, Fix, InvolvedParameter, RcaClaims
from rca.report_links import defanged
from rca.verification_facts import Facts
from rca.verification_places import Reach, has_word, place_problem
from rca.verification_prose import Kind, Prose

_GUTTER = re.compile(r"^ *\d+\| ?", re.MULTILINE)
SHORTEST_QUOTE = 4  # letters and digits; a shorter one is found everywhere and shows nothing
ACTION = Kind("fix", states=False)
TEST = Kind("test to add", states=False, new_files=True)
CHECK = Kind("next check", states=False)


@dataclass
class Verified:
    """What survived, what did not, and how many single claims were looked at."""

    claims: RcaClaims
    dropped: list[DroppedClaim] = field(default_factory=list)
    checked: int = 0


def verify(claims: RcaClaims, material: Material) -> Verified:
    """`claims` without anything that code cannot confirm; the input is not changed."""
    check = _Check(material)
    root = check.cause(claims.root_cause, "root cause") if claims.root_cause is not None else None
    alternatives = [kept for cause in claims.alternatives if (kept := check.cause(cause, "alternative"))]
    fell = root is None and claims.root_cause is not None
    verified = claims.model_copy(
        update={
            "summary": "" if fell else check.prose.kept(claims.summary, Kind("summary")),
            "root_cause": root,
            "alternatives": alternatives,
            "parameters": [same for item in claims.parameters if (same := check.parameter(item))],
            "evidence": check.citations(claims.evidence, "supporting evidence"),
            "fixes": [fixed for fix in claims.fixes if (fixed := check.fix(fix))],
            "tests_to_add": check.prose.all_kept(claims.tests_to_add, TEST),
            "next_checks": check.prose.all_kept(claims.next_checks, CHECK),
            "impact": check.prose.kept(claims.impact, Kind("impact")),
        }
    )
    return Verified(verified, check.dropped, check.checked + check.prose.checked)


def impact_of(text: str, material: Material) -> str:
    """The sentences of an impact that hold for `material`: a stored one may have been overtaken by new counts."""
    return Prose(Facts(material), []).kept(text, Kind("impact"))


class _Check:
    """One pass over one analyst's claims; collects what it drops."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.evidence: Evidence = material.evidence
        self.dropped: list[DroppedClaim] = []
        self.checked = 0
        self.prose = Prose(Facts(material), self.dropped)
        self.reach = Reach(material)

    def drop(self, claim: str, check: str, why: str) -> None:
        self.dropped.append(DroppedClaim(claim=defanged(claim, self.evidence)[:200], why=why, check=check))

    def citations(self, citations: Iterable[Citation], where: str) -> list[Citation]:
        kept = []
        for citation in citations:
            self.checked += 1
            item = self.evidence.get(citation.evidence_id)
            quote = exact_quote(citation.quote, item) if item else None
            if item is None:
                self.drop(f"{where}: {citation.evidence_id}", "evidence", "there is no such evidence")
            elif quote is None:
                self.drop(f"{where}: {citation.quote!r}", "quote", f"these words are not in {item.id}")
            else:
                kept.append(Citation(evidence_id=item.id, quote=quote))
        return kept

    def cause(self, cause: Cause, where: str) -> Cause | None:
        self.checked += 1
        citations = self.citations(cause.evidence, where)
        name = f"{where}: {cause.symbol} in {cause.file}:{cause.start_line}-{cause.end_line}"
        problem = place_problem(cause, self.material, self.reach)
        if problem is None and all(gives_orders(citation.quote) for citation in citations):
            why = "it rests on text alone that addresses the reader" if citations else "none of its evidence holds"
            problem = ("support", why)
        if problem is not None:
            self.drop(name, *problem)
            return None
        reasoning = self.prose.kept(cause.reasoning, Kind(f"{where}'s reasoning"))
        return cause.model_copy(update={"evidence": citations, "reasoning": reasoning})

    def parameter(self, parameter: InvolvedParameter) -> InvolvedParameter | None:
        self.checked += 1
        item = self.evidence.get(parameter.evidence_id)
        problem = _parameter_problem(parameter, item)
        if problem is not None:
            self.drop(f"parameter {parameter.name}={parameter.value}", *problem)
            return None
        return parameter.model_copy(update={"why": self.prose.kept(parameter.why, Kind("parameter"))})

    def fix(self, fix: Fix) -> Fix | None:
        """A fix without what is wrong in it; one whose description or undoing fell is none."""
        texts = {name: self.prose.kept(getattr(fix, name), ACTION) for name in ("description", "risk", "rollback")}
        whole = texts["description"] and (texts["rollback"] or not fix.rollback)
        return fix.model_copy(update=texts) if whole else None


def exact_quote(quote: str, item: EvidenceItem) -> str | None:
    """The quote as it stands in the evidence: as given, or without the line numbers that a prompt shows beside code.

    A quote with fewer than four letters or digits has to be a whole line.
    """
    for candidate in (quote, quote.strip(), _GUTTER.sub("", quote), _GUTTER.sub("", quote).strip()):
        if candidate.strip() and candidate in item.text:
            long_enough = sum(map(str.isalnum, candidate)) >= SHORTEST_QUOTE
            if long_enough or candidate.strip() in {line.strip() for line in item.text.split("\n")}:
                return candidate
    return None


def _parameter_problem(parameter: InvolvedParameter, item: EvidenceItem | None) -> tuple[str, str] | None:
    """Name and value have to stand on one line of the evidence, each as a whole word."""
    if item is None:
        return "evidence", f"there is no evidence {parameter.evidence_id}"
    named = [line for line in item.text.split("\n") if has_word(line, parameter.name)]
    if not named:
        return "parameter", f"the name is not in {item.id}"
    value = parameter.value.strip()
    if value and not any(_holds(line, parameter.name, value) for line in named):
        return "parameter", f"the value does not stand beside the name in {item.id}"
    return None


def _holds(line: str, name: str, value: str) -> bool:
    """Whether the line gives `name` this value: right after it where the line says name=value, else anywhere."""
    given = re.compile(rf"""(?<!\w){re.escape(name)}(?!\w)["'\])]{{0,2}}\s?(?:=>|:=|=(?!=)|:)\s?["'\[(]{{0,2}}""")
    after = [line[match.end() :] for match in given.finditer(line)]
    if after:
        return any(rest.startswith(value.strip("\"'")) and has_word(rest, value.strip("\"'")) for rest in after)
    return has_word(line, value)
