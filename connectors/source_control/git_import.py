"""Makes a bare repository of a history written down as text, as `git fast-export` prints it.

The same text gives the same commit ids. Keeps out: reading repositories (git.py), how git is kept quiet
(git_command.py).
"""

import subprocess
from pathlib import Path

from connectors.errors import ConfigurationError, UnavailableError
from connectors.source_control.git import GitRepository
from connectors.source_control.git_command import TIMEOUT_SECONDS, GitCommand, environment


def import_history(history: bytes, folder: Path, *, name: str) -> GitRepository:
    """The repository made of `history` in `folder`, which must not exist. Raises ConfigurationError."""
    folder.mkdir(parents=True)
    command = GitCommand(folder, name)
    command.run("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed argument list; the history goes through standard input
            ["git", "-C", str(folder), "fast-import", "--quiet"],  # noqa: S607 - git is found as everywhere else
            input=history,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            env=environment(folder),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"the history of {name!r} took longer than {TIMEOUT_SECONDS:.0f} s to read.") from error
    if done.returncode:
        raise ConfigurationError(
            f"the history of {name!r} is not one that git can read: {done.stderr.decode('utf-8', 'replace').strip()}."
        )
    return GitRepository(folder, name=name)
