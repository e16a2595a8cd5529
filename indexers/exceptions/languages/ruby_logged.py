"""Backtraces as Rails, loggers, Rake and test runners print them: the exception's line above bare places.

The head is sought upwards from the first place: Rails puts the source of a template between the two, Rake and loggers
the rest of the message. Where Rails lists causes, each comes with its own backtrace after "Information for cause".
RSpec's and Minitest's errors are exceptions that a test did not expect and are reported; expectations that were not met
are not (they have no class in the report). Keeps out: what the interpreter itself prints (ruby.py).
"""

import re

from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.ruby_lines import (
    BARE,
    BETWEEN,
    HEADS,
    LOGGED_MESSAGE,
    LOGGER_HEAD,
    NAMED,
    RAKE,
    RAKE_CAUSE,
    RSPEC,
    TEMPLATE,
    frame,
)
from indexers.exceptions.lines import starts_record

_LOOK_BACK = 30
_NEAR = 6  # how far above a head without Rails' own shape may stand
_GAP = 12  # lines between a backtrace and that of the cause


def read_logged(texts: list[str], at: int, free: int) -> TraceDraft | None:
    """The trace whose first bare place is line `at`, its head not above line `free`."""
    drafts: list[Draft] = []
    while True:
        draft = _one(texts, at, free)
        if draft is None:
            break
        if drafts:
            draft.relation, draft.parent = "cause", len(drafts) - 1
        drafts.append(draft)
        following = _cause(texts, draft.last + 1)
        if following is None:
            break
        free, at = draft.last + 1, following
    return TraceDraft("ruby", drafts) if drafts else None


def _one(texts: list[str], at: int, free: int) -> Draft | None:
    first = BARE.match(texts[at])
    if first is None:
        return None
    draft = _head(texts, at, free)
    if draft is None:
        return None
    while at < len(texts) and (match := BARE.match(texts[at]) or TEMPLATE.match(texts[at])):
        draft.frames.append(frame(match))
        draft.last = at
        at += 1
    return draft


def _head(texts: list[str], at: int, free: int) -> Draft | None:
    """The exception above the place in line `at`."""
    for above in range(at - 1, max(free, at - _LOOK_BACK) - 1, -1):
        text = texts[above]
        if BARE.match(text):
            return None
        rake = _rake(texts, above, at)
        if rake:
            return rake
        found = _named(texts, above, at)
        if found:
            return found
        spec = RSPEC.match(text) if at - above <= _NEAR * 2 else None
        if spec:
            return Draft(spec["type"], _joined(texts[above + 1 : at], spec=True) or None, above, at)
        if starts_record(text) and not BETWEEN.match(text):
            return None
    return None


def _named(texts: list[str], above: int, at: int) -> Draft | None:
    text = texts[above]
    for name, pattern in HEADS:
        match = pattern.match(text)
        if match is None or (name != "rails" and at - above > _NEAR):
            continue
        rest = [] if name in ("rails", "sinatra") else _message_rest(texts, above, at)
        message = "\n".join([match["message"] or "", *rest]).strip()
        return Draft(match["type"], message or None, above, at)
    match = LOGGED_MESSAGE.match(text) if above == at - 1 else None
    if match is None:
        return None
    before = LOGGER_HEAD.match(texts[above - 1]) if above and not LOGGER_HEAD.match(text) else None
    if before is None:
        return Draft(match["type"], match["message"].strip() or None, above, at)
    first = texts[above - 1][before.end() :]
    return Draft(match["type"], f"{first}\n{match['message'].rstrip()}", above - 1, at)


def _message_rest(texts: list[str], above: int, at: int) -> list[str]:
    lines = texts[above + 1 : at]
    return [] if any(BETWEEN.match(text) and text.strip() for text in lines) else [text.rstrip() for text in lines]


def _joined(lines: list[str], *, spec: bool) -> str:
    return "\n".join(line.strip() if spec else line.rstrip() for line in lines).strip()


def _rake(texts: list[str], above: int, at: int) -> Draft | None:
    """What Rake prints under "rake aborted!" and "Caused by:"; a RuntimeError without its class."""
    if not (RAKE.match(texts[above]) or (RAKE_CAUSE.match(texts[above]) and at - above <= _LOOK_BACK)):
        return None
    lines = texts[above + 1 : at]
    if not lines or any(not line.strip() and index == 0 for index, line in enumerate(lines)):
        return None
    named = NAMED.match(lines[0])
    message = [named["message"] if named else lines[0], *lines[1:]]
    return Draft(named["type"] if named else "RuntimeError", _joined(message, spec=False) or None, above + 1, at)


def _cause(texts: list[str], at: int) -> int | None:
    """The first place of the cause's backtrace, if its head comes next."""
    for line in range(at, min(len(texts), at + _GAP)):
        text = texts[line]
        rails = HEADS[0][1].match(text)
        if RAKE_CAUSE.match(text) or (rails and (rails["cause"] or "").endswith("cause: ")):
            return next(
                (place for place in range(line + 1, min(len(texts), line + _LOOK_BACK)) if BARE.match(texts[place])),
                None,
            )
        if text.strip():
            return None
    return None


_ANY = re.compile(r":\d+:in [`']")


def may_be_logged(text: str) -> bool:
    """Whether `text` can be a place of a logged backtrace."""
    return _ANY.search(text) is not None
