"""A lock between processes and threads, held on a file for as long as a block runs.

Owns: waiting and giving up. Keeps out: what is protected.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.errors import UnavailableError

_PAUSE_SECONDS = 0.005


@contextmanager
def file_lock(path: Path, *, timeout: float = 60.0) -> Iterator[None]:
    """Hold the lock on `path` (made when missing). The system frees it when the process dies.

    Raises UnavailableError when another holder keeps it longer than `timeout` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout
    with path.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise UnavailableError(f"{path} has been locked by another process for {timeout:.0f} s.") from error
                time.sleep(_PAUSE_SECONDS)
        yield
