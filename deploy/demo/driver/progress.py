"""Tells the person at the terminal what is going on: one line a step, with the seconds since the start."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

Say = Callable[[str], None]


class Progress:
    """Call it with a sentence. `headline` starts a new part."""

    def __init__(self, output: TextIO = sys.stdout, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._clock = clock
        self._start = clock()

    def __call__(self, sentence: str) -> None:
        print(f"  {self.seconds:5.1f}s  {sentence}", file=self._output, flush=True)

    def headline(self, title: str) -> None:
        print(f"\n{title}", file=self._output, flush=True)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._start
