"""One child process whose output goes to a log file line by line, and which can always be stopped.

Owns: starting, pumping, stopping. Keeps out: which services exist.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from .logfiles import LogFile

GRACE = 2.0  # seconds between asking a process to stop and making it


class LoggedProcess:
    """A process in a session of its own, so that Ctrl-C reaches the demo first and the demo stops it in order."""

    def __init__(
        self, command: Sequence[str], *, log: LogFile, env: Mapping[str, str], cwd: Path, one_pipe: bool = False
    ) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if one_pipe else subprocess.PIPE,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
        pipes = {"stdout": self._process.stdout, "stderr": self._process.stderr}
        self._pumps = [
            threading.Thread(target=_pump, args=(name, pipe, log), daemon=True) for name, pipe in pipes.items() if pipe
        ]
        for pump in self._pumps:
            pump.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send SIGTERM; returns at once."""
        if not self.ended:
            self._process.terminate()

    def stop(self) -> None:
        """Stop the process and everything it started, and wait until its last line is written."""
        self.ask_to_stop()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pump in self._pumps:
            pump.join(GRACE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()


def _pump(stream: str, pipe: IO[bytes], log: LogFile) -> None:
    for line in pipe:
        log.write(stream, line.rstrip(b"\r\n"), datetime.now(UTC))
