"""Whether a fault only passes on what failed elsewhere: its message repeats another fault.

Owns: the comparison, and the sentence for it. Keeps out: which faults there are (tools).
"""

from collections.abc import Sequence
from datetime import timedelta

from indexers.exceptions.naming import root_cause
from rca.conversation.rules.talk import Talk, times
from rca.conversation.tools import ListFaults
from rca.conversation.values import Fault

AROUND = timedelta(minutes=5)
MOST_LISTED = 100
SHORTEST = 5  # letters of a type or a message that say anything when they are repeated
COMPARED = 60  # characters of a message


def passed_on(own: Fault, others: Sequence[Fault]) -> Fault | None:
    """The fault that the message of `own` repeats: its type, and best also its message or its service; else None."""
    message = _message(own)
    scored = [(_score(message, other), other.count, other) for other in others if other.id != own.id]
    best = max(scored, key=lambda item: item[:2], default=(0, 0, own))
    return best[2] if best[0] > 1 else None


def say_passed_on(talk: Talk) -> None:
    """Say so when the fault repeats another one of the same time."""
    own = talk.own
    start = own.first_seen - AROUND if own.first_seen else None
    end = own.last_seen + AROUND if own.last_seen else None
    seen = talk.desk.look(ListFaults(start=start, end=end, limit=MOST_LISTED))
    source = passed_on(own, seen.data or ())
    if source is not None:
        where = f" in {source.service}" if source.service else ""
        talk.say(
            f"Its message repeats {source.title}{where} ({source.id[:8]}, {times(source.count)}), so it looks like the "
            f"consequence of that; ask about {source.id[:8]} to see where it begins.",
            *seen.items,
        )


def _score(message: str, other: Fault) -> int:
    kind = other.title.partition(":")[0].rsplit(".", 1)[-1]
    if len(kind) < SHORTEST or kind not in message:
        return 0
    text = other.message.strip().split("\n")[0][:COMPARED]
    named = any(service and service in message for service in other.services)
    return 1 + 2 * (len(text) >= SHORTEST and text in message) + named


def _message(fault: Fault) -> str:
    root = root_cause(fault.chain) if fault.chain else None
    return (root.message if root else fault.message) or fault.message
