"""Lines that are JavaScript frames: V8's and Chakra's `at f (place)`, SpiderMonkey's and JavaScriptCore's `f@place`.

Formats: https://v8.dev/docs/stack-trace-api (JSStackFrame's ToString in V8's src/objects/call-site-info.cc), the
WebAssembly JavaScript API's `url:wasm-function[index]:offset`, js/src/vm/SavedStacks.cpp of SpiderMonkey, JSC's
StackFrame::toString, Hermes' `address at`, Karma's `built <- original`. Code made at run time has no file of
its own: its frames get the place where eval() was called. Keeps out: what belongs to one trace (javascript.py).
"""

import re
from typing import NamedTuple

from indexers.exceptions.chain import Frame

# What may stand after a frame on its line: util.inspect's punctuation, the zone of zone.js.
_TAIL = re.compile(r"(?: \[[^\]]*\])?(?:,|,?\s?\{|,?\s?\]?\}?)$")
# Before a place: an asynchronous call (Chrome), a Hermes bytecode address, nothing.
_BEFORE_PLACE = re.compile(r"(?:async |address at |Address at )")
# Places that are no file: built-in functions, Promise.all (index 0), code made at run time.
_NO_PLACE = re.compile(
    r"(?:\[?native(?: code)?\]?|<anonymous>|index \d+|<native>|unknown(?: location)?|anonymous|\[wasm code\])$"
)
_WASM = re.compile(r"(?P<file>.+?):(?P<function>wasm-function\[\d+\]):0x[0-9a-f]+$")
_EVAL_PLACE = re.compile(r"\((?P<where>[^()]+:\d{1,9}(?::\d{1,9})?)\)")
# Files as they stand behind a function's name in brackets.
_FILE = re.compile(
    r"""[/.\\<\[] | ^(?:node|ext|webpack|data|blob|about):
      | ^(?:internal|evalmachine|native|wasm|repl|REPL\d*|VM\d+|code|anonymous|eval|index)\b | \scode$ | chunk""",
    re.VERBOSE,
)
# Files as they stand alone after "at ", where prose could stand too. Without a slash there must be a column.
_PATH = re.compile(r"(?:[a-z][\w.+-]*://[^/]*/|node:|[a-z]+:/|/|\.{0,2}[/\\]|[A-Za-z]:[/\\]|[^\s()]+[/\\])")
_NAME = re.compile(
    r"(?:[^\s()/]*\.[A-Za-z]\w{0,9}(?:\?\S*)?|\[[^\]]+\](?:-wrapper)?|<\w+>|evalmachine\.<anonymous>|(?:REPL|repl|VM|native)\d*)$"
)
# function@place, the function being one word, a call with its arguments, or one of the words engines use
_NAMED = re.compile(
    r"""(?:[^\s()]* | <[^>]*>(?:\(.*\))? | \S*\(.*\)
      | (?:global|eval|module|function|wasm)\ code
      | (?:[\w ]+(?:callback|handler|reactions)|async|Async|[A-Z]\w*)\*\S* | (?:get|set|new|async|bound)\ \S+)$""",
    re.VERBOSE,
)
_URL = re.compile(
    r"""(?:[a-z][\w.+-]*:/ | / | [A-Za-z]:[\\/] | blob: | data: | about: | self-hosted | Scratchpad/ | debugger\ eval
      | <anonymous> | chunk-
      | [\w.$-]+\.(?:m?jsx?|cjs|tsx?|jsbundle|bundle|html?|php|aspx?|vue)\b)""",
    re.VERBOSE,
)
# Firefox: file line 26 > eval line 2 > eval:1:30
_EVALUATED = re.compile(r"(?P<file>\S.*?) line (?P<line>\d{1,9})(?: > \w+(?: line \d+)?)* > \w+(?::\d+){0,2}$")
# Frames of JavaScriptCore that say less than function@place, believed only next to one
_BARE_URL = re.compile(
    r"\s*(?P<where>(?:[a-z][\w.+-]*://[^\s/]*/|/|[\w.-]+\.(?:js|bundle|jsbundle)\b)\S*:\d{1,9}:\d{1,9})$"
)
_BARE_WORDS = re.compile(r"\s*(?P<function>(?:global|eval|module|wasm) code|\[native code\]|[\w$.<>/]+)$")
_TRIES = 8  # brackets in a line that may begin the place
_LONGEST = 20_000  # characters of a line in which a frame is looked for


