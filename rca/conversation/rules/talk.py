"""What an answer by rules is written with: the question, the fault, the desk, and the sentences so far.

Owns: saying something together with what it rests on, and the analysis of the fault, opened when it is first needed.
Keeps out: which sentences are said (the files beside this one).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from connectors.redaction import mask
from rca.conversation.asked import Asked
from rca.conversation.desk import Desk, Seen
from rca.conversation.notebook import marks_in, without_marks
from rca.conversation.tools import ShowAnalysis, ShowFault
from rca.conversation.values import Cited, Fault, Option, Sentence, Turn
from rca.evidence import EvidenceItem

if TYPE_CHECKING:
    from rca.report import RcaReport
    from rca.result import AnalysisResult

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\[(])")


@dataclass(frozen=True)
class Analysis:
    """An analysis whose evidence is in the notebook: `items` maps its ids to the pieces there."""

    result: "AnalysisResult"
    items: Mapping[str, EvidenceItem]
    summary: EvidenceItem

    @property
    def report(self) -> "RcaReport":
        return self.result.report

    def of_commit(self, commit: str) -> EvidenceItem:
        """The piece that shows a commit, else the analysis itself."""
        own = [item for item in self.items.values() if item.kind == "commit" and item.commit == commit]
        return own[0] if own else self.summary

    def of_code(self, path: str, symbol: str) -> EvidenceItem | None:
        """The piece that shows a block."""
        code = [item for item in self.items.values() if item.kind == "code" and item.path == path]
        return next((item for item in code if item.symbol == symbol), None)


@dataclass
class Talk:
    """One answer in the making. `earlier` are the turns before it, oldest first."""

    desk: Desk
    asked: Asked
    fault: Fault | None = None
    earlier: Sequence[Turn] = ()
    sentences: list[Sentence] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    options: list[Option] = field(default_factory=list)
    known: bool = True

    def say(self, text: str, *items: EvidenceItem | None, quote: str = "") -> None:
        """A sentence that rests on `items`; `quote` is from the first of them. Secrets in it are masked."""
        kept = [item for item in items if item is not None]
        cited = [
            Cited(evidence_id=item.id, quote=quote if place == 0 and quote in item.text else "")
            for place, item in enumerate(kept)
        ]
        self.sentences.append(Sentence(text=mask(text).text, citations=tuple(dict.fromkeys(cited))))

    def report_words(self, text: str, analysis: Analysis) -> None:
        """Sentences of a report with its citations, each as a sentence here."""
        for sentence in _SENTENCES.split(text):
            named = [analysis.items[name] for name in marks_in(sentence) if name in analysis.items]
            if sentence.strip():
                self.say(without_marks(sentence).strip(), *(named or [analysis.summary]))

    def show(self, *items: EvidenceItem | None, line: int | None = None) -> None:
        """Lay evidence open under the answer; `line` is marked in code that holds it."""
        for item in items:
            if item is not None and item.id not in self.shown:
                self.shown.append(item.id)
            if item is not None and line and item.start_line <= line <= item.end_line:
                self.marks[item.id] = line

    def cannot(self, text: str) -> None:
        """Say what cannot be answered, and why."""
        self.known = False
        self.say(text)

    def nothing(self, seen: Seen, otherwise: str) -> None:
        """Say why a look-up found nothing."""
        self.cannot(_ended(seen.problem or otherwise or seen.says))

    @property
    def own(self) -> Fault:
        """The fault that is talked about. Only answers about one fault ask for it."""
        assert self.fault is not None  # noqa: S101  # intents that need none never come here
        return self.fault

    @cached_property
    def facts(self) -> Sequence[EvidenceItem]:
        """How often and where the fault was seen, and the exception as logged."""
        return self.desk.look(ShowFault(fault=self.own.id)).items

    @cached_property
    def counts(self) -> EvidenceItem | None:
        return self.facts[0] if self.facts else None

    @cached_property
    def exception(self) -> EvidenceItem | None:
        return self.facts[1] if len(self.facts) > 1 else None

    @cached_property
    def analysis(self) -> Analysis | None:
        """The fault's analysis; None, and said so, when there can be none."""
        seen = self.desk.look(ShowAnalysis(fault=self.own.id))
        if not seen.items or seen.data is None:
            self.cannot(f"There is no analysis of this fault: {seen.problem or 'its evidence could not be kept'}.")
            return None
        result, kept = seen.data
        return Analysis(result, dict(zip(kept, seen.items, strict=False)), seen.items[-1])

    def ago(self, when: datetime) -> str:
        """How long before the newest data."""
        newest = self.desk.world.newest()
        if newest is None:
            return ""
        passed = newest - when
        return (
            " (at the end of the data)"
            if passed < timedelta(seconds=5)
            else f" ({length(passed)} before the newest log line)"
        )


def length(span: timedelta) -> str:
    """A span in its largest unit: "3 minutes"."""
    seconds = max(0, int(span.total_seconds()))
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            amount = seconds // size
            return f"{amount} {name}{'s' * (amount != 1)}"
    return "less than a second"


def at(when: datetime) -> str:
    """A time in words: "2026-03-01 12:00:00 UTC"."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def times(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count:,} times"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names in a sentence: "a, b and c"."""
    shown = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def _ended(text: str) -> str:
    first = text[:1].upper() + text[1:]
    return first if first.endswith((".", "?", "!")) else f"{first}."
