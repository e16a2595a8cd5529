"""What git's complaints mean for the person who asked.

Owns: the table of complaints (git is run with LC_ALL=C, so they are in English). Keeps out: running git.
"""

import re
from pathlib import Path

from connectors.errors import BadInputError, ConfigurationError, FirstcauseError, NotFoundError

_PROMISED = re.compile(r"lazy fetching disabled|could not fetch \S+ from promisor remote|promisor", re.IGNORECASE)
_MISSING = re.compile(
    r"unable to read (?:tree|blob|sha1|object)?|missing (?:blob|tree|commit)|bad (?:object|tree|revision)|"
    r"could not (?:read|parse|get object info)|invalid object|failed to read|is not a blob"
)
_NO_PATH = re.compile(
    r"no such path '?(.*?)'? in |path '(.*)' does not exist|"
    r"There is no path (.*) in the commit|'(.*)' is outside repository"
)


def translated(verb: str, said: str, *, path: Path, name: str) -> FirstcauseError:
    """The product's error for what `git <verb>` said on standard error in repository `name` at `path`."""
    if "dubious ownership" in said:
        return ConfigurationError(
            f"git refuses repository {name!r} because another user owns {path}; install git 2.38 or later, or make "
            "the user that runs firstcause its owner."
        )
    if "not a git repository" in said:
        return BadInputError(
            f"{str(path)!r} (repository {name!r}) is not a git repository; give the folder of a clone or a bare "
            "repository."
        )
    if _PROMISED.search(said):
        return NotFoundError(
            f"repository {name!r} is a partial clone, and what git {verb} needs was never fetched; "
            f"`git -C {path} fetch --refetch --no-filter` brings it."
        )
    last = said.splitlines()[-1].removeprefix("fatal: ") if said else "no message"
    absent = _NO_PATH.search(said)
    if absent:
        missing = next(found for found in absent.groups() if found is not None)
        return NotFoundError(
            f"{missing!r} cannot be read in repository {name!r}: "
            "it is no file of that commit, or its content is missing."
        )
    if _MISSING.search(said):
        return NotFoundError(
            f"git {verb} misses an object in repository {name!r} ({last}); `git -C {path} fsck` says what is broken."
        )
    return ConfigurationError(f"git {verb} failed in repository {name!r}: {last}.")
