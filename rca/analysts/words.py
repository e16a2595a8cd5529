"""Small words that several sentences of the deterministic report share. Keeps out: what is said about what."""

import shlex
from datetime import datetime

from connectors.redaction import mask
from rca.material import Material

LONGEST_MESSAGE = 160
SHORT_ID = 8


def failure(material: Material) -> str:
    """Type and first line of the message of the occurrence that was looked at, masked: "KeyError: 'tier'"."""
    case = material.case
    newest = next((error.message for error in case.chain if error.type == case.exception_type), None)
    message = mask((newest or case.exception_message).strip().split("\n")[0]).text.strip().rstrip(".")
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE].rsplit(" ", 1)[0] + " ..."
    return f"{case.exception_type}: {message}" if message else case.exception_type


def stopped(text: str) -> str:
    """`text` with a full stop last."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def sentence(text: str) -> str:
    """`text` as a sentence of its own: a capital first, a full stop last."""
    return text[:1].upper() + stopped(text)[1:]


def within(text: str) -> str:
    """`text` as it stands within a sentence: without its capital, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def command(*words: str) -> str:
    """A command of ours as it can be pasted into a shell, whatever a log put into its words."""
    return f"`firstcause {' '.join(shlex.quote(word) for word in words)}`"


def minute(when: datetime) -> str:
    """A time to the minute."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def listed(names: list[str]) -> str:
    """a, b and c; "" for nothing."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
