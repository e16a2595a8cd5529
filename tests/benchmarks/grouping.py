"""Grouping: how well strategies and a rival tell faults apart, how fast, and how long a back-test takes.

The cases are those of the tests (prints of one fault, look-alikes) and every recorded trace beside itself with its
failing call renamed, each in several prints with other lines, addresses and times. B-cubed after Bagga and Baldwin
(1998); pairs are right when two prints of a fault are together and two of different faults are not.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from indexers.exceptions.backtest import Sample, replay
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.constraints import Constraints
from indexers.exceptions.fingerprint import CURRENT, STRATEGIES, fingerprint
from indexers.exceptions.grouping import group_texts
from indexers.exceptions.reading import Trace, TraceReader
from tests.benchmarks.grouping_rival import rival
from tests.indexers.exceptions.grouping_near_misses import NEAR_MISSES
from tests.indexers.exceptions.grouping_variants import VARIANTS

TRACES = Path(__file__).parents[1] / "fixtures" / "traces"
EARLIEST = min(STRATEGIES)
PRINTS = 3
LONGEST = 60  # lines of a recorded trace that is used

Groups = Callable[[Sequence[str]], list[str]]


def measure(traces: int) -> dict[str, float]:
    """Scores of each way of grouping over all cases; `traces` distinct chains are fingerprinted and replayed."""
    figures: dict[str, float] = {}
    ways: dict[str, Groups] = {
        "rival": lambda texts: [_of(text, rival) for text in texts],
        EARLIEST: lambda texts: [_by(text, EARLIEST) for text in texts],
        f"{CURRENT} alone": lambda texts: [_by(text, CURRENT) for text in texts],
        "in use": lambda texts: [
            answer.group for answer in group_texts([(str(at), text) for at, text in enumerate(texts)])
        ],
    }
    for name, grouped in ways.items():
        same = sum(one == two for one, two in (grouped(case[1:]) for case in VARIANTS))
        other = sum(one == two for one, two in (grouped(case[1:]) for case in NEAR_MISSES))
        figures[f"{name}: pairs together that belong, of {len(VARIANTS)}"] = same
        figures[f"{name}: pairs together that do not, of {len(NEAR_MISSES)}"] = other
        figures[f"{name}: pairwise precision"] = same / max(same + other, 1)
        figures[f"{name}: pairwise recall"] = same / len(VARIANTS)
        texts, labels = zip(*_events(), strict=True)
        said = [f"{label.split(',')[0]}: {group}" for label, group in zip(labels, grouped(texts), strict=True)]
        figures |= {f"{name}: B-cubed {what}": value for what, value in _b_cubed(said, labels).items()}
    return figures | _speed(traces)


def _events() -> Iterable[tuple[str, str]]:
    """(text, "case, fault") of every case in several prints; cases are scored by themselves, as they share names."""
    for name, one, two in VARIANTS:
        yield from ((print_, name) for text in (one, two) for print_ in _prints(text))
    for name, one, two in NEAR_MISSES:
        yield from ((print_, f"{name}, {side}") for side, text in enumerate((one, two)) for print_ in _prints(text))
    for name, text in _recorded():
        yield from ((print_, name) for print_ in _prints(text))
        renamed = _renamed(text)
        if renamed:
            yield from ((print_, f"{name}, renamed") for print_ in _prints(renamed))


def _recorded() -> list[tuple[str, str]]:
    found: dict[tuple[object, ...], tuple[str, str]] = {}
    for path in sorted(TRACES.glob("*.txt")):
        traces = TraceReader().read(path.read_text(encoding="utf-8"))
        if traces and traces[0].text.count("\n") < LONGEST and TraceReader().read(traces[0].text):
            chain = traces[0].chain  # one of what several versions of a runtime print of one fault
            what = tuple((record.type, record.message, len(record.frames)) for record in chain)
            found.setdefault((path.stem.split("-")[0], path.stem.split("-")[-1], what), (path.stem, traces[0].text))
    names: dict[str, tuple[str, str]] = {}
    for (language, case, _), item in found.items():
        names.setdefault(f"{language}-{case}", item)
    return list(names.values())


def _renamed(text: str) -> str:
    """The trace of another fault: the application's failing call has another name."""
    chain = TraceReader().read(text)[0].chain
    own = (frame for record in chain for frame in record.innermost() if frame.in_app)
    name = next((found[0] for frame in own if (found := re.findall(r"[A-Za-z_]\w{3,}$", frame.function))), "")
    return re.sub(rf"\b{re.escape(name)}\b", f"{name}Other", text) if name and name != "main" else ""


def _prints(text: str) -> list[str]:
    """The text as logged at several times by several builds."""
    prints = []
    for number in range(PRINTS):
        shifted = re.sub(
            r"(?<=:)(\d+)(?=[:)\s]|$)|(?<=line )(\d+)", lambda found, by=number: str(int(found[0]) + by * 3), text
        )
        shifted = re.sub(r"0x[0-9a-f]{6,}", lambda found, by=number: hex(int(found[0], 16) + by * 4096), shifted)
        prints.append(f"2026-03-0{number + 1} 12:00:0{number},000 ERROR [worker-{number}] failed\n{shifted}")
    return prints


def _of(text: str, made: Callable[[Sequence[ExceptionRecord]], str]) -> str:
    found = TraceReader().read(text)
    return made(found[0].chain) if found else text


def _by(text: str, strategy: str) -> str:
    found = TraceReader(strategy).read(text)
    return found[0].fingerprint.value if found else text


def _b_cubed(said: Sequence[str], true: Sequence[str]) -> dict[str, float]:
    mine, theirs = defaultdict(set), defaultdict(set)
    for at, (one, two) in enumerate(zip(said, true, strict=True)):
        mine[one].add(at)
        theirs[two].add(at)
    pairs = [(mine[one], theirs[two]) for one, two in zip(said, true, strict=True)]
    precision = sum(len(a & b) / len(a) for a, b in pairs) / len(pairs)
    recall = sum(len(a & b) / len(b) for a, b in pairs) / len(pairs)
    return {"precision": precision, "recall": recall, "F1": 2 * precision * recall / (precision + recall)}


def _speed(count: int) -> dict[str, float]:
    """Fingerprints a second over distinct chains (each of other functions), and a back-test of them."""
    made = [trace for _, text in _recorded() for trace in TraceReader().read(text)]
    chains = [_distinct(made[at % len(made)], at) for at in range(count)]
    figures = {}
    for strategy in STRATEGIES:
        start = time.perf_counter()
        for chain in chains:
            fingerprint(chain, strategy)
        figures[f"{strategy}: distinct chains, fingerprints/s"] = count / (time.perf_counter() - start)
    before = TraceReader(EARLIEST)
    samples = [
        Sample(before.fingerprint(chain), f"{at // 2:016x}", f"{at // 2:016x}", 1, chain)
        for at, chain in enumerate(chains)
    ]
    found = replay(samples, TraceReader(), Constraints(()))
    return figures | {"back-test, traces/s": count / found.seconds}


def _distinct(trace: Trace, number: int) -> tuple[ExceptionRecord, ...]:
    from dataclasses import replace

    return tuple(
        replace(record, frames=tuple(replace(frame, function=f"{frame.function}_{number}") for frame in record.frames))
        for record in trace.chain
    )
