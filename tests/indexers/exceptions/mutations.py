"""Damages log texts the way files, pipes and people do, and says what extraction must hold whatever it is given.

Owns: mutations by dice, the checks. Keeps out: where the dice come from (a fuzzer's seed, Hypothesis).
"""

import re
import time
from collections.abc import Callable, Sequence
from random import Random

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import FoundTrace, chains, extract_exceptions, extract_traces
from indexers.exceptions.fingerprint import fingerprint
from tests.fixtures.traces.record.expect import TRACES
from tests.indexers.printing.envelopes import WRAPS

QUIET = TRACES.parent / "no_exceptions"
SECONDS = 3.0  # that any text may take on a busy machine, and
SECONDS_A_MEGABYTE = 20.0  # that come on top of it
_WORD = re.compile(r"[A-Za-z0-9]{3,}")
PIECES = (
    "\tat ",
    "Caused by: ",
    "(",
    ")",
    '"',
    "\\n",
    "\\\\n",
    "#012",
    "\x1b[31m",
    "\x1b[",
    "{",
    "}",
    ' {"a": "',
    " | ",
    ": ",
    "\r",
    "\r\n",
    "\0",
    "\ud800",
    "\ufeff",
    "\u2028",
    "\u0085",
    "\v",
    "\f",
    "é",
    "𝔘",
    "\u200b",
    "\u202e",
    " ---> ",
    "...",
    "[cause]: ",
    "  + ",
    "  | ",
    "+---------------- 1 ----------------",
    "Traceback (most recent call last):",
    "panic: ",
    "goroutine 1 [running]:",
    "thread 'main' panicked at ",
    "==1==ERROR: AddressSanitizer: ",
    "#0 ",
    "Next ",
    "[stacktrace]",
    "During handling of the above exception, another exception occurred:",
    "Suppressed: ",
    "... 3 more",
    " line 3.",
    "@",
    'k="',
    "2026-03-01T09:15:02.000000000Z stderr P ",
    "2026-03-01 09:15:02 ERROR ",
    "[1] ",
    "<11>",
    "web-1  | ",
    "%s",
    "$",
)


def corpus() -> list[str]:
    """Recorded prints and texts without exceptions, the endless ones left out."""
    paths = sorted([*TRACES.glob("*.txt"), *QUIET.glob("*.txt")])
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return [text for text in texts if 0 < len(text) < 8_000]


def _place(dice: Random, items: Sequence[object]) -> slice:
    start = dice.randrange(len(items) + 1)
    return slice(start, min(len(items), start + dice.choice((1, 2, 5, 20, 100))))


def _by_lines(change: Callable[[list[str], Random], None]) -> Callable[[str, str, Random], str]:
    def changed(text: str, _: str, dice: Random) -> str:
        lines = text.split("\n")
        change(lines, dice)
        return "\n".join(lines)

    return changed


def _repeat(lines: list[str], dice: Random) -> None:
    place = _place(dice, lines)
    lines[place] = lines[place] * dice.choice((2, 2, 3, 10, 200))


def _delete(lines: list[str], dice: Random) -> None:
    del lines[_place(dice, lines)]


def _shuffle(lines: list[str], dice: Random) -> None:
    place = _place(dice, lines)
    some = lines[place]
    dice.shuffle(some)
    lines[place] = some


def _lengthen(lines: list[str], dice: Random) -> None:
    at = dice.randrange(len(lines))
    lines[at] += (lines[at][-8:] or "x") * dice.choice((10, 1_000, 5_000))


def _indent(lines: list[str], dice: Random) -> None:
    place = _place(dice, lines)
    lines[place] = [dice.choice((" ", "\t", "    ")) + line for line in lines[place]]


def _fold(lines: list[str], dice: Random) -> None:
    place = _place(dice, lines)
    lines[place] = [dice.choice(("\\n", "#012", "\\\\n", "\r")).join(lines[place])]


