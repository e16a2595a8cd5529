"""Checks every claim of an analyst against evidence and code; what cannot be confirmed is dropped and counted.

Owns: the checks and their order. Quotes are compared byte for byte, files, lines and symbols with the tree at the
commit. Keeps out: how claims are made; the confidence's ceiling (confidence.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.errors import NotFoundError
from rca.codebase import Codebase
from rca.evidence import Evidence, EvidenceItem
from rca.material import Material
from rca.report import Cause, Citation, DroppedClaim, Fix, InvolvedParameter, RcaClaims
from rca.suspect_changes import CONFIGURATION

_GUTTER = re.compile(r"^ *\d+\| ?", re.MULTILINE)
# Only ids in brackets, [E3] or (E3, E4): words like E404 are error codes.
_MENTIONS = re.compile(r"[\[(](E\d+(?:\s*[,;]\s*E\d+)*)[\])]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[(])")
_PATH = re.compile(r"\b[\w.-]+(?:/[\w.-]+)+\.(?:py|java|kt|js|jsx|ts|tsx|go|rb|php|cs|scala|rs|toml|ya?ml|json|sql)\b")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
HEADROOM = 3  # lines by which a range may overshoot its file's end or its block


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
    verified = claims.model_copy(
        update={
            "summary": check.prose(claims.summary, "summary") if root is not None or claims.root_cause is None else "",
            "root_cause": root,
            "alternatives": alternatives,
            "parameters": [item for item in claims.parameters if check.parameter(item)],
            "evidence": check.citations(claims.evidence, "supporting evidence"),
            "fixes": [fixed for fix in claims.fixes if (fixed := check.fix(fix))],
            "tests_to_add": check.texts(claims.tests_to_add, "test to add"),
            "next_checks": check.texts(claims.next_checks, "next check"),
            "impact": check.impact(claims.impact),
        }
    )
    return Verified(verified, check.dropped, check.checked)


class _Check:
    """One pass over one analyst's claims; collects what it drops."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.evidence: Evidence = material.evidence
        self.dropped: list[DroppedClaim] = []
        self.checked = 0

    def drop(self, claim: str, why: str) -> None:
        self.dropped.append(DroppedClaim(claim=claim[:200], why=why))

    def citations(self, citations: Iterable[Citation], where: str) -> list[Citation]:
        kept = []
        for citation in citations:
            self.checked += 1
            item = self.evidence.get(citation.evidence_id)
            quote = exact_quote(citation.quote, item) if item else None
            if item is None:
                self.drop(f"{where}: {citation.evidence_id}", "there is no such evidence")
            elif quote is None:
                self.drop(f"{where}: {citation.quote!r}", f"these words are not in {item.id}")
            else:
                kept.append(Citation(evidence_id=item.id, quote=quote))
        return kept

    def cause(self, cause: Cause, where: str) -> Cause | None:
        self.checked += 1
        citations = self.citations(cause.evidence, where)
        name = f"{where}: {cause.symbol} in {cause.file}:{cause.start_line}-{cause.end_line}"
        why = place_problem(cause, self.material)
        if why is None and not citations:
            why = "none of its evidence could be confirmed"
        if why is not None:
            self.drop(name, why)
            return None
        reasoning = self.prose(cause.reasoning, f"{where}'s reasoning")
        return cause.model_copy(update={"evidence": citations, "reasoning": reasoning})

    def parameter(self, parameter: InvolvedParameter) -> bool:
        self.checked += 1
        item = self.evidence.get(parameter.evidence_id)
        problem = None
        if item is None:
            problem = f"there is no evidence {parameter.evidence_id}"
        elif not _has_word(item.text, parameter.name):
            problem = f"the name is not in {item.id}"
        elif parameter.value and parameter.value not in item.text:
            problem = f"the value is not in {item.id}"
        if problem:
            self.drop(f"parameter {parameter.name}={parameter.value}", problem)
        return problem is None

    def fix(self, fix: Fix) -> Fix | None:
        self.checked += 1
        unknown = self.unknown_path(fix.description)
        if unknown:
            self.drop(f"fix: {fix.description}", f"there is no file {unknown} at this commit")
            return None
        return fix.model_copy(update={"description": self.prose(fix.description, "fix")})

    def texts(self, texts: Iterable[str], where: str) -> list[str]:
        return [kept for text in texts if (kept := self.prose(text, where))]

    def prose(self, text: str, where: str) -> str:
        """The sentences that mention only evidence that exists."""
        kept = []
        for sentence in _SENTENCE.split(text):
            named = re.findall(r"E\d+", " ".join(_MENTIONS.findall(sentence)))
            unknown = [name for name in named if self.evidence.get(name) is None]
            if unknown:
                self.checked += 1
                self.drop(f"{where}: {sentence}", f"there is no evidence {', '.join(unknown)}")
            else:
                kept.append(sentence)
        return " ".join(kept)

    def impact(self, text: str) -> str:
        """The sentences whose numbers all stand somewhere in the evidence."""
        kept = []
        known = {
            number
            for item in self.evidence.items
            for number in _NUMBER.findall(f"{item.title}\n{item.text}\n{item.id}")
        }
        for sentence in _SENTENCE.split(self.prose(text, "impact")):
            unknown = [number for number in _NUMBER.findall(sentence) if number not in known]
            if unknown:
                self.checked += 1
                self.drop(f"impact: {sentence}", f"no evidence holds {', '.join(unknown)}")
            else:
                kept.append(sentence)
        return " ".join(kept)

    def unknown_path(self, text: str) -> str:
        code = self.material.case.code
        if code is None:
            return ""
        for path in _PATH.findall(text):
            if code.resolve_path(path) is None and not any(path in item.text for item in self.evidence.items):
                return str(path)
        return ""


