"""Chooses what becomes evidence, inside one token budget shared by trace, code, history and logs.

Owns: the shares, what is passed over and how that is said, and the order of ids. The trace, failures of other services
that it passes on, and how often it was seen go first; code, logs and history get a fair share each of what is left, and
what one does not need goes to the others. Keeps out: what there is to choose from (gathering_items.py), counting tokens
(tokens.py), what is concluded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rca import tokens as counting
from rca.case import ClusterCase
from rca.evidence import Evidence, EvidenceItem, numbered
from rca.findings.scan import Finding
from rca.gathering_identity import identity
from rca.gathering_items import (
    CodeItem,
    change_items,
    code_items,
    finding_items,
    later_items,
    log_items,
    metrics_item,
    place_in_time,
    shorten_trace,
    trace_item,
)
from rca.later_changes import LaterChange
from rca.prompts import numbered_lines, one_line
from rca.reduction.share import fair_shares
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect
from rca.upstream_words import upstream_items

__all__ = ["DEFAULT_BUDGET", "Candidates", "Count", "Gathered", "gather", "shorten_trace"]

DEFAULT_BUDGET = 12_000
TRACE_SHARE = 0.5  # of the budget, at most
WHOLE_SHARE = 0.5  # of the code's share that a single long function may take
MOST_NAMED = 4  # of what was left out
_MARK = "0" * 12

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence, and in words what had no room, counted."""

    evidence: Evidence
    left_out: tuple[str, ...] = ()


class Candidates:
    """Everything that could be evidence of a case; `within` chooses. `tokens` counts for the model that will read."""

    def __init__(
        self,
        case: ClusterCase,
        suspects: Sequence[Suspect],
        changes: Sequence[SuspectChange],
        findings: Sequence[Finding],
        *,
        later: Sequence[LaterChange] = (),
        tokens: Count = counting.count,
    ) -> None:
        self._case, self._tokens = case, tokens
        self._code = code_items(case, suspects)
        self._history = [*finding_items(findings), *change_items(changes), *later_items(later)]
        self._costs: dict[EvidenceItem, int] = {}
        self._upstream = list(upstream_items(case.upstream))
        self._identity = identity(case, suspects, changes, findings, later, others=self._upstream)

    @cached_property
    def _place(self) -> Callable[[EvidenceItem], int]:
        return place_in_time(self._case)

    def within(self, budget: int) -> Gathered:
        """Evidence whose items together count at most `budget` tokens as a question shows them."""
        trace = trace_item(self._case, int(budget * TRACE_SHARE), tokens=self._tokens)
        first = [item for item in (trace, *self._upstream, metrics_item(self._case)) if item.text]
        left = budget
        kept = []
        for item in first:
            if self._cost(item) <= left:
                kept.append(item)
                left -= self._cost(item)
        purse = _Purse(left, self._cost)
        logs = log_items(self._case, max(left, 0))
        demand = {
            "code": sum(self._cost(item.whole) for item in self._code),
            "logs": sum(self._cost(item) for item in logs.items),
            "history": sum(self._cost(item) for item in self._history),
        }
        shares = fair_shares(demand, left)
        code = purse.code(self._code, shares["code"])
        shown = purse.take(logs.items, shares["logs"])
        past = purse.take(self._history, shares["history"])
        code += purse.code([item for item in self._code if not _is_in(item, code)], purse.left)
        shown += purse.take([item for item in logs.items if item not in shown], purse.left)
        past += purse.take([item for item in self._history if item not in past], purse.left)
        code.sort(key=[item for one in self._code for item in (one.whole, one.part)].index)
        past.sort(key=self._history.index)
        missed = [item for item in logs.items if item not in shown]
        said = [
            *_trace_left(self._case, trace, kept),
            *_code_left(self._code, code),
            *_logs_left(missed, logs.kinds_left, logs.lines_left),
            *_history_left([item for item in self._history if item not in past]),
        ]
        seen = [item for item in kept if item.kind == "metric"]
        ordered = [*kept[: len(kept) - len(seen)], *code, *sorted(shown, key=self._place), *past, *seen]
        return Gathered(replace(numbered(ordered), identity=self._identity), tuple(said))

    def _cost(self, item: EvidenceItem) -> int:
        """Tokens of an item in a question; code is named again in the list of suspects."""
        if item not in self._costs:
            place = f", {item.path}:{item.start_line}-{item.end_line}, {item.symbol}"
            head = f"[E99] {item.kind}: {one_line(item.title)}{place if item.kind == 'code' else ''}, 99 such events"
            again = f"9. [E99]{place}, running at line {item.start_line}\n" if item.kind == "code" else ""
            text = f"{again}\n{head}\n<<<{_MARK} E99\n{numbered_lines(item)}\nE99 {_MARK}>>>\n"
            self._costs[item] = self._tokens(text)
        return self._costs[item]


