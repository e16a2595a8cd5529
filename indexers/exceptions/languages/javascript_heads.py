"""The line that names a JavaScript error, and the message that goes on under it until the frames.

A name is believed where it says that it is an error (`...Error`, `...Exception`), anywhere in a log line; another one
only when it begins the line right above the frames. Code frames (Babel, Jest, Vite, Bun), the source line that Deno
prints with a caret, and Mocha's diff are what tools add under a message; they are no part of it. Keeps out: frames
(javascript_frames.py) and which exceptions belong together (javascript.py).
"""

import re

from indexers.exceptions.drafts import Draft
from indexers.exceptions.lines import indent, starts_record

# What is written before an error where it is reported; may repeat.
_LEAD = re.compile(
    r"""(?:\[?(?:Uncaught|Unhandled)\b(?:\s(?:Promise\s)?(?:Exception|Rejection|Error|rejection))?[:\]]?\s?
           (?:\(in\s(?:promise|worker\s"[^"]*")\):?\s)?
       | \(node:\d+\)\s(?:UnhandledPromiseRejectionWarning|\[DEP\d+\]\s\S+):\s
       | (?:error|ERROR|err|fatal|FATAL|✖|×|●|⨯|✗|❌|⚠)[:\s]\s*(?=[A-Z]\w*(?:Error|Exception)\b)
       | error:\sUncaught\s\(in\s(?:promise|worker\s"[^"]*")\)\s
       | (?:-\s)?error:?\s(?=Uncaught\b|[A-Z]\w*Error\b)
       | <ref\s\*\d+>\s | <rejected>\s
       | \[(?:cause|errors)\]:\s)""",
    re.VERBOSE,
)
HEADER = re.compile(
    r"""(?P<type>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|Invariant\ Violation)
        (?:\s\[(?P<code>[^\[\]\n]{1,80})\])?(?::(?:\s(?P<message>.*))?)?$""",
    re.DOTALL | re.VERBOSE,
)
_EMBEDDED = re.compile(
    r"(?:^|[\s=\]\)>'\"(:|])(?P<type>[A-Z][\w$]*(?:Error|Exception)|Error|Invariant Violation)"
    r"(?:\s\[[^\[\]\n]{1,80}\])?:(?:\s(?P<message>.*))?$",
    re.DOTALL,
)
_STRONG = re.compile(r"(?:Error|Exception|Failure|Fault|Rejection|Invariant Violation)\d*$")
# Words before a colon, or alone on a line, that name something else than an error
_NOT_AN_ERROR = re.compile(
    r"""(?:Trace|[A-Za-z]*Warning|TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|Caused|Debug|Info|Log
       |Stack|[Ss]tack[Tt]race|Backtrace|Location|Source|Where|Note|Called|Caller|Usage|Example|See|Emitted|Thrown)$|at$""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"(?:error|Error|ERROR): (?P<message>.*)$", re.DOTALL)
# A code frame's line: `> 12 | code` or `   | ^`; what Babel and Jest draw, and Bun with other spacing
_CODE_FRAME = re.compile(r"\s*(?:[>❯]\s*)?(?:\d+\s+)?[|│](?:\s|$)|\s*\d+ \| ")
_CARETS = re.compile(r"\s*[~^]+\s*$")
_BUN_EXCERPT = re.compile(r"\d+ \| ")
_BUN_PROPERTY = re.compile(r" {1,2}[\w$]+: \S|DOMException \{$")
_DIFF = re.compile(r"\s*\+ expected - actual\s*$")
LOOK_BACK = 40


def match_header(text: str) -> re.Match[str] | None:
    """The error's line that `text` is, after what reporters put before it."""
    return HEADER.match(_led(text))


def _led(text: str) -> str:
    """`text` after what reporters put before an error."""
    lean = text.strip()
    for _ in range(3):
        lead = _LEAD.match(lean)
        if lead is None or not lead.end():
            break
        lean = lean[lead.end() :]
    return lean


def _after_bun_excerpt(texts: list[str], frame: int, free: int) -> int | None:
    """The line under the source and caret that Bun prints above an error, when they are close above the frame."""
    for at in range(frame - 2, max(free + 1, frame - LOOK_BACK) - 1, -1):
        if _CARETS.match(texts[at]) and _BUN_EXCERPT.match(texts[at - 1]):
            return at + 1
    return None


def headed(texts: list[str], at: int, frame: int) -> Draft:
    """The error whose line is known to be texts[at]; Bun prints "error" for Error, Node nothing for an empty name."""
    match = match_header(texts[at])
    if match is None or (match["message"] is None and not (is_strong(match) or match["type"][:1].isupper())):
        return draft_at("Error", texts[at].strip(), texts, at, frame)
    return draft_at(match["type"], match["message"], texts, at, frame)


def is_strong(match: re.Match[str]) -> bool:
    """Whether the type itself says that this is an error."""
    return _STRONG.search(match["type"]) is not None


def is_no_error(name: str) -> bool:
    """Whether `name` heads frames that are not an exception's: console.trace, warnings."""
    return _NOT_AN_ERROR.match(name) is not None


def look_back(texts: list[str], frame: int, free: int) -> Draft | None:
    """The header above the first frame, at `frame`, not before line `free`."""
    anchor = _after_bun_excerpt(texts, frame, free)
    if anchor is not None:
        draft = headed(texts, anchor, frame)
        draft.type = "Error" if draft.type == "error" else draft.type
        return draft
    embedded: Draft | None = None
    plain: Draft | None = None
    for at in range(frame - 1, max(free, frame - LOOK_BACK) - 1, -1):
        text = texts[at]
        match = match_header(text)
        if match and (is_strong(match) or (at == frame - 1 and _is_name(match)) or _is_trace(match)):
            return draft_at(match["type"], match["message"], texts, at, frame)
        found = _EMBEDDED.search(text)
        if found and embedded is None:
            embedded = draft_at(found["type"], found["message"], texts, at, frame)
        bare = _PLAIN.match(_led(text)) if plain is None else None
        if bare:
            plain = draft_at("Error", bare["message"], texts, at, frame)
        if text.lstrip().startswith("● ") and at + 2 < frame:  # Jest leaves out what expect() failures are called
            plain = plain or draft_at("Error", texts[at + 2].strip(), texts, at + 2, frame)
            break
        if starts_record(text) or text.lstrip().startswith("```"):
            break
    return embedded or plain


def _is_name(match: re.Match[str]) -> bool:
    """A name without "error" in it, right above the frames."""
    name = match["type"]
    if is_no_error(name) or not name[:1].isupper():
        return False
    return match["message"] is not None or match["code"] is not None or ":" not in match.string


def _is_trace(match: re.Match[str]) -> bool:
    return match["type"] == "Trace" or match["type"].endswith("Warning")


def draft_at(kind: str, message: str | None, texts: list[str], first: int, end: int) -> Draft:
    """The error whose line is texts[first] and whose frames begin at `end`."""
    margin = indent(texts[first])
    rest = _without_additions([text.rstrip() for text in texts[first + 1 : end]])
    if first > 1 and rest and _CARETS.match(texts[first - 1]) and _BUN_EXCERPT.match(texts[first - 2]):
        rest = rest[: next((at for at, text in enumerate(rest) if _BUN_PROPERTY.match(text)), len(rest))]
    rest = [text[margin:] if text[:margin].isspace() else text for text in rest]
    whole = "\n".join([message or "", *rest]).strip("\n").rstrip()
    return Draft(kind, whole or None, first, max(first, end - 1))


def _without_additions(lines: list[str]) -> list[str]:
    """Message lines up to what tools print between a message and its frames."""
    for at, line in enumerate(lines):
        if _DIFF.match(line) or (_CODE_FRAME.match(line) and _is_code_frame(lines[at:])):
            return lines[:at]
    if len(lines) > 1 and _CARETS.match(lines[-1]) and len(lines[-1]) <= len(lines[-2]) + 1:
        return lines[:-2]
    return lines


def _is_code_frame(lines: list[str]) -> bool:
    return sum(_CODE_FRAME.match(line) is not None for line in lines) > 1