class Found(NamedTuple):
    """A frame (None: a line that stands for frames left out), and whether a block of properties opens after it."""

    frame: Frame | None
    opens: bool


def frame_at(text: str) -> Found | None:
    """The frame that `text` is, if it is one."""
    lean = text.strip()
    if lean.startswith("at ") and len(lean) <= _LONGEST:
        return _v8(lean[3:].removeprefix("async ").strip())
    frame = at_sign_frame(lean) if "@" in text else None
    return None if frame is None else Found(frame, False)


def _v8(text: str) -> Found | None:
    """`function (place)`, `function(place)` or a bare place, with what may stand after it."""
    tail = _TAIL.search(text)
    body = text[: tail.start()] if tail else text
    opens = text.endswith("{")
    if body.endswith(")"):
        frame = _bracketed(body) or _tight(body)
        if frame is not None:
            return Found(frame, opens)
    if body in ("<anonymous>", "native"):
        return Found(Frame("", ""), opens)
    wasm = _WASM.match(body)
    if wasm:
        return Found(Frame(wasm["file"], wasm["function"]), opens)
    place = _place(body, "")
    if place is None or not _is_bare_file(place):
        return None
    return Found(place, opens)


def _is_bare_file(place: Frame) -> bool:
    if _PATH.match(place.file):
        return "//" in place.file or "(" not in place.file.partition("/")[0]
    return place.column is not None and _NAME.match(place.file) is not None


def _bracketed(text: str) -> Frame | None:
    """`function (place)`: the first bracket after a space that is closed by the last one and holds a place."""
    start = -1
    for _ in range(_TRIES):
        start = text.find(" (", start + 1)
        if start < 0:
            return None
        where = text[start + 2 : -1]
        frame = _with_function(text[:start], where) if _is_balanced(where) else None
        if frame is not None:
            return frame
    return None


def _tight(text: str) -> Frame | None:
    """`function(place)`, as some shippers write it; with a column, because Java's frames look the same without."""
    function, bracket, where = text[:-1].partition("(")
    if not bracket or not function or " " in function:
        return None
    frame = _with_function(function, where)
    return frame if frame is not None and (frame.column is not None or where == "<anonymous>") else None


def _is_balanced(text: str) -> bool:
    depth = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def _with_function(function: str, where: str) -> Frame | None:
    if where.startswith("eval at "):
        outer = _EVAL_PLACE.search(where)
        if outer:
            return _place(outer["where"], function)
        where = where.rpartition(", ")[2]
    before = _BEFORE_PLACE.match(where)
    where = where[before.end() :] if before else where
    where = where.rpartition(" <- ")[2]
    if _NO_PLACE.match(where):
        return Frame("", function)
    wasm = _WASM.match(where)
    if wasm:
        return Frame(wasm["file"], function)
    place = _place(where, function)
    return place if place is not None and _FILE.search(place.file) else None


def _place(where: str, function: str) -> Frame | None:
    """`file:line` or `file:line:column` as a frame."""
    head, _, last = where.rpartition(":")
    number = _number(last)
    if number is None or not head:
        return None
    file, _, middle = head.rpartition(":")
    line = _number(middle)
    return Frame(head, function, number) if line is None or not file else Frame(file, function, line, number)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def at_sign_frame(text: str) -> Frame | None:
    """`function@place` as Firefox, Safari, Opera 11 and React Native print it."""
    if len(text) > _LONGEST:
        return None
    quoted = text.rfind('"') if '"@' in text or "@" in text.partition('"')[2] else -1  # obj["@name"]@place
    sign = text.find("@", quoted + 1 if text.find("@", quoted + 1) > 0 else 0)
    function, where = text[:sign], text[sign + 1 :]
    if not _NAMED.match(function):
        return None
    if where in ("[native code]", "[wasm code]"):
        return Frame("", function)
    evaluated = _EVALUATED.match(where) if " > " in where else None
    if evaluated:
        return Frame(evaluated["file"], function, int(evaluated["line"]))
    return _place(where, function) if _URL.match(where) else None


def weak_frame(text: str, *, with_words: bool) -> Frame | None:
    """A line that is a frame where the lines around it are: a bare URL, `[native code]`; `with_words`: a bare name."""
    url = _BARE_URL.match(text)
    if url:
        return _place(url["where"], "")
    words = _BARE_WORDS.match(text)
    if words is None:
        return None
    name = words["function"]
    if name == "[native code]":
        return Frame("", "")
    return Frame("", name) if with_words or name.endswith(" code") else None
