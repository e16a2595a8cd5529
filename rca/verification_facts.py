"""Everything that a sentence of a report may rest on, as one text, and the numbers in it.

Owns: what counts as known: the evidence, and what the product itself worked out about the case. Keeps out: judging a
sentence (verification_prose.py, verification_numbers.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from connectors.redaction import mask
from rca.material import Material
from rca.verification_places import last_part

TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]|\b)|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")
ID = re.compile(
    r"(?<![\w-])(?:(?=[0-9a-f]*[0-9][0-9a-f]*[0-9])(?=[0-9a-f]*[a-f][0-9a-f]*[a-f])[0-9a-f]{7,64}"
    r"|(?=[\w-]*[A-Za-z])(?=(?:[\w-]*?\d){4})[\w-]{6,80})(?![\w-])"
)
OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Facts:
    """The facts of one case. `text` is masked, so nothing is confirmed that may not be shown."""

    def __init__(self, material: Material) -> None:
        self.material = material

    @cached_property
    def text(self) -> str:
        shown = "\n".join(
            f"{item.title}\n{item.text}\n{item.path} {item.symbol}" for item in self.material.evidence.items
        )
        return shown + "\n" + mask("\n".join(filter(None, _derived(self.material)))).text

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number of the text as `plain` writes it; parts of times, dates and ids are none."""
        text = ID.sub(" ", TIMESTAMP.sub(" ", self.text))
        return frozenset(plain(found) for found in NUMBER.findall(text)) | {str(number) for number in self.counts}

    @cached_property
    def values(self) -> frozenset[float]:
        """Those of the numbers that have a value; versions with two dots have none."""
        return frozenset(value for number in self.numbers if (value := value_of(number)) is not None)

    @cached_property
    def counts(self) -> frozenset[int]:
        """How often anything happened: the cluster, its versions and environments, each kind of log line."""
        return self.totals | {item.count for item in self.material.evidence.items}

    @cached_property
    def totals(self) -> frozenset[int]:
        """How often the cluster was seen, in all and by version and environment."""
        case = self.material.case
        return frozenset({case.count, *case.counts_by_version.values(), *case.counts_by_environment.values()})

    @cached_property
    def moments(self) -> tuple[datetime, ...]:
        """Between which durations are known."""
        case = self.material.case
        releases = [release.started_at for release in (case.good_release, case.failing_release) if release]
        return tuple(when for when in (*releases, case.first_seen, case.last_seen) if when)

    @cached_property
    def times(self) -> frozenset[str]:
        """Times of day in the text, to the minute, to the second and as they are; offsets from UTC are none."""
        found = {OFFSET.sub("", one).strip() for one in TIMESTAMP.findall(self.text) if ":" in one}
        return frozenset({*found, *(one[:5] for one in found), *(one[:8] for one in found)})

    def has_line(self, line: int, file: str = "", symbol: str = "") -> bool:
        """Whether some code that was looked at, or a frame of the trace, has this line; with `file`, in that file; with
        a `symbol` that is known there, in that symbol."""
        near = [one for one in self._ranges if not file or one.path.endswith(file) or file.endswith(one.path)]
        named = [one for one in near if symbol and one.name == last_part(symbol)]
        return any(one.first <= line <= one.last for one in named or near)

    @cached_property
    def _ranges(self) -> list["_Range"]:
        items = self.material.evidence.of_kind("code")
        code = [_Range(item.path, last_part(item.symbol), item.start_line, item.end_line) for item in items]
        blocks = [one.block for one in self.material.suspects]
        code += [_Range(block.path, block.name, block.start_line, block.end_line) for block in blocks]
        frames = (frame for error in self.material.case.chain for frame in error.innermost())
        return code + [
            _Range(frame.file, last_part(frame.function), frame.line, frame.line)
            for frame in frames
            if frame.line is not None
        ]


@dataclass(frozen=True, slots=True)
class _Range:
    """Lines that somebody looked at or that ran."""

    path: str
    name: str
    first: int
    last: int


def _derived(material: Material) -> Iterator[str]:
    case = material.case
    yield from (case.service, case.environment, case.version, case.commit, case.status, case.code_missing)
    yield from (case.exception_type, case.exception_message, case.trace_text, case.repository_missing)
    yield from (*case.counts_by_version, *case.counts_by_environment, *case.looked_at.values())
    yield from (when.isoformat() for when in (case.first_seen, case.last_seen) if when)
    for release in (case.good_release, case.failing_release):
        if release is not None:
            yield from (release.version, release.commit, release.started_at.isoformat())
    for suspect in material.suspects:
        yield from (suspect.block.path, suspect.block.symbol, suspect.block.text, *suspect.reasons)
    for change in material.changes:
        commit = change.commit
        yield from (commit.commit, commit.author, commit.subject, commit.authored_at.isoformat(), change.diff)
        yield from (*change.reasons, *change.paths)
    for later in material.later:
        yield from (later.sentence, *(f"{commit.commit} {commit.subject}" for commit in later.commits))
    for finding in material.findings:
        yield from (finding.rule.title, finding.quote)
    for other in case.upstream:
        yield from (other.service, other.cluster_id, other.exception, other.evidence)
    for error in material.case.chain:
        yield f"{error.type}: {error.message or ''}"
        yield from (f"{frame.function} {frame.file}" for frame in error.innermost())
    yield from (*material.notes, *material.severity.reasons)


def plain(number: str) -> str:
    """A number without separators of thousands, so that 31,337 and 31337 are the same."""
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number)
    return number.replace(",", "") if grouped else number.replace(",", ".")


def value_of(number: str) -> float | None:
    """The value of a plain number, None for one with several dots."""
    return float(number) if number.count(".") < 2 else None
