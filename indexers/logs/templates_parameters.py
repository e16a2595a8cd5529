"""A line and its template: the message in the line, the values at the wildcards, and the way back.

Owns where the message stands in a text, names of parameters, and that nothing is lost: `fit(text, template)` holds all
that the template leaves open, so that `fit(text, template).text(template) == text`.
Keeps out: how templates are found.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from indexers.logs.masking import MAX_CHARACTERS, WILDCARD, kind_of
from indexers.logs.templates_header import message_start

_TRACEBACK = "Traceback (most recent call last):"
# `key=`, `"key": `, `key: `, or a word, at the end of what stands before a value
_KEY = re.compile(r"([A-Za-z_@][\w.@-]*)[\"']?\s*(?:[=:]\s*)?[\"'(\[{<]*$")
_UNIT = re.compile(r"\s?([A-Za-z]{2,})\b")
_BARE = ("id", "number")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value at a wildcard: `position` counts wildcards from 0; `name` is the key or the word before it, for a bare
    number without either the word behind it ("7 retries"), else the value's form (names in masking_patterns.txt)."""

    position: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Fit:
    """What a template leaves open in a text: what stands `before` and `behind` the message, the values, and in
    `printed` (place of a constant part -> its text) the white space that differs from the template's."""

    before: str
    behind: str
    parameters: tuple[Parameter, ...]
    printed: dict[int, str]

    def text(self, template: str) -> str:
        """The text again, exactly."""
        constant = template.split(WILDCARD)
        parts = [self.before]
        for place, part in enumerate(constant):
            parts.append(self.printed.get(place, part))
            if place < len(self.parameters):
                parts.append(self.parameters[place].value)
        return "".join((*parts, self.behind))


@dataclass(frozen=True, slots=True)
class _Message:
    text: str
    start: int  # where it begins in the whole text
    end: int  # where it ends there
    left_out: tuple[int, int, str] | None = None  # (from, to) of the joint in the message, and what stood there


def message_of(text: str) -> str:
    """What a line or event says: without its header, white space around it, and at most the first 2,000 characters.

    Of an event of several lines the first counts; of a bare Python traceback the last, which names the exception.
    """
    return _message(text).text


def fit(text: str, template: str) -> Fit | None:
    """How `text`, which may have its header, was made from `template`; None when it does not fit."""
    message = _message(text)
    constant = template.split(WILDCARD)
    spans = _values(message.text, constant)
    if spans is None:
        return None
    printed, place = {}, 0
    for number, part in enumerate(constant):
        end = spans[number][0] if number < len(spans) else len(message.text)
        own = _with_left_out(message, place, end)
        if own != part:
            printed[number] = own
        place = spans[number][1] if number < len(spans) else end
    found = []
    for position, (start, end) in enumerate(spans):
        value = message.text[start:end]
        found.append(Parameter(position, _name(constant[position], value, constant[position + 1]), value))
    return Fit(text[: message.start], text[message.end :], tuple(found), printed)


def parameters(text: str, template: str) -> list[Parameter] | None:
    """The values at the wildcards of `template` in a text it was mined from; None when the text does not fit."""
    fitted = fit(text, template)
    return None if fitted is None else list(fitted.parameters)


def _message(text: str) -> _Message:
    head = text[: 2 * MAX_CHARACTERS]
    first, _, rest = head.partition("\n")
    begin = message_start(first)
    line = first[begin:].strip()
    start = begin + len(first[begin:]) - len(first[begin:].lstrip())
    if rest and (not line or line == _TRACEBACK):
        above = text[-MAX_CHARACTERS:].rstrip()
        tail = above.rpartition("\n")[2].strip()
        end = len(text.rstrip()) if len(text) > MAX_CHARACTERS else len(above)
        if tail and end - len(tail) >= start + len(line):
            if not line:
                return _cut(_Message(tail, end - len(tail), end))
            joint = (len(line), len(line) + 1, text[start + len(line) : end - len(tail)])
            return _cut(_Message(f"{line} {tail}", start, end, joint))
    return _cut(_Message(line, start, start + len(line)))


def _cut(message: _Message) -> _Message:
    if len(message.text) <= MAX_CHARACTERS:
        return message
    text = message.text[:MAX_CHARACTERS].rstrip()
    return _Message(text, message.start, message.end - (len(message.text) - len(text)), message.left_out)


def _with_left_out(message: _Message, start: int, end: int) -> str:
    part = message.text[start:end]
    if message.left_out is None or not start <= message.left_out[0] < message.left_out[1] <= end:
        return part
    first, last, text = message.left_out
    return part[: first - start] + text + part[last - start :]


def _values(message: str, constant: list[str]) -> list[tuple[int, int]] | None:
    """(start, end) of the value at each wildcard, without white space around it."""
    opening = _literal(constant[0]).match(message)
    if opening is None or (len(constant) == 1 and opening.end() != len(message)):
        return None
    place, spans = opening.end(), []
    for position, part in enumerate(constant[1:]):
        last = position == len(constant) - 2
        # Leftmost places for all parts but the last, which must end the line: linear, and right for wildcards.
        closing = _literal(part, r"\Z" if last else "").search(message, place)
        if closing is None:
            return None
        value = message[place : closing.start()]
        start = place + len(value) - len(value.lstrip())
        spans.append((start, start + len(value.strip())))
        place = closing.end()
    return spans


@lru_cache(maxsize=4096)
def _literal(part: str, end: str = "") -> re.Pattern[str]:
    # A template has single spaces; the line may have any white space there, also none beside a wildcard.
    words = [re.escape(word) for word in part.split()]
    lead, trail = r"\s*" if part[:1].isspace() else "", r"\s*" if part[-1:].isspace() else ""
    return re.compile((lead + r"\s+".join(words) + trail if words else lead) + end)


def _name(before: str, value: str, behind: str) -> str:
    key = _KEY.search(before)
    if key:
        return key[1]
    kind = kind_of(value)
    unit = _UNIT.match(behind)
    return unit[1] if unit and kind in _BARE else kind
