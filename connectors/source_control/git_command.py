"""Runs the git program so that nothing in a repository, a config file or the environment can surprise us.

Owns: argument lists (never a shell), the cleaned environment, timeouts, the translation of git's complaints.
Keeps out: what the commands mean (git.py).
"""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.errors import BadInputError, ConfigurationError, FirstcauseError, UnavailableError

TIMEOUT_SECONDS = 120.0
STREAM_TIMEOUT_SECONDS = 600.0

# Settings that could start another program, reach the network or change what commands print.
_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "color.ui=false",
    "diff.external=",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.renames=true",
    "diff.relative=false",
    "diff.orderFile=/dev/null",
    "log.showSignature=false",
    "log.mailmap=true",
    "blame.ignoreRevsFile=",
    "blame.markUnblamableLines=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
)
_OPTIONS = [part for setting in _QUIET for part in ("-c", setting)]

# A ref as people write it: branch, tag, id, HEAD~2, v1^{}. No leading dash, no ranges, no path part.
_REF = re.compile(r"[^\s\x00-\x1f\x7f:?*\[\\^~-][^\s\x00-\x1f\x7f:?*\[\\]*")


def check_ref(ref: str) -> str:
    """`ref` itself, when it cannot be taken for an option, a range or a path. Raises BadInputError."""
    if not _REF.fullmatch(ref) or ".." in ref or len(ref) > 500:
        raise BadInputError(
            f"{ref!r} is not a git ref; give a branch, a tag or a commit id such as main, v1.2.0 or 3f2c1ab."
        )
    return ref


def environment(path: Path) -> dict[str, str]:
    """The process environment without GIT_* (they could point elsewhere), plus what keeps git quiet and local."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ceiling = os.pathsep.join(sorted({str(path.parent), str(path.resolve().parent)}))
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CEILING_DIRECTORIES": ceiling,  # a plain folder inside some other repository is not a repository
    }


class GitCommand:
    """Git bound to one repository folder. Every method raises the product's own errors only."""

    def __init__(self, path: Path, name: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.path = path
        self.name = name
        self._timeout = timeout

    def _argv(self, arguments: Sequence[str]) -> list[str]:
        return ["git", "--no-pager", *_OPTIONS, "-C", str(self.path), *arguments]

    def run(self, *arguments: str, accept: Sequence[int] = (0,)) -> tuple[int, bytes]:
        """(exit code, standard output). Exit codes outside `accept` raise a translated error."""
        try:
            done = subprocess.run(  # noqa: S603 - an argument list, refs are checked and paths stand behind "--"
                self._argv(arguments),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._timeout,
                env=environment(self.path),
                check=False,
            )
        except FileNotFoundError as error:
            raise ConfigurationError("the git program is not installed (Debian: apt-get install git).") from error
        except subprocess.TimeoutExpired as error:
            raise UnavailableError(
                f"git {arguments[0]} in repository {self.name!r} took longer than {self._timeout:.0f} s."
            ) from error
        if done.returncode not in accept:
            raise self.translate(arguments[0], done.stderr)
        return done.returncode, done.stdout

    def output(self, *arguments: str) -> bytes:
        """Standard output of a command that must succeed."""
        return self.run(*arguments)[1]

    def translate(self, verb: str, stderr: bytes) -> FirstcauseError:
        """The product's error for git's complaint."""
        said = stderr.decode("utf-8", "replace").strip()
        if "dubious ownership" in said:
            return ConfigurationError(
                f"git refuses repository {self.name!r} because another user owns {self.path}; run "
                f"`git config --global --add safe.directory {self.path.resolve()}` as the user that runs firstcause."
            )
        if "not a git repository" in said:
            return BadInputError(
                f"{str(self.path)!r} (repository {self.name!r}) is not a git repository; give the folder of a clone "
                "or a bare repository."
            )
        return ConfigurationError(f"git {verb} failed in repository {self.name!r}: {said or 'no message'}.")

    def cat_files(self, objects: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """(object, content or None where it is missing) for each asked object, through one `cat-file --batch`."""
        if not objects:
            return
        with tempfile.TemporaryFile() as asked:  # a pipe would block once both directions are full
            asked.write("".join(f"{name}\n" for name in objects).encode())
            asked.seek(0)
            process = subprocess.Popen(  # noqa: S603 - a fixed argument list; object ids go through standard input
                self._argv(["cat-file", "--batch", "--buffer"]),
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(self.path),
            )
            watchdog = threading.Timer(STREAM_TIMEOUT_SECONDS, process.kill)
            watchdog.start()
            try:
                yield from self._batch(process, objects)
            finally:
                watchdog.cancel()
                process.kill()
                process.communicate()

    def _batch(self, process: "subprocess.Popen[bytes]", objects: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        stream = process.stdout
        if stream is None:
            raise UnavailableError("git cat-file gave no output stream.")
        for name in objects:
            header = stream.readline().split()
            if not header:
                raise UnavailableError(f"git cat-file in repository {self.name!r} ended before {name} was read.")
            if header[-1] in (b"missing", b"ambiguous"):
                yield name, None
                continue
            size = int(header[2])
            content = stream.read(size)
            if len(content) != size:
                raise UnavailableError(f"git cat-file in repository {self.name!r} ended inside {name}.")
            stream.read(1)
            yield name, content
