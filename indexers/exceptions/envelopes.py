"""Takes traces out of what logging systems wrap around them, keeping for every line the input lines it came from.

Fixed formats are peeled first, one layer at a time and nested as deep as they come (a JSON record inside a docker
record inside a compose prefix); then prefixes that have no fixed syntax are learned (prefixes.py). Lines of different
containers, processes or threads end up in different blocks, so interleaved traces come apart.
Keeps out: what a trace looks like (languages/).
"""

import re
from dataclasses import dataclass, field

from indexers.exceptions.escapes import ANSI, unfold
from indexers.exceptions.lines import Block, Line
from indexers.exceptions.prefixes import split_prefixes
from indexers.exceptions.structured import read_json, texts_of

_LAYERS = 6  # how deep envelopes may be nested

# Envelopes with a fixed syntax at the start of a line: (first characters they can have, pattern). `key` groups name
# the stream; `rest` is what was wrapped.
_ENVELOPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (first, re.compile(pattern, re.VERBOSE | re.DOTALL))
    for first, pattern in (
        # Kubernetes CRI: time, stream, P(artial) or F(ull), text
        ("12", r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)\s(?P<key>stdout|stderr)\s(?P<part>[PF])(?::\w+)*(?:\s(?P<rest>.*)|$)"),
        # RFC 5424 syslog: <131>1 time host app pid msgid [structured data] text
        ("<", r"<\d{1,3}>\d\s\S+\s(?P<key>\S+\s\S+\s\S+)\s\S+\s(?:-|(?:\[(?:[^\]\\]|\\.)*\])+)\s?(?:\ufeff|BOM)?(?P<rest>.*)"),
        # RFC 3164 syslog, with or without priority; also journalctl's short format: Mar  1 09:15:02 host app[pid]: text
        ("<ADFJMNOS", r"(?:<\d{1,3}>)?[A-Z][a-z]{2}\s[\s\d]\d\s\d\d:\d\d:\d\d(?:\.\d+)?\s(?P<key>\S+\s[^\s:\[]+(?:\[\d+\])?):(?:\s(?P<rest>.*)|$)"),
        # the same with an ISO time: journalctl -o short-iso, rsyslog's file format
        ("12<", r"(?:<\d{1,3}>)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)\s(?P<key>[\w.-]+\s[\w./-]+\[\d+\]):(?:\s(?P<rest>.*)|$)"),
        # Heroku and other drains: time app[web.1]: text
        ("12", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)\s(?P<key>[\w-]+\[[\w.-]+\]):(?:\s(?P<rest>.*)|$)"),
        # klog-style pod prefix of `kubectl logs --prefix` and stern: [pod/name/container] text
        ("[", r"\[(?P<key>pod/[^\]]+)\](?:\s(?P<rest>.*)|$)"),
        # docker compose: service-1  | text
        ("", r"(?P<key>[A-Za-z][\w.-]*(?:@[\w.-]+)?)\s*\|(?:\s(?P<rest>.*)|$)"),
    )
)  # fmt: skip


@dataclass(slots=True)
class _Streams:
    """Streams being put together, in order of first appearance, and texts that are complete in themselves."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    partial: dict[str, Line] = field(default_factory=dict)
    wholes: list[Block] = field(default_factory=list)

    def add(self, key: str, text: str, number: int, *, is_open: bool) -> None:
        held = self.partial.pop(key, None)
        line = Line(held.text + text, held.first, number) if held else Line(text, number, number)
        if is_open:
            self.partial[key] = line
        else:
            self.lines.setdefault(key, []).append(line)

    def finish(self) -> list[Block]:
        for key, line in self.partial.items():
            self.lines.setdefault(key, []).append(line)
        blocks = list(self.wholes)
        for key, lines in self.lines.items():
            streams = split_prefixes(lines)
            blocks += [Block(stream, peeled=bool(key) or streams != [lines]) for stream in streams]
        return blocks


def unwrap(text: str) -> list[Block]:
    """The streams and complete texts inside `text`, each line with its 1-based input lines."""
    streams = _Streams()
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r").removeprefix("\ufeff")
        _peel(line, number, streams, "", _LAYERS)
    return streams.finish()


def _peel(text: str, number: int, streams: _Streams, key: str, layers: int, *, is_open: bool = False) -> None:
    """File `text` under its stream, taking off up to `layers` envelopes."""
    if "\x1b" in text:
        text = ANSI.sub("", text)
    while layers:
        match = _envelope(text)
        if match is None:
            break
        key = f"{key}/{match['key']}"
        is_open = is_open or match.groupdict().get("part") == "P"
        text = match["rest"] or ""
        layers -= 1
    if layers and _json(text, number, streams, key, layers):
        return
    folded = unfold(text) if layers else []
    for whole in folded:
        _whole(whole, number, streams, layers - 1)
    if not folded:
        streams.add(key, text, number, is_open=is_open)


def _envelope(text: str) -> re.Match[str] | None:
    first = text[:1]
    if not first or first in " \t{":
        return None
    for starts, pattern in _ENVELOPES:
        if not starts or first in starts:
            match = pattern.match(text)
            if match:
                return match
    return None


def _json(text: str, number: int, streams: _Streams, key: str, layers: int) -> bool:
    if "{" not in text:
        return False
    found = read_json(text)
    if found is None:
        return False
    before, record = found
    texts = texts_of(record)
    for whole in texts.wholes:
        _whole(whole, number, streams, layers - 1)
    if texts.main is not None and before.strip():
        streams.add(key, before + texts.main, number, is_open=False)
    elif texts.main is not None:
        _peel(texts.main, number, streams, f"{key}/{texts.key}", layers - 1, is_open=texts.open)
    elif before.strip():
        streams.add(key, text, number, is_open=False)
    return True


def _whole(text: str, number: int, streams: _Streams, layers: int) -> None:
    """File a complete multi-line text, all of whose lines came from input line `number`."""
    if layers <= 0:
        streams.wholes.append(Block([Line(part, number, number) for part in text.split("\n")], whole=True))
        return
    inner = _Streams()
    for part in text.rstrip("\n").split("\n"):
        _peel(part.rstrip("\r"), number, inner, "", layers)
    blocks = inner.finish()
    streams.wholes += [Block(block.lines, whole=True) for block in blocks]
