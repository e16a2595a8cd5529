"""The lines that .NET and Mono print for an exception, as tables: frames, marks between stacks, exception heads.

Sources: System.Exception.ToString, System.Diagnostics.StackTrace.ToString, System.AggregateException.ToString and their
resource strings in dotnet/runtime and in the language packs of the .NET Framework; mono/metadata for Mono's frames;
Unity's console. Keeps out: which line belongs to which exception (dotnet.py, dotnet_heads.py).
"""

import re
from typing import NamedTuple

from indexers.exceptions.chain import Frame

# Word_At of every language pack. Two of them are two words long, some end in a colon or a hyphen.
_AT = r"""at|bei|à|en|in|em|в|у|w|v|vid|på|ved|bij|hos|kohteessa|konum:|hely:|a\skövetkező\shelyen:|la|pri|
          場所|在|於|위치:|σε|στο|في|ב-"""
# A name has no white space but after the comma of a type argument; the wrapper is Mono's word for a generated stub.
_NAME = r"(?:\(wrapper\s[\w-]+\)\s)?[^\s()]+(?:,\s?[^\s(),]+)*"
# Never a place: those are Java's (Bar.java:12), (Native Method) and JavaScript's (file.js:1:2).
_NO_PLACE = r"(?![^()]*:\d|(?:[^()/]*/)?(?:Native\sMethod|Unknown\sSource)|<anonymous>|native)"
_ARGUMENTS = rf"\({_NO_PLACE}(?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)"
# Ben.Demystifier prints C#: modifiers and a return type before the name.
_CSHARP = r"(?:(?:async|static|new|override|virtual)\s)*(?:[\w.?]+(?:<[^()]*>)?(?:\[,*\])?\??\s)?"
_OFFSET = r"(?:\s\[0x[0-9a-fA-F]+\]|\s<0x[0-9a-f]+(?:\s\+\s0x[0-9a-f]+)?>|\s?\+\s?(?:0x[0-9a-f]+|\d+))?"
_LOCAL = r"(?:\+[\w<>|]*\([^()]*\)(?:\s=>\s\{\s\})?)?"  # Demystifier's local functions and lambdas
# StackTrace_InFileLineNumber of every language pack: " in path:line 12", " 位置 path:行号 12", " dans path:ligne 12".
_PLACE = r"""(?:\s(?:
      \(at\s(?P<unity>.*):(?P<unity_line>\d+)\)                                      # Unity
    | \(at\s<[^<>]*>:0\)
    | [^\W\d]+\s<[^<>]*>(?::(?:\w+\s)?(?:0x)?[0-9a-f]+)?                              # Mono: in <filename unknown>:0
    | (?:in|bei|dans|en|em|na|в|у|w|v|i|konum:|hely:|la|pri|場所|位置|于|在|於|파일|στο|σε|tiedostossa|في)\s
      (?P<file>\S.*?)(?:\s中)?[:,]\s?(?:第\s|[^\W\d]+:?\s)?(?P<line>\d+)(?:\s?行|\.)?
    )(?:\s\[[^\]]*\])?)?"""

FRAME = re.compile(
    rf"""\s*(?:Stack\s?[Tt]race\s?:\s*)?(?:{_AT})\s{_CSHARP}(?P<function>{_NAME})\s?{_ARGUMENTS}{_LOCAL}{_OFFSET}{_PLACE}
        (?P<end>\s?<---)?\s*$""",
    re.VERBOSE,
)
# Frames that are believed only below another frame: without symbols, native, and Unity's, which have no "at".
_BARE_FRAME = re.compile(
    rf"""\s*(?:at\s(?P<address>\S+!<BaseAddress>\+0x[0-9a-f]+|<unknown>\s<0x[0-9a-f]+>)
        |(?P<function>[^\W\d][\w`<>.+/\[\],|]*[.:][\w`<>.|]+)\s?{_ARGUMENTS}{_PLACE})\s*$""",
    re.VERBOSE,
)
_MAYBE_FRAME = re.compile(r"\s*\S+(?:\s\S+)?\s.*\(")

_INNER_WORDS = (
    r"inner|intern|wewn|vnitř|внутренн|внутрішн|iç\s|inre|indre|belső|binnenste|innerlijke|sisä|εσωτ|内部|內部|내부"
)
_MARK = re.compile(r"(?P<indent>\s*)-{3,5}\s(?P<words>.*\S)\s-{3,5}(?:<---)?\s*$")
_END_INNER = re.compile(_INNER_WORDS, re.IGNORECASE)
_REJOIN = re.compile(
    r"End of (?:stack trace from previous|managed )|previous location|vorhergehenden|précédent|anterior|precedente"
    r"|предыдущ|poprzedni|předchoz|上一位置|先前|直前|이전|Önceki",
    re.IGNORECASE,
)
# Remoting's words between two stacks, and how a stack overflow prints its repeating part once.
_RETHROWN = re.compile(r"\s*(?:Exception rethrown at \[\d+\]:|Server stack trace:|Repeat(?:ed)? \d+ times:|-{20,})\s*$")
_XUNIT_INNER = re.compile(r"\s*-{5} Inner Stack Trace(?: #\d+ \(.*\))? -{5}\s*$|\s*--[A-Z]\w*(?:Exception|Error)\s*$")
_MARKED = re.compile(r"\s*(?:-|Exception rethrown|Server stack|Repeat)")
CLOSE = re.compile(r"\s*<---\s*$")

