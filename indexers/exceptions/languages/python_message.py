"""Where the message of a Python exception ends.

Nothing is printed after a message, so the end follows from what comes next: in a chain the linking sentence, in a
group the next rule, in a complete text (a JSON field) its end. In an open log a message goes on over lines until one
of the patterns below, a blank line or the start of a log record. Keeps out: what a traceback looks like.
"""

import re
from collections.abc import Sequence

from indexers.exceptions.languages.python_groups import is_rule
from indexers.exceptions.languages.python_lines import LINKS, MARK, QUOTE, strip_margin
from indexers.exceptions.lines import indent, starts_record

MESSAGE_LINES = 200  # of a message that nothing closes
_CLOSING_LINES = 8

# What Python itself, its libraries, shells, build tools and test runners write right after a traceback.
_AFTERWARDS = re.compile(
    r"""(?:make(?:\[\d+\])?:\s | npm\sERR! | \#\#\[ | ::error | \S*[$\#%>]\s | exit\s(?:status|code) | Process\s
       | Command\s | Killed$ | Aborted | Segmentation\sfault | Exception\s(?:in|ignored)\s | Fatal\sPython | panic:\s
       | ={3} | -{3} | \+\s | error:\s | Error:\s | \[\d+\]\s | ```$ | </?(?:pre|code|p|details)\b )""",
    re.VERBOSE,
)
# What Python's own libraries print after a traceback whatever the text it stands in.
_LIBRARIES = re.compile(
    r"""(?:Stack\s\(most\srecent\scall\slast\):   # logging, stack_info=True
       | Call\sstack:$                             # logging, an error in a handler
       | (?:Task|Future)\sexception\swas\snever\sretrieved | Task\swas\sdestroyed\sbut\sit\sis\spending
       | sys:1:\s\w+Warning:\s | Unclosed\s(?:client\ssession|connector)$
       | :\s(?:[a-z]\w*\.)+[A-Z][\w$]*(?::|$)      # py4j: the Java exception that py4j.protocol.Py4JJavaError carries
    )""",
    re.VERBOSE,
)
# SQLAlchemy's messages go on after blank lines.
_AFTER_BLANK = re.compile(r"\[SQL: |\[parameters: |\(Background on this error at: ")


class Messages:
    """Reads messages of the exceptions in `texts`, in linear time over all of them."""

    def __init__(self, texts: Sequence[str], *, whole: bool, records: bool) -> None:
        self.texts = texts
        self.whole = whole
        self.records = records
        self._links: list[int] | None = None

    def read(self, start: int, first: str | None, margin: int) -> tuple[str | None, int]:
        """(message, index after it) of the exception whose line is just above `start` and holds `first`."""
        parts = [first or ""]
        end = self._linked(start)
        if end is not None and (end < len(self.texts) or self.whole):
            parts += [self._freed(at, margin) for at in range(start, end)]
        else:
            for at in range(start, min(len(self.texts), start + MESSAGE_LINES)):
                if not self._goes_on(at, margin):
                    break
                parts.append(self._freed(at, margin))
        while len(parts) > 1 and not parts[-1].strip():
            parts.pop()
        message = "\n".join(parts).rstrip()
        return message or None, start + len(parts) - 1

    def _freed(self, at: int, margin: int) -> str:
        text = self.texts[at]
        return text[margin:] if text[:margin].isspace() else text

    def _linked(self, start: int) -> int | None:
        """The linking sentence (or quotation mark) that closes a message begun above `start`; None where none does."""
        if self._links is None:
            self._links = self._find_links()
        return self._links[start] if start < len(self._links) and self._links[start] >= 0 else None

    def _find_links(self) -> list[int]:
        """For each line the next linking sentence, or -1 where another traceback or record begins before it."""
        result = [-1] * len(self.texts)
        following = -1
        for at in range(len(self.texts) - 1, -1, -1):
            stripped = strip_margin(self.texts[at])
            if stripped in LINKS or (stripped == QUOTE and following >= 0):
                following = at
            elif MARK in stripped or is_rule(stripped) or starts_record(self.texts[at]):
                following = -1
            result[at] = following
        return result

    def _goes_on(self, at: int, margin: int) -> bool:
        text = self.texts[at]
        stripped = strip_margin(text)
        if stripped in LINKS or stripped == QUOTE or MARK in text or is_rule(text) or starts_record(text):
            return False
        if _LIBRARIES.match(text):
            return False
        if not stripped:
            following = next((line for line in self.texts[at : at + 4] if line.strip()), "")
            if not following or following.strip() in LINKS or starts_record(following):
                return False
            return self.whole or _AFTER_BLANK.match(following[margin:]) is not None
        if (margin and indent(text) < margin) or (not self.whole and _AFTERWARDS.match(text[margin:])):
            return False
        sure = self.whole or indent(text) > margin or text.startswith(("[", "("))
        return sure or not self.records or self._closes_soon(at)

    def _closes_soon(self, at: int) -> bool:
        """Where every line is a record of its own, a message goes on only if little and nothing else follows it."""
        for text in self.texts[at : at + _CLOSING_LINES]:
            if not text.strip() or starts_record(text) or MARK in text:
                return True
        return at + _CLOSING_LINES >= len(self.texts)
