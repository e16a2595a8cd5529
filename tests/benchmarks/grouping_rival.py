"""The rival of the grouping benchmark: the rules that error trackers are known for, written down as simply.

In-app frames by module (or file) and function, else all frames; each call that repeats the one before it counts once;
the exceptions' types; the message, numbers and ids left out, where there is no frame. Follows what Sentry documents
about its grouping (https://docs.sentry.io/product/issues/grouping-and-fingerprints/). Keeps out: measuring.
"""

import hashlib
import re
from collections.abc import Sequence

from indexers.exceptions.chain import ExceptionRecord, Frame

_VARYING = re.compile(r"0x[0-9a-fA-F]+|\b[0-9a-f]{8,}\b|\d+")
_TRIMMED = re.compile(
    r"\$\$Lambda\$\d+(?:[/@][0-9a-fx]+)?|lambda\$|(?:\$\$(?:EnhancerBy"
    r"|FastClassBy)\w*(?:\$\$\w+)?)|::h[0-9a-f]{16}$"
)


def rival(chain: Sequence[ExceptionRecord]) -> str:
    """The rival's group of a chain."""
    values: list[str] = []
    for record in chain:
        if record.relation in ("suppressed", "goroutine"):
            continue
        frames = [frame for frame in record.innermost() if frame.in_app] or list(record.innermost())
        calls = [_call(frame) for frame in frames]
        calls = [call for at, call in enumerate(calls) if at == 0 or call != calls[at - 1]]
        values += [record.type, *(calls or [_VARYING.sub("#", record.message or "")])]
    return hashlib.sha256("\n".join(values).encode("utf-8", "surrogatepass")).hexdigest()


def _call(frame: Frame) -> str:
    file = re.sub(r"[.-][0-9a-f]{8,}(?=\.)", "", re.split(r"[/\\]", frame.file)[-1].lower())
    return f"{file}:{_TRIMMED.sub('', frame.function)}"
