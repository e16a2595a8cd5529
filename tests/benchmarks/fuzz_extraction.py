"""`python -m tests.benchmarks.fuzz_extraction SECONDS [--seed N]`: damaged logs, until the time is over.

Prints how much was read, the worst time a megabyte and, for every fault, the seed and number that make its text again
(`--seed N --only NUMBER` runs that one and keeps the text with `--keep FILE`). Keeps out: the mutations and what must
hold (tests/indexers/exceptions/mutations.py).
"""

import argparse
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random
from types import FrameType

from tests.indexers.exceptions.mutations import corpus, faults, mutated, seconds_allowed

SMALLEST = 20_000  # characters of a text whose time a megabyte says something


def read(text: str) -> tuple[list[str], float]:
    """(what is wrong with the reading of `text`, seconds)."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, 4 * seconds_allowed(text))
    started = time.perf_counter()
    try:
        wrong = faults(text)
    except Exception:  # whatever is raised is a finding
        wrong = [traceback.format_exc()]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return wrong, time.perf_counter() - started


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("reading does not come to an end")


def main() -> int:
    """Run; the exit code says whether a fault was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    texts = corpus()
    number, characters, spent, worst, found = 0, 0, 0.0, (0.0, -1), 0
    end = time.monotonic() + arguments.seconds
    while time.monotonic() < end:
        at = number if arguments.only is None else arguments.only
        text = mutated(texts, Random(f"{arguments.seed}/{at}"))
        wrong, seconds = read(text)
        number, characters, spent = number + 1, characters + len(text), spent + seconds
        if len(text) >= SMALLEST:
            worst = max(worst, (seconds / len(text) * 1e6, at))
        for fault in wrong[:3]:
            print(f"seed {arguments.seed} number {at} ({len(text)} characters): {fault}", flush=True)
        found += bool(wrong)
        if arguments.only is not None:
            if arguments.keep:
                arguments.keep.write_text(text, encoding="utf-8", errors="surrogatepass")
            break
    rate = characters / spent / 1e6 if spent else 0.0
    print(f"{number} texts, {characters / 1e6:.1f} MB, {rate:.2f} MB/s read twice and checked, {found} with faults")
    print(f"worst: {worst[0]:.2f} s/MB, number {worst[1]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
