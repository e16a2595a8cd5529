"""A whole run in a process that kills itself, with SIGKILL, before or after its n-th call to the outside.

Usage: python -m tests.e2e.deadly CONFIG N. Nothing of the product is replaced: each store that the run uses is
wrapped by an object that counts calls. Without reaching call N the run ends normally and prints the count.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from flows.settings import load_settings
from flows.steps.whole import run_stages
from flows.wiring import Workspace


class Countdown:
    """Kills this process at the n-th tick."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.ticks = 0

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """Behaves as `inner`; every call of one of its methods ticks before it begins and after it has returned."""

    def __init__(self, inner: Any, countdown: Countdown) -> None:
        self._inner = inner
        self._countdown = countdown

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if not callable(attribute):
            return attribute

        def call(*arguments: Any, **options: Any) -> Any:
            self._countdown.tick()
            result = attribute(*arguments, **options)
            self._countdown.tick()
            return result

        return call


def main() -> None:
    countdown = Countdown(int(sys.argv[2]))
    with Workspace(load_settings(Path(sys.argv[1]))) as workspace:
        for store in ("objects", "ledger", "warehouse", "database", "vectors"):
            vars(workspace)[store] = Deadly(getattr(workspace, store), countdown)
        run_stages(workspace, final=True)
    print(countdown.ticks)


if __name__ == "__main__":
    main()