def exact_quote(quote: str, item: EvidenceItem) -> str | None:
    """The quote as it stands in the evidence: as given, or without the line numbers that a prompt shows beside code."""
    for candidate in (quote, quote.strip(), _GUTTER.sub("", quote), _GUTTER.sub("", quote).strip()):
        if candidate.strip() and candidate in item.text:
            return candidate
    return None


def place_problem(cause: Cause, material: Material) -> str | None:
    """Why a place cannot be what it is said to be, or None: file, lines and symbol at the commit, and in reach."""
    code = material.case.code
    if cause.end_line < cause.start_line:
        return "its last line is before its first"
    if code is None:
        return _problem_without_code(cause, material)
    try:
        lines = code.text(cause.file).split("\n")
    except NotFoundError:
        return f"there is no file {cause.file} at commit {material.case.commit[:12]}"
    if cause.end_line > len(lines) + HEADROOM or cause.start_line > len(lines):
        return f"{cause.file} has only {len(lines)} lines"
    missing = _missing_symbol(cause, code, lines)
    if missing is None and not _in_reach(cause, material):
        return f"{cause.symbol} is neither in the trace nor reachable from it"
    return missing


def _missing_symbol(cause: Cause, code: Codebase, lines: list[str]) -> str | None:
    """Code: a block of that name around the first line. Configuration: the name's last part within the lines."""
    name = _last(cause.symbol)
    if CONFIGURATION.search(cause.file):
        named = _has_word("\n".join(lines[cause.start_line - 1 : cause.end_line]), name)
        return None if named else f"{cause.symbol} is not in these lines of {cause.file}"
    blocks = [block for block in code.blocks_in(cause.file) if block.name == name]
    if not blocks:
        return f"{cause.symbol} is not in {cause.file} at this commit"
    around = any(block.start_line - HEADROOM <= cause.start_line <= block.end_line for block in blocks)
    return None if around else f"{cause.symbol} is not at line {cause.start_line}"


def _problem_without_code(cause: Cause, material: Material) -> str | None:
    """Without a tree only what the trace itself printed can be confirmed."""
    frames = [frame for error in material.case.chain for frame in error.frames]
    same_file = [frame for frame in frames if frame.file == cause.file or frame.file.endswith("/" + cause.file)]
    if not same_file:
        return f"{cause.file} is not in the trace, and there is no code to look it up in"
    if not any(_last(frame.function) == _last(cause.symbol) for frame in same_file):
        return f"{cause.symbol} is not in the trace, and there is no code to look it up in"
    if not any(frame.line is not None and cause.start_line <= frame.line <= cause.end_line for frame in same_file):
        return "no frame of the trace is at these lines"
    return None


def _in_reach(cause: Cause, material: Material) -> bool:
    """Whether the symbol is a suspect, shown as evidence, in a suspected commit, or one call away from a suspect."""
    name = _last(cause.symbol)
    if any(item.path == cause.file and _last(item.symbol) == name for item in material.evidence.of_kind("code")):
        return True
    if any(cause.file in change.paths for change in material.changes):
        return True
    code = material.case.code
    for suspect in material.suspects:
        if (suspect.block.path, suspect.block.name) == (cause.file, name):
            return True
        if code is not None and any(
            (block.path, block.name) == (cause.file, name) for block in code.callees(suspect.block)
        ):
            return True
    return False


def _last(symbol: str) -> str:
    return re.split(r"\.|::", symbol.partition("(")[0])[-1].strip()


def _has_word(text: str, word: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