class _Purse:
    """What is left of the budget."""

    def __init__(self, tokens: int, cost: Callable[[EvidenceItem], int]) -> None:
        self.left, self._cost = max(tokens, 0), cost

    def take(self, items: Sequence[EvidenceItem], share: int) -> list[EvidenceItem]:
        """Items in order as long as they fit both the share and the budget; what does not fit is passed over."""
        share, taken = min(share, self.left), []
        for item in items:
            cost = self._cost(item)
            if cost <= share:
                share -= cost
                self.left -= cost
                taken.append(item)
        return taken

    def code(self, items: Sequence[CodeItem], share: int) -> list[EvidenceItem]:
        """The same for blocks: a long one whole while that leaves room for others, else the part that matters."""
        share = min(share, self.left)
        taken: list[EvidenceItem] = []
        for item in items:
            whole = item.part is item.whole or self._cost(item.whole) <= share * WHOLE_SHARE
            before = self.left
            taken += self.take([item.whole if whole else item.part], share)
            share -= before - self.left
        return taken


def _is_in(item: CodeItem, taken: Sequence[EvidenceItem]) -> bool:
    return item.whole in taken or item.part in taken


def _trace_left(case: ClusterCase, trace: EvidenceItem, kept: Sequence[EvidenceItem]) -> list[str]:
    lines = case.trace_text.count("\n") + 1
    if trace not in kept:
        return [f"trace: all {lines:,} lines"]
    return [f"trace: the middle of its {lines:,} lines"] if trace.text != case.trace_text else []


def _code_left(all_items: Sequence[CodeItem], taken: Sequence[EvidenceItem]) -> list[str]:
    missed = [item.whole.symbol for item in all_items if not _is_in(item, taken)]
    parts = [item.whole.symbol for item in all_items if item.part in taken and item.whole not in taken]
    said = [f"code: {len(missed)} of {len(all_items)} suspects: {_named(missed)}"] if missed else []
    return said + ([f"code: all but the lines around the failure of {_named(parts)}"] if parts else [])


def _logs_left(missed: Sequence[EvidenceItem], kinds: int, lines: int) -> list[str]:
    kinds, lines = kinds + len(missed), lines + sum(item.count for item in missed)
    return [f"logs: {kinds:,} kinds of lines, {lines:,} lines in all"] if lines else []


def _history_left(missed: Sequence[EvidenceItem]) -> list[str]:
    if not missed:
        return []
    named = [item.commit[:12] if item.kind == "commit" and item.commit else item.title for item in missed]
    return [f"history and findings: {len(missed)} pieces: {_named(named)}"]


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(one_line(name)[:120] for name in names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"


def gather(
    case: ClusterCase,
    suspects: Sequence[Suspect],
    changes: Sequence[SuspectChange],
    findings: Sequence[Finding],
    *,
    budget: int = DEFAULT_BUDGET,
    later: Sequence[LaterChange] = (),
    tokens: Count = counting.count,
) -> Evidence:
    """The evidence of `case` within `budget` tokens."""
    return Candidates(case, suspects, changes, findings, later=later, tokens=tokens).within(budget).evidence
