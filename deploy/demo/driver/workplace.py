"""The folder that a demo works in: one demo at a time, afresh each time.

Owns: the lock and the cleaning. Keeps out: what is put there.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = ".made-by-demo"


class WorkplaceError(RuntimeError):
    """The folder cannot be used; the message says why and what to do."""


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """`folder`, empty and ours for the length of the block. Raises WorkplaceError when it is in use or not a demo's."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if any(folder.iterdir()) and not mark.exists():
        raise WorkplaceError(f"{folder} holds files that no demo made; give another folder.")
    with mark.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkplaceError(f"another demo works in {folder}; stop it first.") from None
        for entry in folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry != mark:
                entry.unlink()
        yield folder