# Class names as Type.ToString prints them: Namespace.Outer+Inner`1[System.String]
_TYPE = r"(?<![\w.+`])[^\W\d][\w.+`]*+(?:\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,300}\])?"
_CODE = r"(?:\s\((?:0x[0-9A-Fa-f]+|-?[0-9A-F]+)(?:,\s?-?(?:0x)?[0-9A-Fa-f]+)?\))?"  # HRESULT, socket error
_TOKEN = re.compile(rf"(?P<type>{_TYPE})(?P<code>{_CODE})(?P<after>\s?:\s|\s?:$|\s*$|(?=\s+-{{3,4}}>\s))")
# The word list is of the texts that runtimes and loggers put before an exception's name on its own line.
_LEAD = re.compile(
    r"""\s*(?:\[ERROR\]\sFATAL\s)?(?:
          [Uu]nhandled\s[Ee]xception(?:\sat\s[^:]{1,80})?[.:] | UNHANDLED\sEXCEPTION:
        | Fatal\serror\. | Exception\sInfo: | Unbehandelte\sAusnahme: | Ausnahmefehler:
        | Exception\snon\sgérée\s?: | Excepción\sno\scontrolada: | Eccezione\snon\sgestita:
        | Exceção\ssem\stratamento: | Необработанное\sисключение: | Nieobsługiwany\swyjątek: | Neošetřená\svýjimka:
        | 未经处理的异常: | 未處理的例外狀況: | ハンドルされていない例外: | 처리되지\s않은\s예외:
        | Exception(?:\stype)?: | Exception\sthrown: | Rethrow\sas | Error(?:\sMessage)?: | System\.Diagnostics\.Trace:
    )\s*""",
    re.VERBOSE,
)
_STRONG = re.compile(r"(?:Exception|[.+]\w*(?:Error|Fault|Failure))(?:`\d+)?(?:\[.*\])?$")
# ` ---> T: message`, an exception that the one before it wraps; NUnit and xUnit have their own arrows.
_HEAD_ENDS = r"(?:\s?:\s|\s?:$|\s+-{3,4}>\s|\s*(?:<---)?\s*$)"
ARROW = re.compile(
    rf"""(?:^|(?<=\S))\s*-{{3,4}}>\s(?:\((?P<member>Inner\sException\s\#\d+)\)\s)?(?={_TYPE}{_CODE}{_HEAD_ENDS})
        |^\s*-{{4,}}\s(?={_TYPE}{_CODE}\s:\s)""",
    re.VERBOSE,
)


class Head(NamedTuple):
    """An exception's name in a line and the text after it; `has_message`: a colon parts the two."""

    type: str
    rest: str
    has_message: bool


def frame(text: str, *, below: bool = False) -> tuple[Frame, bool] | None:
    """(the frame in `text`, whether it closes a member of an aggregate); `below` admits what needs one above it."""
    if "(" not in text and "<" not in text:
        return None
    match = FRAME.match(text) if _MAYBE_FRAME.match(text) else None
    if match is None:
        return _bare(text) if below or "(at " in text else None
    if not below and "." not in match["function"] and not match["line"]:
        return None
    file, line = match["file"] or match["unity"], match["line"] or match["unity_line"]
    return Frame(file or "", match["function"], int(line) if line else None), bool(match["end"])


def _bare(text: str) -> tuple[Frame, bool] | None:
    match = _BARE_FRAME.match(text)
    if match is None:
        return None
    if match["address"]:
        return Frame("", match["address"]), False
    file, line = match["file"] or match["unity"], match["line"] or match["unity_line"]
    return Frame(file or "", match["function"], int(line) if line else None), False


def mark(text: str) -> str:
    """What a line between stacks says: "end" of an inner exception, "rejoin" of the same one, "inner", or ""."""
    if not _MARKED.match(text):
        return ""
    if _XUNIT_INNER.match(text):
        return "inner"
    if _RETHROWN.match(text):
        return "rejoin"
    match = _MARK.match(text)
    if match is None:
        return ""
    if _REJOIN.search(match["words"]):
        return "rejoin"
    return "end" if _END_INNER.search(match["words"]) else ""


def head_at_start(text: str) -> Head | None:
    """The exception whose name begins the line, white space and a runtime's own words before it allowed."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else len(text) - len(text.lstrip())
    match = _TOKEN.match(text, start)
    return _head(match, text) if match else None


def head_within(text: str) -> Head | None:
    """The first exception named in the line, wherever it stands, if its name says that it is one.

    What stands behind an arrow is wrapped by an exception of a line above.
    """
    arrow = next((arrow.start() for arrow in ARROW.finditer(text) if opens_inner(text, arrow)), len(text))
    for match in _TOKEN.finditer(text):
        if match.start() >= arrow:
            break
        if _STRONG.search(match["type"]):
            return _head(match, text)
    return None


def opens_inner(text: str, arrow: re.Match[str]) -> bool:
    """Whether the name after `arrow` is that of a class: within a line, an arrow may be anybody's."""
    match = _TOKEN.match(text, arrow.end())
    return match is not None and (
        arrow.start() == 0 or "." in match["type"] or match["type"].endswith(("Exception", "Error"))
    )


def is_strong(name: str) -> bool:
    """Whether a class of this name can be nothing but an exception."""
    return _STRONG.search(name) is not None


def _head(match: re.Match[str], text: str) -> Head:
    return Head(match["type"], text[match.end() :], ":" in match["after"])
