"""Which keys an object store takes, so that every store refuses the same ones. Keeps out: stores."""

from connectors.errors import BadInputError

LONGEST_BYTES = 1024  # S3's limit


def checked(key: str) -> str:
    """`key` when it is a relative POSIX path in its plain form.

    Raises BadInputError for an empty or absolute key, for empty, `.` and `..` parts, for control characters and
    backslashes, and for keys longer than 1,024 bytes.
    """
    if not key:
        problem = "is empty"
    elif key.startswith("/"):
        problem = "is absolute"
    elif any(part in ("", ".", "..") for part in key.split("/")):
        problem = "has an empty, '.' or '..' part"
    elif not key.isprintable() or "\\" in key:
        problem = "has a backslash or a character that cannot be printed"
    elif len(key.encode()) > LONGEST_BYTES:
        problem = f"is longer than {LONGEST_BYTES} bytes"
    else:
        return key
    raise BadInputError(f"object key {key!r} {problem}; keys are relative paths such as raw/app/page.arrow.")
