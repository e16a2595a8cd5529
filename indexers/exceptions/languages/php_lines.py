"""The lines that PHP prints for an exception, as tables: heads, places, frames, what wraps them.

Sources: zend_exceptions.c (Exception::__toString, getTraceAsString, zend_exception_error), main.c (php_error_cb),
Xdebug's stack.c, php-fpm's fpm_stdio.c, error messages as HTML.
Keeps out: which line belongs to which exception (php.py).
"""

import re

from indexers.exceptions.chain import Frame

_NAME = r"\\?[A-Za-z_\x80-\uffff][\w\\]*(?:@anonymous\S*)?"
# "exception 'E' with message 'text'" is PHP 5; later "E: text"; "E in file:line" where there is no message
_NAMED = (
    rf"(?:exception '(?P<old>{_NAME})'(?: with message '(?P<text>.*)|(?= in ).*)"
    rf"|(?P<type>{_NAME})(?:: (?P<message>.*)|(?= in ).*))"
)
UNCAUGHT = re.compile(rf".*?\bUncaught {_NAMED}$", re.DOTALL)
NEXT = re.compile(rf"\s*Next {_NAMED}$", re.DOTALL)
# An exception logged as a string: at the start of a line or after the head of a log record
LOGGED = re.compile(
    rf"(?:.*?[\]:|\s])?(?:exception '(?P<old>{_NAME})'(?: with message '(?P<text>.*)|(?= in ).*)"
    rf"|(?P<type>{_NAME}(?:Exception|Error)\w*)(?:: (?P<message>.*)|(?= in ).*))$",
    re.DOTALL,
)
STACK = re.compile(r"\s*(?:Stack trace:|\[stacktrace\]|Stack Trace:)\s*$")
MAIN = re.compile(r"\s*#\d+ \{main\}")
THROWN = re.compile(r"\s*thrown in .* on line \d+")
# Errors that end the script without an exception; Xdebug prints the calls under them, outermost first
_FATAL = re.compile(r"(?:Fatal|Parse|Recoverable fatal) error(?=:  ?(?!Uncaught )\S)")
XDEBUG = re.compile(r"\s*(?:PHP )?(?:Stack trace:|Call Stack:)\s*$")
_XDEBUG_FRAME = re.compile(
    r"\s*(?:PHP )?\s*(?:\d+\.\d+\s+\d+\s+)?\d+\. (?P<function>[^\s(]\S*?)\(.*\) (?P<file>\S.*?):(?P<line>\d+)\s*$"
)
_FRAME = re.compile(
    r"\s*#\d+ (?:\[internal function\]|(?P<file>.*?)\((?P<line>\d+)\)|\(\)): "
    r"(?P<function>[^\s(]*\{closure:[^}]*\}|[^\s(]+)\("
)
_BEGINS = re.compile(r"\s*#\d+ ")
_WRAPPED_LINES = 5  # an argument of a frame may hold line breaks
_WORDS = re.compile(
    r"(?:.*\bchild \d+ said into std(?:err|out): \"|NOTICE: PHP message: )(?P<text>.*?)\"?(?:, pipe is closed)?$"
)
_TAGS = re.compile(r"</?b>|<br\s?/?>")
_ON_LINE = re.compile(r"(?P<file>\S.*?)(?::(?P<line>\d+)| on line (?P<online>\d+))\s*$")


def plain(texts: list[str]) -> list[str]:
    """`texts` without what php-fpm and HTML output put around and into each line."""
    result = texts
    if any("said into std" in text for text in texts):
        result = [_WORDS.sub(r"\g<text>", text) if "said into std" in text else text for text in result]
    if any("<b>" in text for text in texts):
        result = [_TAGS.sub("", text) if "<b" in text else text for text in result]
    return result


def fatal_error(text: str) -> tuple[str, str, Frame] | None:
    """(kind, message, place) of an error that ended the script, if `text` reports one."""
    match = _FATAL.search(text)
    if match is None or " on line " not in text:
        return None
    message, place = split_place(text[match.end() + 1 :].strip())
    return (match.group(), message, place) if place else None


def split_place(text: str) -> tuple[str, Frame | None]:
    """(the text before it, the place) of " in file:line" at the end of `text`; the last " in " that fits counts."""
    at = text.rfind(" in ")
    for _ in range(4):  # a path may itself hold " in "
        if at < 0:
            break
        match = _ON_LINE.fullmatch(text, at + 4)
        if match:
            return text[:at], Frame(match["file"], "", int(match["line"] or match["online"]))
        at = text.rfind(" in ", 0, at)
    return text, None


def read_frames(texts: list[str], at: int) -> tuple[list[Frame], int]:
    """(frames, last line that belongs to them) below line `at`; backslashes doubled by JSON are made single."""
    frames: list[Frame] = []
    last = at
    while at + 1 < len(texts):
        at += 1
        text = texts[at].replace("\\\\", "\\")
        match = _FRAME.match(text)
        if match:
            frames.append(Frame(match["file"] or "", match["function"], int(match["line"]) if match["line"] else None))
        elif not (MAIN.match(text) or THROWN.match(text)):
            following = _rest(texts, at, len(frames)) if frames and _is_cut(texts[last]) else None
            if following is None or following == at:  # a line that only begins as a frame does
                break
            at = following - 1
        last = at
        if THROWN.match(text):
            break
    return frames, last


def _is_cut(text: str) -> bool:
    return _BEGINS.match(text) is not None and not MAIN.match(text) and not text.rstrip().endswith(")")


def _rest(texts: list[str], at: int, number: int) -> int | None:
    """The next frame, whose number is known, after lines that are the rest of an argument."""
    for line in range(at, min(len(texts), at + _WRAPPED_LINES)):
        if texts[line].lstrip().startswith(f"#{number} "):
            return line
    return None


def xdebug_frames(texts: list[str], at: int) -> tuple[list[Frame], int]:
    """(frames, their last line) of Xdebug's stack below line `at`, if one begins there."""
    while at + 1 < len(texts) and not texts[at + 1].strip():
        at += 1
    if at + 1 >= len(texts) or not XDEBUG.match(texts[at + 1]):
        return [], at
    frames: list[Frame] = []
    at += 1
    while at + 1 < len(texts) and (match := _XDEBUG_FRAME.match(texts[at + 1])):
        frames.append(Frame(match["file"], match["function"], int(match["line"])))
        at += 1
    return frames, at
