"""Takes traces out of what logging systems wrap around them, keeping for every line the input lines it came from.

Fixed formats are peeled first, one layer at a time and nested as deep as they come (a JSON record inside a docker
record inside a compose prefix); then prefixes that have no fixed syntax are learned (prefixes.py). Lines of different
containers, processes or threads end up in different blocks, so interleaved traces come apart.
Keeps out: what a trace looks like (languages/).
"""

import re
from dataclasses import dataclass, field

from indexers.exceptions.escapes import ANSI, NOTHING_FOLDED, unfold
from indexers.exceptions.lines import Block, Line
from indexers.exceptions.prefixes import split_prefixes
from indexers.exceptions.prefixes_stamps import without_stamps
from indexers.exceptions.structured import read_json, texts_of

_LAYERS = 6  # how deep envelopes may be nested

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)"
_REST = r"(?:\s(?P<rest>.*)|$)"

# Envelopes with a fixed syntax at the start of a line: (first characters they can have, pattern). `key` groups name
# the stream; `rest` is what was wrapped.
_ENVELOPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (first, re.compile(pattern, re.VERBOSE | re.DOTALL))
    for first, pattern in (
        # Kubernetes CRI: time, stream, P(artial) or F(ull), text
        ("12", rf"{_ISO}\s(?P<key>stdout|stderr)\s(?P<part>[PF])(?::\w+)*{_REST}"),
        # RFC 5424 syslog: <131>1 time host app pid msgid [structured data] text
        (
            "<",
            r"""<\d{1,3}>\d\s\S+\s(?P<key>\S+\s\S+\s\S+)\s\S+
                \s(?:-|(?:\[(?:[^\]\\]|\\.)*\])+)\s?(?:\ufeff|BOM)?(?P<rest>.*)""",
        ),
        # RFC 3164 syslog, with or without priority; also journalctl's short format: Mar  1 09:15:02 host app[pid]: text
        (
            "<ADFJMNOS",
            rf"""(?:<\d{{1,3}}>)?[A-Z][a-z]{{2}}\s[\s\d]\d\s\d\d:\d\d:\d\d(?:\.\d+)?
                \s(?P<key>\S+\s[^\s:\[]+(?:\[\d+\])?):{_REST}""",
        ),
        # the same with an ISO time: journalctl -o short-iso, rsyslog's file format
        ("12<", rf"(?:<\d{{1,3}}>)?{_ISO}\s(?P<key>[\w.-]+\s[\w./-]+\[\d+\]):{_REST}"),
        # Heroku and other drains: time app[web.1]: text
        ("12", rf"{_ISO}\s(?P<key>[\w-]+\[[\w.-]+\]):{_REST}"),
        # pod prefix of `kubectl logs --prefix`: [pod/name/container] text
        ("[", rf"\[(?P<key>pod/[^\]]+)\]{_REST}"),
        # docker compose: service-1  | text
        ("", rf"(?P<key>[A-Za-z][\w.-]*(?:@[\w.-]+)?)\s*\|{_REST}"),
    )
)
# syslog and journald: what a service prints and what it logs stand line by line beside each other
_RECORDS = frozenset(pattern for first, pattern in _ENVELOPES[1:4])


@dataclass(slots=True)
class _Streams:
    """Streams being put together, in order of first appearance, and texts that are complete in themselves."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)  # streams whose lines are log records of their own
    partial: dict[str, list[Line]] = field(default_factory=dict)  # pieces of lines whose end has not come yet
    wholes: list[Block] = field(default_factory=list)

    def finish(self) -> list[Block]:
        for key, pieces in self.partial.items():
            self.lines.setdefault(key, []).append(_joined(pieces))
        blocks = list(self.wholes)
        for key, lines in self.lines.items():
            blocks += split_prefixes(without_stamps(lines), records=key in self.records)
        return blocks


def unwrap(text: str) -> list[Block]:
    """The streams and complete texts inside `text`, each line with its 1-based input lines."""
    streams = _Streams()
    lines = [
        Line(raw.rstrip("\r").removeprefix("\ufeff"), number, number) for number, raw in enumerate(text.split("\n"), 1)
    ]
    for line in without_stamps(lines):
        _peel(line, streams, "", _LAYERS)
    return streams.finish()


def _peel(line: Line, streams: _Streams, key: str, layers: int, *, is_open: bool = False) -> None:
    """File `line` under its stream, up to `layers` envelopes taken off. `is_open`: its rest follows in another line."""
    text = ANSI.sub("", line.text) if "\x1b" in line.text else line.text
    while layers:
        match = _envelope(text)
        if match is None:
            break
        groups = match.groupdict()
        key = f"{key}/{groups['key']}"
        is_open = is_open or groups.get("part") == "P"
        text = groups["rest"] or ""
        layers -= 1
        if match.re in _RECORDS:
            streams.records.add(key)
    if is_open:
        streams.partial.setdefault(key, []).append(Line(text, line.first, line.last))
        return
    if text is not line.text:
        line = Line(text, line.first, line.last)
    if key in streams.partial:
        line = _joined([*streams.partial.pop(key), line])
    if layers and "{" in line.text and _json(line, streams, key, layers):
        return
    folded = unfold(line.text) if layers else NOTHING_FOLDED
    for whole in folded.texts:
        _whole(whole, line, streams, layers - 1)
    if not folded.texts or not folded.is_all:
        streams.lines.setdefault(key, []).append(line)


def _joined(pieces: list[Line]) -> Line:
    return Line("".join(piece.text for piece in pieces), pieces[0].first, pieces[-1].last)


def _envelope(text: str) -> re.Match[str] | None:
    first = text[:1]
    if not first or first in " \t{" or (first in "0123456789" and text[10:11] != "T"):
        return None
    for starts, pattern in _ENVELOPES:
        if not starts or first in starts:
            match = pattern.match(text)
            if match:
                return match
    return None


def _json(line: Line, streams: _Streams, key: str, layers: int) -> bool:
    """Whether `line` ends in a JSON record; its texts are filed then."""
    found = read_json(line.text)
    if found is None:
        return False
    before, record = found
    if before.strip() and "#012" in line.text:  # the record is part of a folded text
        return False
    texts = texts_of(record)
    for whole in texts.wholes:
        _whole(whole, line, streams, layers - 1)
    if before.strip():
        rest = line.text if texts.main is None and not texts.wholes else before + (texts.main or "")
        streams.lines.setdefault(key, []).append(Line(rest, line.first, line.last))
    elif texts.main is not None:
        key = f"{key}/{texts.key}"
        if not texts.is_raw:
            streams.records.add(key)
        _peel(Line(texts.main, line.first, line.last), streams, key, layers - 1, is_open=texts.open)
    return True


def _whole(text: str, line: Line, streams: _Streams, layers: int) -> None:
    """File a complete multi-line text, all of whose lines came from the input lines of `line`."""
    inner = _Streams()
    for part in text.rstrip("\n").split("\n"):
        _peel(Line(part.rstrip("\r"), line.first, line.last), inner, "", max(layers, 0))
    streams.wholes += [Block(block.lines, whole=True) for block in inner.finish()]
