"""Runs of JavaScript frames, and the block of properties that util.inspect prints after the last one.

Format: formatError and formatRaw of Node's lib/internal/util/inspect.js: `{` after the last frame, a property a line
and further in, causes and the errors of an AggregateError among them with frames of their own, every line of a nested
error indented like the property it is the value of. `[cause]` leads to a cause, an array named `errors` holds members;
an error under any other name counts as a cause. An error without frames is printed in brackets. Deno prints the same.
"""

import re
from typing import NamedTuple

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.javascript_frames import Found, at_sign_frame, frame_at, weak_frame
from indexers.exceptions.languages.javascript_heads import LOOK_BACK, draft_at, is_strong, match_header
from indexers.exceptions.lines import indent

# Lines among frames: frames left out because a cause prints them too, Hermes' and loggers' gaps, long stack traces,
# the original place that `node --enable-source-maps` printed in its first versions
_AMONG = re.compile(
    r"""\s*(?: \.\.\.\ \d+\ lines?\ matching\ .*stack\ trace\ \.\.\. | \[\.\.\.\ lines\ matching\ .*\]
      | \.\.\.\ skipping\ \d+\ frames | \.\.\.\ \d+\ more(?:\ frames)? | ->\ \S.*:\d+(?::\d+)?
      | From\ previous\ event: | -{20,} | ={4}\ async\ ={4} )(?P<end>\ \{)?\s*$""",
    re.VERBOSE,
)
_BUN_BUILT_IN = re.compile(r"\s+at (?P<function>\S+) \(\d+:\d+\)$")
# Where the error was emitted: another stack, which says nothing of where it arose
_EMITTED = re.compile(r"(?:Emitted '.*' event(?: on .* instance)? at|Thrown at):$")
_KEY = re.compile(
    r"""\s*(?:(?P<name>\[?[\w$]+\]?|'[^']*'|"[^"]*"|\[Symbol\([^)]*\)\])(?::|\ =>)\s)?
        (?:<ref\s\*\d+>\s)?(?P<rest>\S.*)$""",
    re.VERBOSE | re.DOTALL,
)
_CLASS = re.compile(r"[A-Z][\w$]*(?:Error|Exception)$")  # no property has such a name: it is an error's own
_IN_BRACKETS = re.compile(r"\[(?P<head>.*)\](?P<end>\s\{)?,?$", re.DOTALL)


class _Open(NamedTuple):
    """Something printed around the line being read: its indentation and the exception, or the array's name."""

    column: int
    error: int | None
    name: str


def read_frames(texts: list[str], at: int, draft: Draft | None, weak: int = 0) -> tuple[int, bool]:
    """Add the frames from line `at` to `draft`; (the line after them, whether a block of properties opens).

    Lines before `weak` are frames that JavaScriptCore prints without a place.
    """
    browser = at < weak
    while at < len(texts):
        found = _frame_or_gap(texts[at], in_browser=browser, with_words=at < weak)
        if found is None and draft is not None and _EMITTED.match(texts[at].strip()):
            end, opens = read_frames(texts, at + 1, None)
            draft.last = max(draft.last, end - 1)
            return end, opens
        if found is None:
            break
        browser = browser or not texts[at].lstrip().startswith("at ")
        if draft is not None:
            draft.frames += [found.frame] if found.frame else []
            draft.last = at
        at += 1
        if found.opens:
            return at, True
    return at, False


def _frame_or_gap(text: str, *, in_browser: bool, with_words: bool) -> Found | None:
    found = frame_at(text)
    if found is not None:
        return found
    built_in = _BUN_BUILT_IN.match(text)
    if built_in:
        return Found(Frame("", built_in["function"]), False)
    gap = _AMONG.match(text)
    if gap:
        return Found(None, gap["end"] is not None)
    weak = weak_frame(text, with_words=with_words) if in_browser else None
    return Found(weak, False) if weak is not None else None


def first_frame(texts: list[str], frame: int, free: int) -> int:
    """`frame`, or the line above it where JavaScriptCore's weaker frames begin, under the error's line."""
    if at_sign_frame(texts[frame].strip()) is None:
        return frame
    at = frame
    in_code = False  # functions made by eval() have names alone, above "eval code"
    while at - 1 >= max(free, frame - LOOK_BACK):
        match = match_header(texts[at - 1])
        if match and is_strong(match):
            return at
        weak = weak_frame(texts[at - 1], with_words=in_code)
        if weak is None:
            break
        in_code = in_code or weak.function.endswith(" code")
        at -= 1
    return frame


class _Block:
    """One block of properties. `open` holds what is around the current line, outermost first."""

    def __init__(self, texts: list[str], at: int, drafts: list[Draft]) -> None:
        self.texts = texts
        self.at = at
        self.drafts = drafts
        self.own = indent(texts[drafts[0].first])
        self.open = [_Open(self.own, 0, "")]

    def read(self) -> int:
        """Properties up to the closing brace at the header's own indentation; the line after it."""
        while self.at < len(self.texts):
            text = self.texts[self.at]
            column = indent(text)
            if text.strip() and column <= self.own:
                if not text.lstrip().startswith("}"):
                    break
                self.drafts[0].last = max(self.drafts[0].last, self.at)
                self.at += 1
                break
            if not text.strip() or not self._property(text, column):
                self.at += 1
        return self.at

    def _property(self, text: str, column: int) -> bool:
        """Whether an error begins at this line; it is read then. Anything else only opens or closes containers."""
        while len(self.open) > 1 and self.open[-1].column >= column:
            self.open.pop()
        if text.lstrip()[:1] in "}]":
            return False
        key = _KEY.match(text)
        if key is None:
            return False
        name = (key["name"] or "").strip("[]'\"")
        if self._error(key["rest"].rstrip(), name, column) or (name and self._error(text.strip(), "", column)):
            return True
        if text.rstrip().endswith(("[", "{")):
            self.open.append(_Open(column, None, name if text.rstrip().endswith("[") else self.open[-1].name))
        return False

    def _error(self, rest: str, name: str, column: int) -> bool:
        bracketed = _IN_BRACKETS.match(rest)
        match = match_header(bracketed["head"] if bracketed else rest)
        if match is None or not is_strong(match) or _CLASS.match(name):
            return False
        if bracketed:
            draft, opens = (
                draft_at(match["type"], match["message"], self.texts, self.at, self.at + 1),
                bool(bracketed["end"]),
            )
            self.at += 1
        else:
            end = self._frames_after(column)
            if end is None:
                return False
            draft = draft_at(match["type"], match["message"], self.texts, self.at, end)
            self.at, opens = read_frames(self.texts, end, draft)
        parent = next(item.error for item in reversed(self.open) if item.error is not None)
        draft.parent = parent
        is_member = self.open[-1].error is None and self.open[-1].name in ("errors", "error") and not name
        draft.relation = "group_member" if is_member else "cause"
        self.drafts.append(draft)
        if opens:
            self.open.append(_Open(column, len(self.drafts) - 1, ""))
        return True

    def _frames_after(self, column: int) -> int | None:
        """The first frame of the error at this line: no line before it is further out."""
        for at in range(self.at + 1, min(len(self.texts), self.at + LOOK_BACK)):
            text = self.texts[at]
            if text.strip() and indent(text) < column:
                return None
            if frame_at(text):
                return at if indent(text) > column else None
        return None


def read_block(texts: list[str], at: int, drafts: list[Draft]) -> int:
    """Read the properties of drafts[0] from line `at`, adding the errors among them to `drafts`; the line after."""
    return _Block(texts, at, drafts).read()
