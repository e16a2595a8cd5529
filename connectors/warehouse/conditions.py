"""A filter as a list of conditions on columns, so that every engine understands a filter alike.

Owns: which column each field of a filter speaks of, and how search text splits into terms.
Keeps out: SQL; each engine renders these few kinds in its own dialect.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from connectors.errors import BadInputError
from connectors.records import TimeWindow
from connectors.warehouse import ExceptionFilter, LogFilter
from connectors.warehouse.batches import EARLIEST, LATEST, in_range

Kind = Literal["in", "from", "before", "at", "at_least", "is", "contains"]

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_EMPTY = TimeWindow(EARLIEST, EARLIEST)


@dataclass(frozen=True, slots=True)
class Condition:
    """`kind` holds between `value` and the column (`contains`: at least one of the columns).

    in: value is a list of strings. from, before: aware times, start <= t < end. at: a list of times, used within the
    lake. at_least: a number. is: a bool. contains: a string that occurs in the text, without regard to case.
    """

    kind: Kind
    columns: tuple[str, ...]
    value: Any


def log_conditions(where: LogFilter) -> list[Condition]:
    """The conditions of a filter on log rows, all of which must hold."""
    conditions = [
        *_window(where.window),
        *_members("service_name", where.services),
        *_members("deployment_environment_name", where.environments),
        *_members("service_version", where.versions),
        *_members("source", where.sources),
        *_members("stream", where.streams),
        *_members("trace_id", (where.trace_id,) if where.trace_id else ()),
        *_members("request_id", (where.request_id,) if where.request_id else ()),
        *_members("event_id", where.event_ids),
        *_members("page_id", where.page_ids),
    ]
    if where.min_severity > 0:
        conditions.append(Condition("at_least", ("severity_number",), int(where.min_severity)))
    if where.may_hold_exception is not None:
        conditions.append(Condition("is", ("may_hold_exception",), where.may_hold_exception))
    return conditions + [Condition("contains", ("body",), term) for term in terms(where.text)]


def exception_conditions(where: ExceptionFilter) -> list[Condition]:
    """The conditions of a filter on exception rows, all of which must hold."""
    texts = ("exception_type", "exception_message", "exception_stacktrace")
    return [
        *_window(where.window),
        *_members("service_name", where.services),
        *_members("deployment_environment_name", where.environments),
        *_members("service_version", where.versions),
        *_members("fingerprint", where.fingerprints),
        *_members("event_id", where.event_ids),
        *_members("page_id", where.page_ids),
        *(Condition("contains", texts, term) for term in terms(where.text)),
    ]


def terms(text: str) -> tuple[str, ...]:
    """The words and "quoted phrases" of a search, each once; a quote left open reaches to the end.

    Never fails: what cannot be encoded as UTF-8 is replaced, as it is in stored text.
    """
    clean = text.encode("utf-8", "replace").decode()
    found = (phrase or word for phrase, word in _TERM.findall(clean))
    return tuple(dict.fromkeys(term for term in found if term.strip()))


def stored_window(window: TimeWindow | None) -> TimeWindow | None:
    """`window` as it lies over stored times, which are kept in EARLIEST..LATEST."""
    if window is None:
        return None
    if window.end <= window.start:
        return _EMPTY
    end = window.end if window.end <= LATEST else LATEST + timedelta(microseconds=1)
    return TimeWindow(in_range(window.start), max(end, EARLIEST + timedelta(microseconds=1)))


def check_page(limit: int | None, offset: int) -> None:
    """Raises BadInputError when a page of results is asked for that cannot be."""
    if offset < 0 or (limit is not None and limit < 0):
        raise BadInputError(f"limit and offset must not be negative, got limit {limit} and offset {offset}.")


def check_bins(bin_seconds: int) -> None:
    """Raises BadInputError when a histogram is asked for with bins that have no width."""
    if bin_seconds < 1:
        raise BadInputError(f"a histogram's bins are at least 1 second wide, got {bin_seconds}.")


def microseconds(moment: datetime) -> int:
    """An aware time as exact microseconds since 1970."""
    return (moment - EARLIEST) // timedelta(microseconds=1)


def _window(window: TimeWindow | None) -> list[Condition]:
    stored = stored_window(window)
    if stored is None:
        return []
    return [Condition("from", ("timestamp",), stored.start), Condition("before", ("timestamp",), stored.end)]


def _members(column: str, values: tuple[str, ...]) -> list[Condition]:
    if not values:
        return []
    return [Condition("in", (column,), [value.encode("utf-8", "replace").decode() for value in values])]
