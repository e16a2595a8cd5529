"""What a question names: services, times, files, functions, commits, words in quotes.

Owns: reading these out of a person's words. Keeps out: what is meant by the question (intents.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_QUOTED = re.compile(r"""["“”`]([^"“”`\n]{1,200})["“”`]|(?<!\w)'([^'\n]{2,200})'(?!\w)""")
_HEX = re.compile(r"(?<![\w-])(?=[0-9a-f]*\d)[0-9a-f]{7,64}(?![\w-])")
_PATH = re.compile(r"(?<![\w/.])(?P<path>/?[\w.-]+(?:/[\w.-]+)*\.[A-Za-z]{1,10})(?::(?P<line>\d{1,7}))?(?![\w/])")
_ENDING = re.compile(
    r"c|cc|cfg|conf|cpp|cs|css|dart|go|gradle|h|html|ini|java|jsx?|json|kts?|mjs|php|pl|properties|py|rb|rs|scala|sh"
    r"|sql|swift|toml|tsx?|txt|xml|ya?ml",
    re.IGNORECASE,
)
_LINE = re.compile(r"\blines?\s+(\d{1,7})(?:\s*(?:-|to|and)\s*(\d{1,7}))?", re.IGNORECASE)
_SYMBOL = re.compile(
    r"""(?<![\w/.])(?:[A-Za-z_]\w*(?:\.|::))*[A-Za-z_]\w*(?=\(\))   # place_order(), Cart.total()
      | (?<![\w/.])\w*[a-z]_[a-z]\w*                                 # place_order
      | \b[A-Z][a-z]+\w*[A-Z]\w*(?:\.\w+)*                            # OrderService.place
      | \b[A-Z]\w+\.[a-z]\w*                                         # Cart.total
    """,
    re.VERBOSE,
)
_CLOCK = re.compile(r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:])")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_SPAN = re.compile(
    r"(?P<number>\d+|an?|one|two|three|five|ten|half an?)\s*"
    r"(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<![\w.])v?\d+\.\d+(?:\.\d+)*(?:[-+][\w.]+)?(?![\w:])")
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "half a": 0.5, "half an": 0.5}
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1}
_CHOICE = re.compile(
    r"^\W*(?:(?:number|no\.?|#|option|the)\s*)?(\d{1,2}|first|second|third|fourth|fifth|sixth|last)\b"
    r"(?:\s+(?:one|fault|error))?\W*$",
    re.IGNORECASE,
)


_PLACE = re.compile(
    r"(?:#|\bnumber |\bno\.? ?|\bfault |\berror |\boption )(\d{1,2})\b(?![.:])"
    r"|\b(?:of|about|with|why|for) (\d{1,2})\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what it names. `paths` are (path, line or 0); `lines` a stretch of lines; `at` a time of day, of
    the newest day of data; `span` a length of time; `choice` is set when the question is only a number, `place` when it
    names a thing of a list by its number ("why does number 2 fail?")."""

    text: str
    services: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    paths: tuple[tuple[str, int], ...] = ()
    symbols: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    at: datetime | None = None
    span: timedelta | None = None
    choice: int = 0
    place: int = 0


def read(text: str, *, services: Sequence[str] = (), newest: datetime | None = None) -> Asked:
    """What `text` names. `services` are those that are known, `newest` is the time of the newest data."""
    plain = " ".join(text.split())
    quoted = tuple(first or second for first, second in _QUOTED.findall(plain))
    bare = _QUOTED.sub(" ", plain)
    paths = [
        (match["path"], int(match["line"] or 0))
        for match in _PATH.finditer(bare)
        if _is_path(match["path"], match["line"])
    ]
    lines = _LINE.search(bare)
    return Asked(
        text=plain,
        services=tuple(name for name in services if name and _names(bare, name)),
        quoted=quoted,
        ids=tuple(_HEX.findall(bare)),
        paths=tuple(paths),
        symbols=tuple(
            dict.fromkeys(name for name in _SYMBOL.findall(bare) if not any(name in path for path, _ in paths))
        ),
        versions=tuple(dict.fromkeys(_VERSION.findall(_STAMP.sub(" ", bare)))),
        lines=(int(lines[1]), int(lines[2] or lines[1])) if lines else None,
        at=_time(plain, newest),
        span=_length(bare),
        choice=_choice(plain),
        place=int(next(filter(None, place.groups()))) if (place := _PLACE.search(bare)) else 0,
    )


def _is_path(path: str, line: str | None) -> bool:
    """Cart.total and v1.2.0 look like files without a folder; they need an ending that files have."""
    return "/" in path or line is not None or _ENDING.fullmatch(path.rsplit(".", 1)[-1]) is not None


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", text, re.IGNORECASE) is not None


def _time(text: str, newest: datetime | None) -> datetime | None:
    stamp = _STAMP.search(text)
    if stamp:
        when = datetime.fromisoformat(stamp[0].replace(" ", "T"))
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    clock = _CLOCK.search(text)
    if clock is None or newest is None:
        return None
    at = newest.replace(
        hour=int(clock["hour"]), minute=int(clock["minute"]), second=int(clock["second"] or 0), microsecond=0
    )
    return at if at <= newest + timedelta(minutes=1) else at - timedelta(days=1)


def _length(text: str) -> timedelta | None:
    match = _SPAN.search(text)
    if match is None:
        return None
    number = match["number"].lower()
    amount = float(number) if number.isdigit() else _WORDS[number]
    return timedelta(seconds=min(amount * _UNITS[match["unit"][0].lower()], 366 * 86_400))


def _choice(text: str) -> int:
    match = _CHOICE.match(text)
    if match is None:
        return 0
    said = match[1].lower()
    return int(said) if said.isdigit() else _ORDINALS[said]
