"""Which commits may have brought the fault in: those between the last good and the failing release that touch suspects.

Owns: the ranking of commits with reasons. Everything is read at the deployed commit, never at the default branch.
Keeps out: which releases those are (case.py), who wrote a line (history/lines.py), which blocks differ between the
releases (changed_blocks.py), running git.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.errors import NotFoundError
from connectors.source_control import BlameLine, Commit
from rca.codebase import Repository
from rca.history.callees import changed_callees, names_of
from rca.history.excerpt import MOST_LINES, excerpt
from rca.history.lines import Lines, Written
from rca.history.settings_files import CONFIGURATION, FileTouched, is_named, settings_paths, touched_files, with_dots
from rca.history.span import Span, fixed_by, picked_from, reverted_by, span_between
from rca.history.symbols import compare_releases
from rca.suspects import Suspect

__all__ = ["CONFIGURATION", "SuspectChange", "suspect_changes"]

LOOKED_AT = 5  # suspects whose lines are blamed
MOST_COMPARED = 100  # files, by symbol
FEW_COMMITS = 10
FIRST_LINE = 0.6  # for touching a suspect at all, before the share of its lines
DIFF_LINES = MOST_LINES
HUGE_FILES, HUGE_LINES = 50, 2_000  # a commit that changes more says less about each place
FIRST_COMMIT = 0.05  # of the weight: it wrote whatever nobody changed since, so any other says more
OLD_DAYS = 90  # a line that ran this long before the fault was first seen did not bring it in alone
NAMED_DEPENDENCIES = 4  # told of one commit


@dataclass(frozen=True, slots=True)
class SuspectChange:
    """A commit, 0..1 how suspected it is, why, which suspected files it touches, and what matters of its diff."""

    commit: Commit
    score: float
    reasons: tuple[str, ...]
    paths: tuple[str, ...]
    diff: str


@dataclass(slots=True)
class _Tally:
    commit: Commit
    weight: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)  # with what each adds, 0.0 for what is only said
    paths: list[str] = field(default_factory=list)
    near: set[str] = field(default_factory=set)  # lines of the suspects that it wrote
    settings: list[str] = field(default_factory=list)  # configuration that it changed and nothing names

    def add(self, weight: float, reason: str, path: str = "") -> None:
        self.weight += weight
        self.reasons[reason] = self.reasons.get(reason, 0.0) + weight
        if path and path not in self.paths:
            self.paths.append(path)

    def told(self) -> tuple[str, ...]:
        """The reasons, the weightiest first."""
        return tuple(sorted(self.reasons, key=lambda reason: -self.reasons[reason]))


def suspect_changes(
    repository: Repository,
    suspects: Sequence[Suspect],
    *,
    failing: str,
    good: str | None,
    deployed: str | None = None,
    words: Sequence[str] = (),
    limit: int = 5,
    trace: str = "",
    first_seen: datetime | None = None,
    notes: list[str] | None = None,
) -> list[SuspectChange]:
    """Commits that may have brought the fault in, the most suspected first.

    `failing` and `good` are the commits of the first release with the fault and the last without; without a good one,
    the commits that last changed the suspects' lines are given, and their reasons say so. `deployed` is the commit that
    the suspects' lines are of, when a later release still has the fault (default: `failing`). `words` are names from
    the message: a diff that holds one counts more. `trace` is the logged text, in which changed dependencies are looked
    for; `first_seen` is when the fault first was. What history could not show is added to `notes`. Raises NotFoundError
    when a commit is not in the repository.
    """
    ranking = _Ranking(repository, suspects[:LOOKED_AT], words=words, notes=[] if notes is None else notes)
    deployed = repository.resolve(deployed or failing)
    if good is None:
        ranking.last_writers(deployed, first_seen)
    else:
        span = span_between(repository, good, failing)
        ranking.notes += span.notes
        ranking.writers(span, deployed)
        ranking.few(span)
        ranking.same_files(span)
        ranking.settings(span, trace)
        ranking.takes_back(span)
    return ranking.ranked(limit)


class _Ranking:
    """Collects what speaks for each commit."""

    def __init__(
        self, repository: Repository, suspects: Sequence[Suspect], *, words: Sequence[str], notes: list[str]
    ) -> None:
        self.repository = repository
        self.suspects = suspects
        self.words = [word for word in words if len(word) > 3]
        self.notes = notes
        self.tallies: dict[str, _Tally] = {}

    def tally(self, commit: Commit) -> _Tally:
        return self.tallies.setdefault(commit.commit, _Tally(commit))

    def writers(self, span: Span, deployed: str) -> None:
        """Who wrote the suspects' lines since the good release, or changed what they call."""
        lines = Lines(self.repository, deployed, span)
        lines.look_at(suspect.block.path for suspect in self.suspects)
        symbols = compare_releases(self.repository, span.changes, most=MOST_COMPARED, names=names_of(self.suspects))
        moved = {(symbol.path, symbol.symbol) for symbol in symbols if symbol.kind == "moved"}
        stayed = [
            (_worth(rank), suspect)
            for rank, suspect in enumerate(self.suspects)
            if (suspect.block.path, suspect.block.symbol) not in moved
        ]
        found = lines.written_in([suspect.block for _, suspect in stayed])
        for (worth, suspect), written in zip(stayed, found, strict=True):
            self._wrote(suspect, written, worth, span)
            self._cut(suspect, written)
        self._gave_up(lines)
        for callee in changed_callees(self.repository, span, self.suspects, symbols):
            for commit in callee.commits:
                self.tally(commit).add(callee.weight, callee.reason, callee.path)

    def _wrote(self, suspect: Suspect, written: Written, worth: float, span: Span) -> None:
        block = suspect.block
        for line in written.lines:
            tally = self.tally(span.commits[line.commit])
            tally.near.add(line.text)
            running = line.line == suspect.line
            reason = f"wrote lines of {block.symbol}"
            if running:
                reason = f"wrote the line of {block.symbol} that was running, line {line.line}"
            first = 0.0 if reason in tally.reasons else FIRST_LINE
            tally.add(((2.0 if running else 1.0 / len(written.lines)) + first) * worth, reason, line.original_path)
        for commit in written.took_out:
            self.tally(commit).add(FIRST_LINE * worth, f"took lines out of {block.symbol}", block.path)

    def _cut(self, suspect: Suspect, written: Written) -> None:
        if written.unknown and self.repository.cut_commits:
            self.notes.append(
                f"who wrote {written.unknown} lines of {suspect.block.symbol} is not known: history is cut there (a "
                "shallow clone); `git fetch --unshallow` brings the rest"
            )

    def _gave_up(self, lines: Lines) -> None:
        if lines.problem:
            self.notes.append(f"not every suspect's lines were blamed: {lines.problem}")

    def last_writers(self, failing: str, first_seen: datetime | None) -> None:
        """Who last changed the suspects, where no release is known to be good."""
        lines = Lines(self.repository, failing, None)
        found = lines.written_in([suspect.block for suspect in self.suspects])
        for rank, (suspect, written) in enumerate(zip(self.suspects, found, strict=True)):
            newest = max((line.authored_at for line in written.lines), default=None)
            for line in written.lines:
                if line.line == suspect.line or line.authored_at == newest:
                    self._last(suspect, line, len(written.lines), _worth(rank), first_seen)
            self._cut(suspect, written)
        self._gave_up(lines)

    def _last(self, suspect: Suspect, line: BlameLine, among: int, worth: float, first_seen: datetime | None) -> None:
        if line.commit not in self.tallies:
            self.tally(self.repository.log(line.commit, limit=1)[0])
        tally = self.tallies[line.commit]
        tally.near.add(line.text)
        running = line.line == suspect.line
        reason = f"was the last to change {suspect.block.symbol}"
        if running:
            reason = f"wrote the line of {suspect.block.symbol} that was running, line {line.line}"
        if not tally.commit.parents:
            worth *= FIRST_COMMIT
            reason += ", in the first commit of this history, which wrote everything"
        days = (first_seen - line.authored_at).days if first_seen else 0
        if days > OLD_DAYS:
            worth *= 0.3
            reason += f", but {days} days before the fault was first seen"
        first = 0.0 if reason in tally.reasons else FIRST_LINE
        tally.add(((2.0 if running else 1.0 / among) + first) * worth, reason, line.original_path)

    def few(self, span: Span) -> None:
        """When only a few commits lie between the releases, or nothing else is known, each is suspected for that."""
        within = span.suspects
        if len(within) <= FEW_COMMITS or not self.suspects:
            only = "the only commit" if len(within) == 1 else f"one of {len(within)} commits"
            for commit in within:
                reason = f"{only} between the last release without this fault and the failing one"
                self.tally(commit).add(1 / len(within), reason)

    def same_files(self, span: Span) -> None:
        """Commits that changed a suspect's file elsewhere."""
        names = {
            name: suspect.block.path
            for suspect in self.suspects
            if (change := span.change_of(suspect.block.path))
            for name in (change.old_path or change.path, change.path)
        }
        if not names:
            return
        suspected = {commit.commit for commit in span.suspects}
        for commit, paths in self.repository.touching(span.good, span.failing, list(names)).items():
            for path in dict.fromkeys(names.get(path, path) for path in paths) if commit in suspected else ():
                tally = self.tally(span.commits[commit])
                if not {path, *paths} & set(tally.paths):
                    tally.add(0.3, f"touches {path}", path)

    def settings(self, span: Span, trace: str) -> None:
        """Configuration and dependencies that changed: suspected when the message, trace or code names them."""
        paths = settings_paths(span)
        if not paths:
            return
        suspected = {commit.commit for commit in span.suspects}
        touching = self.repository.touching(span.good, span.failing, paths)
        used = self._imports()
        dotted = with_dots(trace)
        for file in touched_files(self.repository, [one for one in touching.items() if one[0] in suspected]):
            tally = self.tally(span.commits[file.commit])
            if file.dependencies:
                self._dependencies(tally, file, dotted, used)
            elif named := _named(file.diff, self.words):
                tally.add(1.5, f"changes {file.path}, whose difference names {named}", file.path)
            else:
                tally.settings.append(file.path)
        for tally in self.tallies.values():
            if tally.settings:
                more = f" and {len(tally.settings) - 2} more" if len(tally.settings) > 2 else ""
                tally.add(0.2, f"changes {', '.join(tally.settings[:2])}{more}", tally.settings[0])

    def _imports(self) -> str:
        """The lines of the suspects' files that bring other code in."""
        texts = self.repository.contents([suspect.block.blob for suspect in self.suspects if suspect.block.blob])
        lines = (line for text in texts.values() for line in text.decode("utf-8", "replace").splitlines())
        return with_dots("\n".join(line for line in lines if _IMPORT.search(line)))

    def _dependencies(self, tally: _Tally, file: FileTouched, trace: str, used: str) -> None:
        told = []
        for change in file.dependencies:
            if is_named(change.name, trace):
                told.append((1.5, f"{change.sentence}, which is in the trace"))
            elif is_named(change.name, used):
                told.append((0.8, f"{change.sentence}, which a suspected file uses"))
            else:
                told.append((0.4 if change.is_major else 0.2, change.sentence))
        told.sort(key=lambda one: -one[0])
        more = f" and {len(told) - NAMED_DEPENDENCIES} more" if len(told) > NAMED_DEPENDENCIES else ""
        shown = "; ".join(sentence for _, sentence in told[:NAMED_DEPENDENCIES])
        tally.add(told[0][0], f"changes dependency {shown}{more} ({file.path})", file.path)

    def takes_back(self, span: Span) -> None:
        """Reverts of what the good release had, and what the main branch says of the suspected commits since."""
        for commit, what in span.takes_back.items():
            if commit in self.tallies:
                self.tallies[commit].add(0.5, f"takes back {what}, which the release without this fault had")
        for tally in self.tallies.values():
            origin = picked_from(tally.commit)
            if origin:
                tally.add(0.0, f"picked from {origin[:12]} of another branch")
        branch = self.repository.default_branch()
        try:
            later = self.repository.between(span.failing, branch)
        except NotFoundError:
            return
        for newer in later:
            for said, ids in (("reverted it", reverted_by(newer)), ("fixed it", fixed_by(newer))):
                for tally in self.tallies.values():
                    if any(tally.commit.commit.startswith(one) for one in ids):
                        tally.add(1.0, f"{branch} has {said} since ({newer.commit[:12]}), which is not deployed")

    def ranked(self, limit: int) -> list[SuspectChange]:
        """The most suspected commits, with the part of their difference that matters."""
        self._message_words()
        self._sizes()
        ordered = sorted(self.tallies.values(), key=_order)[:limit]
        changes = [self._shown(tally) for tally in ordered]
        return sorted(changes, key=lambda change: -change.score)

    def _message_words(self) -> None:
        for tally in self.tallies.values():
            named = _word_in(f"{tally.commit.subject}\n{tally.commit.body}", self.words)
            if named:
                tally.add(0.3, f"its message names {named}, as the failure does")

    def _sizes(self) -> None:
        likely = sorted(self.tallies.values(), key=_order)[:20]
        sizes = self.repository.sizes([tally.commit.commit for tally in likely])
        for tally in likely:
            size = sizes.get(tally.commit.commit)
            if size is not None and (size.files > HUGE_FILES or size.lines > HUGE_LINES):
                tally.weight *= 0.5
                tally.add(
                    0.0, f"a huge commit ({size.files:,} files, {size.lines:,} lines), so each single place says less"
                )

    def _shown(self, tally: _Tally) -> SuspectChange:
        diff = self.repository.introduced(tally.commit.commit, tally.paths, context=2)  # all, when none is suspected
        named = _named(diff, self.words)
        if named and tally.commit.parents and not any("names" in reason for reason in tally.reasons):
            tally.add(0.5, f"its difference names {named}, as the message does")
        score = round(tally.weight / (1 + tally.weight), 3)
        shown = excerpt(diff, most=DIFF_LINES, near=tally.near, words=self.words)
        return SuspectChange(tally.commit, score, tally.told(), tuple(tally.paths), shown)


_IMPORT = re.compile(
    r"^\s*(?:import|from|using|use|#include|require\w*|package)\b|\brequire\(|\bimport\(|^\s*[\"']\S+[\"']$"
)


def _worth(rank: int) -> float:
    return 1 / (1 + 0.5 * rank)


def _order(tally: _Tally) -> tuple[float, float, str]:
    """The most suspected first, of equals the newest."""
    return -round(tally.weight, 6), -tally.commit.authored_at.timestamp(), tally.commit.commit


def _named(diff: str, words: Sequence[str]) -> str:
    """The first of `words` on a line that `diff` adds or takes away, "" when there is none."""
    changed = (line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    return _word_in("\n".join(changed), words)


def _word_in(text: str, words: Iterable[str]) -> str:
    return next((word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)), "")
