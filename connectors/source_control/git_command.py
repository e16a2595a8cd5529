"""Runs the git program so that nothing in a repository, a config file or the environment can surprise us.

Owns: argument lists (never a shell), the cleaned environment, timeouts, bounds on what is read.
Keeps out: what the commands mean (git.py), what git's complaints mean (git_complaints.py).
"""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from connectors.errors import BadInputError, ConfigurationError, FirstcauseError, UnavailableError
from connectors.source_control.git_complaints import translated

TIMEOUT_SECONDS = 120.0
STREAM_TIMEOUT_SECONDS = 600.0
MOST_BYTES = 128 * 1024 * 1024  # of one answer; a longer one is a mistake in the question
OLDEST_GIT = (2, 30)  # the first in which `rev-parse --verify --end-of-options` works

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
    "diff.renameLimit=1000",
    "diff.interHunkContext=0",
    "diff.algorithm=myers",
    "diff.submodule=short",
    "diff.suppressBlankEmpty=false",
    "core.bigFileThreshold=8m",  # larger files are data: compared as a whole, never line by line
    "core.alternateRefsCommand=",
    "core.sshCommand=false",
    "credential.helper=",
    "gpg.program=false",
    "blame.showRoot=true",
    "blame.coloring=none",
    "blame.blankBoundary=false",
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
        "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow this cannot be overruled by a repository's own settings
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_SSH_COMMAND": "false",
        "GIT_ASKPASS": "false",
        "GIT_CEILING_DIRECTORIES": ceiling,  # a plain folder inside some other repository is not a repository
    }


@lru_cache(maxsize=8)
def check_version(search_path: str) -> tuple[int, ...]:
    """The version of the git found on `search_path` (as in PATH). Raises ConfigurationError: absent or too old."""
    try:
        said = subprocess.run(
            ["git", "--version"],  # noqa: S607 - whichever git the user has
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            env={"PATH": search_path, "LC_ALL": "C"},
            check=False,
        ).stdout.decode("utf-8", "replace")
    except OSError as error:
        raise ConfigurationError("the git program is not installed (Debian: apt-get install git).") from error
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"git --version took longer than {TIMEOUT_SECONDS:.0f} s.") from error
    found = re.search(r"\d+(?:\.\d+)+", said)
    version = tuple(int(part) for part in found[0].split(".")) if found else ()
    if version < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        raise ConfigurationError(f"{said.strip() or 'the git program'} is too old; firstcause needs {oldest} or later.")
    return version


class GitCommand:
    """Git bound to one repository folder. Every method raises the product's own errors only."""

    def __init__(self, path: Path, name: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        check_version(os.environ.get("PATH", os.defpath))
        self.path = path
        self.name = name
        self._timeout = timeout
        # Naming a repository in the settings is the consent that git asks for where another user owns it.
        self._trusted = ["-c", f"safe.directory={path.resolve()}"]

    def _argv(self, arguments: Sequence[str]) -> list[str]:
        return ["git", "--no-pager", *_OPTIONS, *self._trusted, "-C", str(self.path), *arguments]

    def run(
        self, *arguments: str, accept: Sequence[int] = (0,), given: bytes = b"", most: int = MOST_BYTES
    ) -> tuple[int, bytes]:
        """(exit code, standard output) of git with `given` on standard input.

        Output beyond `most` bytes is cut off and git stopped, which counts as success. Other exit codes than those in
        `accept` raise a translated error.
        """
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaints:  # files: no pipe can fill up
            asked.write(given)
            asked.seek(0)
            process = self._start(arguments, asked.fileno(), complaints.fileno())
            late = threading.Event()

            def stop() -> None:
                late.set()
                process.kill()

            watchdog = threading.Timer(self._timeout, stop)
            watchdog.start()
            try:
                output = process.stdout.read(most) if process.stdout else b""
                if len(output) == most:
                    process.kill()
                    return 0, output
                code = process.wait()
            finally:
                watchdog.cancel()
                process.kill()
                process.communicate()
            if late.is_set():
                raise UnavailableError(
                    f"git {arguments[0]} in repository {self.name!r} took longer than {self._timeout:g} s."
                )
            if code not in accept:
                complaints.seek(0)
                raise self.translate(arguments[0], complaints.read(20_000))
            return code, output

    def _start(self, arguments: Sequence[str], stdin: int, stderr: int) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(  # noqa: S603 - an argument list; refs are checked and paths stand behind "--"
                self._argv(arguments), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment(self.path)
            )
        except (OSError, ValueError) as error:  # not there, not executable, an argument with a NUL or too long
            raise ConfigurationError(f"git {arguments[0]} could not be started: {error}.") from error

    def output(self, *arguments: str, given: bytes = b"", most: int = MOST_BYTES) -> bytes:
        """Standard output of a command that must succeed."""
        return self.run(*arguments, given=given, most=most)[1]

    def translate(self, verb: str, stderr: bytes) -> FirstcauseError:
        """The product's error for git's complaint."""
        return translated(verb, stderr.decode("utf-8", "replace").strip(), path=self.path, name=self.name)

    def cat_files(self, objects: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """(object, content or None where it is missing) for each asked object, through one `cat-file --batch`."""
        if not objects:
            return
        with tempfile.TemporaryFile() as asked:  # a pipe would block once both directions are full
            asked.write("".join(f"{name}\n" for name in objects).encode())
            asked.seek(0)
            process = self._start(["cat-file", "--batch", "--buffer"], asked.fileno(), subprocess.DEVNULL)
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
