"""Checks an answer sentence by sentence; what cannot be confirmed is dropped and counted.

A sentence that states something needs evidence: every id it cites must exist, every quote must stand in that piece byte
for byte, and every commit, file and number in it must stand in the evidence or in the question. Advice and what is not
known need no evidence, but must not bring in commits, files or addresses of their own. Owns: the checks. Keeps out:
who wrote the answer.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rca.conversation.notebook import marks_in, without_marks
from rca.conversation.values import Cited, Sentence
from rca.evidence import Evidence, EvidenceItem
from rca.report import DroppedClaim

_COMMIT = re.compile(r"(?<![\w-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![\w-])")
_PATH = re.compile(
    r"(?<![\w/])[\w.-]+(?:/[\w.-]+)*\.(?:py|java|kt|jsx?|mjs|tsx?|go|rb|php|cs|scala|rs|c|cc|cpp|h|toml|ya?ml|json|sql|xml|conf|ini|properties)\b"
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
_ADDRESS = re.compile(r"\b\w+://\S+|\bwww\.\S+|\b(?:curl|wget)\s+\S+", re.IGNORECASE)
SMALL = 10  # numbers up to here are counted by the reader, as in "both" or "3 services"


class DraftCitation(BaseModel):
    """A quote from one piece of evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence_id: str = Field(max_length=12, description="Id of the evidence, such as E3.")
    quote: str = Field(max_length=1_000, description="Words copied exactly from that evidence, at most a line or two.")


class DraftSentence(BaseModel):
    """One sentence as a model hands it in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(max_length=1_500, description="One sentence, without evidence ids in it.")
    kind: Literal["fact", "advice", "unknown"] = Field(
        default="fact", description="fact needs citations; advice is what to do; unknown is what cannot be told."
    )
    citations: list[DraftCitation] = Field(default_factory=list, max_length=6)


@dataclass
class Checked:
    """What survived, what did not and why, and how many claims were looked at."""

    sentences: list[Sentence] = field(default_factory=list)
    dropped: list[DroppedClaim] = field(default_factory=list)
    count: int = 0


def check(draft: Iterable[DraftSentence], evidence: Evidence, *, said: str = "") -> Checked:
    """The sentences of `draft` that hold. `said` is what the engineer wrote: its words may be used freely."""
    known = _Known(evidence, said)
    checked = Checked()
    for sentence in draft:
        checked.count += 1
        kept, why = _sentence(sentence, known)
        if kept is None:
            checked.dropped.append(DroppedClaim(claim=sentence.text[:200], why=why))
        else:
            checked.sentences.append(kept)
    return checked


class _Known:
    """All text that an answer may take its names and numbers from."""

    def __init__(self, evidence: Evidence, said: str) -> None:
        self.evidence = evidence
        parts = [f"{item.title}\n{item.text}\n{item.path}\n{item.symbol}\n{item.commit}" for item in evidence.items]
        parts += [f"{item.start_line} {item.end_line} {item.count}" for item in evidence.items]
        self.text = "\n".join([*parts, said])
        self.numbers = {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", self.text)}
        for item in evidence.of_kind("code"):
            self.numbers |= {str(line) for line in range(item.start_line, item.end_line + 1)}


def _sentence(sentence: DraftSentence, known: _Known) -> tuple[Sentence | None, str]:
    from rca.verification import exact_quote  # with all that an analysis needs, which answers by rules do not

    citations = []
    for citation in sentence.citations:
        item = known.evidence.get(citation.evidence_id)
        if item is None:
            return None, f"there is no evidence {citation.evidence_id}"
        quote = exact_quote(citation.quote, item)
        if quote is None:
            return None, f"the quote {citation.quote[:80]!r} is not in {item.id}"
        citations.append(Cited(evidence_id=item.id, quote=quote))
    for name in marks_in(sentence.text):
        item = known.evidence.get(name)
        if item is None:
            return None, f"there is no evidence {name}"
    text = without_marks(sentence.text).strip()
    if not text:
        return None, "it says nothing"
    if sentence.kind == "fact" and not citations:
        return None, "it cites no evidence"
    return _worded(text, citations, sentence.kind, known)


def _worded(text: str, citations: list[Cited], kind: str, known: _Known) -> tuple[Sentence | None, str]:
    if kind != "fact" and _ADDRESS.search(text):
        return None, "advice must not send anybody to an address or to fetch something"
    unknown = [name for pattern in (_COMMIT, _PATH) for name in pattern.findall(text) if name not in known.text]
    if unknown:
        return None, f"no evidence holds {', '.join(unknown[:3])}"
    if kind == "fact":
        strange = [number for number in _NUMBER.findall(text) if not _is_known(number, known)]
        if strange:
            return None, f"no evidence holds the number {', '.join(strange[:3])}"
    return Sentence(text=text, citations=tuple(dict.fromkeys(citations))), ""


def _is_known(number: str, known: _Known) -> bool:
    plain = number.replace(",", "")
    return plain in known.numbers or (plain.isdigit() and int(plain) <= SMALL)


def sentence_problem(sentence: Sentence, evidence: Evidence) -> str:
    """Why a sentence's citations do not hold, "" when they do; for answers that rules write."""
    for cited in sentence.citations:
        item: EvidenceItem | None = evidence.get(cited.evidence_id)
        if item is None:
            return f"there is no evidence {cited.evidence_id}"
        if cited.quote and cited.quote not in item.text:
            return f"the quote {cited.quote[:80]!r} is not in {item.id}"
    return ""
