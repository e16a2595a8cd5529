"""Reads log text as traces: found, mapped to the sources, told apart from foreign code, fingerprinted.

Owns the order of these steps and what is known of a service (its own code, its source maps, a user's rules). Keeps
out: how each step is done, rows and clusters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.extract import chains, extract_traces
from indexers.exceptions.fingerprint import CURRENT, STRATEGIES, Fingerprint, fingerprint
from indexers.exceptions.grouping_rules import NO_RULES, GroupingRules


class OwnsCode(Protocol):
    """What a repository's tree says about a frame: own (True), foreign (False), unknown (None)."""

    def owns(self, frame: Frame, language: str) -> bool | None: ...


class MapsSources(Protocol):
    """Puts the original places into frames of bundled code (source_maps.SourceMaps)."""

    def mapped(self, records: Sequence[ExceptionRecord]) -> list[ExceptionRecord]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one service at one version. Equal values read a text equally."""

    own: OwnsCode | None = None
    source_maps: MapsSources | None = None


class KnowsServices(Protocol):
    """Looks up what is known of a service; None where nothing is."""

    def __call__(self, service: str, version: str) -> Known | None: ...


def nothing_known(service: str, version: str) -> Known | None:
    """Of no service is anything known."""
    return None


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace as read: what a cluster shows as its representative."""

    fingerprint: Fingerprint
    chain: tuple[ExceptionRecord, ...]
    text: str  # freed of envelopes


@dataclass(frozen=True, slots=True)
class TraceReader:
    """How texts are read. Cheap to make; the default reads by patterns alone."""

    strategy: str = CURRENT
    rules: GroupingRules = NO_RULES
    known: KnowsServices = nothing_known

    def read(self, text: str, *, service: str = "", version: str = "") -> list[Trace]:
        """The traces in `text`, one for each chain, in printed order; `service` and `version` say who wrote it."""
        return self.read_as(text, self.known(service, version))

    def read_as(self, text: str, known: Known | None) -> list[Trace]:
        """The traces in `text` as the service that `known` describes wrote them."""
        traces = []
        for found in extract_traces(text):
            records = found.records
            if known is not None and known.source_maps is not None:
                records = known.source_maps.mapped(records)
            if self.rules.decide_own_code or known is not None:
                records = [self._decided(record, known, by_pattern=True) for record in records]
            for chain in chains(records):
                traces.append(Trace(self._fingerprint(chain, known), tuple(chain), found.text))
        return traces

    def fingerprint(self, chain: Sequence[ExceptionRecord], *, service: str = "", version: str = "") -> Fingerprint:
        """The fingerprint that a chain read earlier (`Trace.chain`, as stored) would get from this reader."""
        known = self.known(service, version)
        decided = [self._decided(record, known, by_pattern=False) for record in chain]
        return fingerprint(decided, self.strategy, self.rules)

    def _fingerprint(self, chain: Sequence[ExceptionRecord], known: Known | None) -> Fingerprint:
        """An earlier strategy decides by its own patterns what the application's code is, as it always did."""
        if self.strategy != CURRENT:
            chain = [self._decided(record, known, by_pattern=False) for record in chain]
        return fingerprint(chain, self.strategy, self.rules)

    def _decided(self, record: ExceptionRecord, known: Known | None, *, by_pattern: bool) -> ExceptionRecord:
        """`record` with the frames decided; where only patterns know, as they said (`by_pattern`) or undecided."""
        own = None if known is None else known.own
        frames = tuple(self._own(frame, record.language, own, by_pattern=by_pattern) for frame in record.frames)
        place = record.location
        location = None if place is None else self._own(place, record.language, own, by_pattern=by_pattern)
        return replace(record, frames=frames, location=location)

    def _own(self, frame: Frame, language: str, own: OwnsCode | None, *, by_pattern: bool) -> Frame:
        """A user's rules first, then the repository's tree, then what patterns or a source map said."""
        said = self.rules.in_app(frame, language)
        if said is None and own is not None:
            said = own.owns(frame, language)
        if said is None and by_pattern:
            return frame
        return frame if said == frame.in_app else replace(frame, in_app=said)


def known_as(chain: Sequence[ExceptionRecord]) -> tuple[str, ...]:
    """The values that this chain has under earlier strategies and under the plain rules, the newest first.

    Asked when a fingerprint is not known: the cluster that holds one of these is the fault's, so that switching a
    strategy, adding a rule or indexing a repository moves no old cluster.
    """
    plain = [_undecided(record) for record in chain]
    return tuple(dict.fromkeys(fingerprint(plain, strategy).value for strategy in sorted(STRATEGIES, reverse=True)))


def _undecided(record: ExceptionRecord) -> ExceptionRecord:
    """`record` before it was decided what is the application's: each strategy then decides by its own patterns."""
    location = None if record.location is None else replace(record.location, in_app=None)
    return replace(record, frames=tuple(replace(frame, in_app=None) for frame in record.frames), location=location)