def _splice(text: str, other: str, dice: Random) -> str:
    cut, begin = dice.randrange(len(text) + 1), dice.randrange(len(other) + 1)
    return text[:cut] + other[begin:] + (text[cut:] if dice.random() < 0.5 else "")


def _interleave(text: str, other: str, dice: Random) -> str:
    first, second = text.split("\n"), other.split("\n")
    lines = []
    while first or second:
        lines.append((first if first and (not second or dice.random() < 0.5) else second).pop(0))
    return "\n".join(lines)


def _insert(text: str, _: str, dice: Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(PIECES) * dice.choice((1, 1, 1, 3, 50)) + text[at:]


def _bytes(text: str, _: str, dice: Random) -> str:
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _number in range(dice.choice((1, 3, 20))):
        if data:
            data[dice.randrange(len(data))] = dice.randrange(256)
    return data.decode("utf-8", dice.choice(("replace", "surrogateescape")))


def _wrap(text: str, _: str, dice: Random) -> str:
    return WRAPS[dice.choice(sorted(WRAPS))](text.encode("utf-8", "replace").decode().split("\n"))


def _cut(text: str, _: str, dice: Random) -> str:
    begin, end = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
    return text[begin:end]


MUTATIONS: tuple[Callable[[str, str, Random], str], ...] = (
    *map(_by_lines, (_repeat, _delete, _shuffle, _lengthen, _indent, _fold)),
    _splice, _interleave, _insert, _insert, _bytes, _wrap, _cut,
)  # fmt: skip


def mutated(texts: Sequence[str], dice: Random, *, longest: int = 200_000) -> str:
    """One of `texts` after one to eight mutations, some with another of them."""
    text = dice.choice(texts)
    for _ in range(dice.randint(1, 8)):
        text = dice.choice(MUTATIONS)(text, dice.choice(texts), dice)[:longest]
    return text


def seconds_allowed(text: str) -> float:
    """How long reading `text` may take: linear in its length."""
    return SECONDS + SECONDS_A_MEGABYTE * len(text) / 1e6


def faults(text: str) -> list[str]:
    """What is wrong with the reading of `text`, one sentence each; an error is raised as it comes."""
    started = time.perf_counter()
    records = extract_exceptions(text)
    taken = time.perf_counter() - started
    wrong = [] if taken <= seconds_allowed(text) else [f"{len(text)} characters took {taken:.1f} s"]
    total = text.count("\n") + 1
    for number, record in enumerate(records):
        if not 1 <= record.lines[0] <= record.lines[1] <= total:
            wrong.append(f"lines {record.lines} of {total}")
        if not record.type:
            wrong.append("an exception without a type")
        if record.parent is not None and not (0 <= record.parent < len(records) and record.parent != number):
            wrong.append(f"parent {record.parent} of {number} in {len(records)}")
    if sum(len(chain) for chain in chains(records)) != len(records):
        wrong.append("chains do not hold every exception once")
    traces = extract_traces(text)
    if [trace.lines[0] for trace in traces] != sorted(trace.lines[0] for trace in traces):
        wrong.append("traces are not in printed order")
    if sum(len(trace.records) for trace in traces) != len(records):
        wrong.append("traces and exceptions differ")
    for trace in traces:
        wrong += _made_up(trace)
        if not fingerprint(trace.records).value:
            wrong.append("no fingerprint")
    return wrong


def _made_up(trace: FoundTrace) -> list[str]:
    """Words of messages and frames that do not stand in the trace's own lines."""
    return [
        f"{word!r} of a {record.language} {record.type} does not stand in its lines"
        for record in trace.records
        for word in sorted(set(_WORD.findall(_said(record))))
        if word not in trace.text
    ]


def _said(record: ExceptionRecord) -> str:
    frames = (f"{frame.file} {frame.function}" for frame in record.frames)
    return " ".join([record.message or "", *frames])
