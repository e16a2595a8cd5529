"""How bad a cluster is, by rules over what was counted: where, how often, since when, and which exception.

Owns: the points and the levels. The words of log lines and messages are not looked at, so that nobody can write
themselves a severity into a log; only the parsed exception type and the product's own counts are.
Keeps out: what a fault means for a business (settings), calling anybody.
"""

import re
from dataclasses import dataclass

from rca.case import ClusterCase
from rca.report import Severity, SeverityLevel

PRODUCTION = re.compile(r"^(?:prod|production|live|prd)(?:[-_.].*)?$", re.IGNORECASE)
# Types that end a process or touch everything in it, whoever raises them.
FATAL_TYPES = re.compile(
    r"(?:^|[.:])(?:OutOfMemoryError|MemoryError|StackOverflowError|VirtualMachineError|NoClassDefFoundError|"
    r"ExceptionInInitializerError|panic|fatal error|SystemError|LinkageError)$"
)
DATA_TYPES = re.compile(
    r"(?:IntegrityError|DataError|SQLException|DataIntegrityViolation\w*|OperationalError|DatabaseError)$"
)


@dataclass(frozen=True, slots=True)
class _Point:
    points: int
    reason: str


def assess(case: ClusterCase) -> Severity:
    """The level with the reasons that led to it. Points: 5 and more is critical, 3 high, 1 medium, else low."""
    given = [point for point in (_where(case), _how_often(case), _since(case), _what(case), _spread(case)) if point]
    total = sum(point.points for point in given)
    return Severity(level=_level(total), reasons=[point.reason for point in given] or ["nothing raises it"])


def _level(points: int) -> SeverityLevel:
    return "critical" if points >= 5 else "high" if points >= 3 else "medium" if points >= 1 else "low"


def _where(case: ClusterCase) -> _Point | None:
    if PRODUCTION.match(case.environment):
        return _Point(2, f"in {case.environment}")
    return _Point(0, f"in {case.environment}, not production") if case.environment else None


def _how_often(case: ClusterCase) -> _Point | None:
    if not case.count:
        return None
    rate = _per_hour(case)
    if rate >= 60 or case.count >= 1000:
        return _Point(2, f"{case.count} times, {rate:.0f} an hour")
    if rate >= 5 or case.count >= 20:
        return _Point(1, f"{case.count} times, {rate:.1f} an hour")
    return _Point(0, f"{case.count} {'time' if case.count == 1 else 'times'}")


def _per_hour(case: ClusterCase) -> float:
    """Events an hour over the cluster's life, over at least one hour: a burst of a few is not a flood."""
    if case.first_seen is None or case.last_seen is None:
        return float(case.count)
    hours = max((case.last_seen - case.first_seen).total_seconds() / 3600, 1.0)
    return case.count / hours


def _since(case: ClusterCase) -> _Point | None:
    if case.status == "regressed":
        return _Point(1, "it was resolved and came back")
    if case.status == "new":
        return _Point(1, "it is new")
    return None


def _what(case: ClusterCase) -> _Point | None:
    types = [error.type for error in case.chain] or [case.exception_type]
    for name in types:
        if FATAL_TYPES.search(name):
            return _Point(2, f"{name} ends or cripples the whole process")
    for name in types:
        if DATA_TYPES.search(name):
            return _Point(1, f"{name} concerns stored data")
    return None


def _spread(case: ClusterCase) -> _Point | None:
    environments = [name for name, count in case.counts_by_environment.items() if count]
    return _Point(1, f"seen in {len(environments)} environments") if len(environments) > 1 else None
