"""Which exception of a chain names the fault, and what a person reads first about it.

Keeps out: what makes two faults the same (fingerprint.py).
"""

from collections.abc import Sequence

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.messages import parameterise

# Relations that lead from an exception to what really went wrong. `context` does not: it was being handled already.
_LEADING = {"caused_by", "cause", "inner"}
_LONGEST_TITLE = 200


def outermost(chain: Sequence[ExceptionRecord]) -> ExceptionRecord:
    """The exception that was caught or that ended the program."""
    return next((record for record in chain if record.parent is None), chain[0])


def root_cause(chain: Sequence[ExceptionRecord]) -> ExceptionRecord:
    """The end of the chain of explicit causes: the exception that names the fault."""
    at = next((index for index, record in enumerate(chain) if record.parent is None), 0)
    visited = {at}
    while True:
        deeper = next(
            (
                index
                for index, record in enumerate(chain)
                if record.parent == at and record.relation in _LEADING and index not in visited
            ),
            None,
        )
        if deeper is None:
            return chain[at]
        at = deeper
        visited.add(at)


def culprit(chain: Sequence[ExceptionRecord]) -> Frame | None:
    """The innermost frame of the application's own code, in the root cause first; else the innermost frame."""
    root = root_cause(chain)
    others = [record for record in chain if record is not root and record.relation != "goroutine"]
    for record in [root, *others]:
        own = next((frame for frame in record.innermost() if frame.in_app), None)
        if own is not None:
            return own
    return next((record.innermost()[0] for record in [root, *others] if record.innermost()), None)


def title(chain: Sequence[ExceptionRecord]) -> str:
    """Type and parameterised first message line of the root cause, at most 200 characters."""
    root = root_cause(chain)
    first_line = (root.message or "").strip().split("\n")[0]
    kind, _, last = root.type.rpartition(": ")
    if kind and first_line.startswith(last):  # AddressSanitizer: double-free + "double-free on address ..."
        text = f"{kind}: {parameterise(first_line)}"
    else:
        text = f"{root.type}: {parameterise(first_line)}" if first_line else root.type
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"
