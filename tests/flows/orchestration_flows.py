"""Flows for trying the runner: one that is quick, one that waits, one that blocks its thread, one that fails."""

import asyncio
import time

from prefect import flow


@flow(name="trial-quick")
async def quick(value: int = 1) -> int:
    """Done at once."""
    return value


@flow(name="trial-waiting")
async def waiting(seconds: float = 60.0) -> None:
    """Awaits."""
    await asyncio.sleep(seconds)


@flow(name="trial-blocking")
async def blocking(seconds: float = 3.0) -> None:
    """Works in a thread, as the steps do."""
    await asyncio.to_thread(time.sleep, seconds)


@flow(name="trial-failing")
async def failing() -> None:
    """Raises."""
    raise RuntimeError("as asked")


@flow(name="trial-plain")
def plain() -> str:
    """Is not async."""
    return "done"
