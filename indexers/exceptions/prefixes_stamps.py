"""Takes off the time stamps that CI systems and container tools put before every line that a program printed.

Such a stamp stands before indented and empty lines too, which no logger's time stamp does: that, or that no line of the
stream is without one, tells them apart. Keeps out: prefixes that loggers write (prefixes.py), container formats with
more than a time (envelopes.py).
"""

import re
from collections.abc import Iterator, Sequence

from indexers.exceptions.lines import Line, starts_record

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_STAMP = re.compile(
    rf"""(?:
          {_ISO}(?:\.\d+)?Z\s\d\d[OE](?:(?P<goes_on>\+)|\s)    # GitLab: time, stream number, output or error
        | {_ISO}\.\d{{7,9}}Z(?!\sstd(?:out|err)\s[PF])(?:\s|$)  # GitHub, Azure, docker and kubectl with time stamps
        | \[{_ISO}\.\d{{3}}Z\](?:\s|$)                         # Jenkins, pipelines
        | \d\d:\d\d:\d\d(?:\s\s|\s*$)                          # Jenkins, other jobs
        | \[\d\d:\d\d:\d\d\][A-Za-z\s]?:\s+(?:\[Step\s\d+/\d+\](?:\s|$))?  # TeamCity
    )""",
    re.VERBOSE,
)
_FIRST = frozenset("[0123456789")

_Stamped = list[tuple[Line, re.Match[str] | None]]


def without_stamps(lines: Sequence[Line]) -> list[Line]:
    """`lines` with the stamps taken off where a tool wrote them; lines that a tool cut are joined."""
    if not any(line.text[:1] in _FIRST and _STAMP.match(line.text) for line in lines if line.text):
        return list(lines)
    runs = list(_runs(lines))
    is_all = all(stamped or not any(line.text.strip() for line, _ in run) for stamped, run in runs)
    result: list[Line] = []
    for stamped, run in runs:
        if stamped and (is_all or any(match and _is_printed(line.text[match.end() :]) for line, match in run)):
            _strip(run, result)
        else:
            result += [line for line, _ in run]
    return result


def _runs(lines: Sequence[Line]) -> Iterator[tuple[bool, _Stamped]]:
    """Neighbouring lines that all have a stamp or all have none; an empty line goes with those before it."""
    run: _Stamped = []
    stamped = False
    for line in lines:
        match = _STAMP.match(line.text) if line.text[:1] in _FIRST else None
        if run and line.text and (match is not None) != stamped:
            yield stamped, run
            run = []
        if not run:
            stamped = match is not None
        run.append((line, match))
    if run:
        yield stamped, run


def _is_printed(rest: str) -> bool:
    """Whether `rest` is what only a program prints, not a logger: nothing, or something indented."""
    return not rest.strip() or (rest[0] in " \t" and not starts_record(rest))


def _strip(run: _Stamped, result: list[Line]) -> None:
    for line, match in run:
        text = line.text[match.end() :] if match else line.text
        if match and match["goes_on"] and result:
            before = result.pop()
            result.append(Line(before.text + text, before.first, line.last))
        else:
            result.append(Line(text, line.first, line.last))
