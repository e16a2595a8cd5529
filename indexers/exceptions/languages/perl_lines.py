"""Single lines of Perl's backtraces and diagnostics.

Formats: Carp's longmess and format_arg (`\tfunction(arguments) called at FILE line N`), Devel::StackTrace's as_string
(`function(arguments) at FILE line N`, "Trace begun at"), Mojo::Exception's verbose form, perl_mess of util.c
(`message at FILE line N, <FH> line M.`), the (F)atal texts of perldiag. Keeps out: what belongs to one trace (perl.py).
"""

import re
from typing import NamedTuple

from indexers.exceptions.chain import Frame

_PLACE = r"(?P<file>\S.*?) line (?P<line>\d{1,9})(?:, <[^>]*> (?:line|chunk) \d+)?(?:\s+\(#\d+\))?\.?\s*"
# What a call looks like, with its arguments
_CALL = (
    r"(?P<function>[\w:']+(?:::\(.*?\))?|eval \{\.\.\.\}|eval '.*'|require \S+|\S+::__ANON__(?:\[[^\]]*\])?)(?:\(.*\))?"
)
_END = re.compile(
    r" line (?P<line>\d{1,9})(?:, <[^<>]{0,200}> (?:line|chunk) \d{1,12})?(?:\s+\(#\d+\))?"
    r"(?:\.|, (?:at (?:EOF|end of line)|near \".*))?\s*$"
)
_CARP = re.compile(rf"\s+{_CALL} called at (?P<file>\S.*?) line (?P<line>\d{{1,9}})\.?\s*$")
_TRACE = re.compile(rf"\s*{_CALL} at (?P<file>\S.*?) line (?P<line>\d{{1,9}})\.?\s*$")
_MOJO = re.compile(r'\s+File "(?P<file>[^"]+)", line (?P<line>\d{1,9}), in "(?P<function>[^"]*)"\s*$')
BEGUN = re.compile(rf"Trace begun at {_PLACE}$")
MOJO_HEADER = "Traceback (most recent call first):"
PROPAGATED = re.compile(rf"\s+\.\.\.propagated at {_PLACE}$")
THREAD = re.compile(r"Thread \d+ terminated abnormally: (?P<rest>.*)$")
# Texts with which perl itself ends a program; anything else before "at FILE line N." may be a warning
FATAL = re.compile(
    r"""(?: Can't\ locate\ \S | Can't\ call\ method\ | Can't\ use\ (?:string|an\ undefined\ value|bareword|\S+\ as)\b
      | Can't\ (?:coerce|find|load|modify|open\ perl\ script|return|declare|redefine|exec|fork|goto|bless|localize)\b
      | Undefined\ (?:subroutine|format|sort\ subroutine) | Not\ an?\ [A-Z]+\ reference | Illegal\ division\ by\ zero
      | Illegal\ modulus\ zero | Modification\ of\ a\ read-only\ value | Modification\ of\ non-creatable
      | Attempt\ to\ (?:reload|bless|access\ disallowed|delete) | Global\ symbol\ .*\ requires\ explicit\ package
      | Bareword\ .*\ not\ allowed | syntax\ error\b | Died\b | BEGIN\ failed-- | Compilation\ failed\ in\ require
      | Can't\ continue\ after | Missing\ right\ (?:curly|square) | Unmatched\ | Too\ (?:many|few|late)\b
      | Odd\ name/value | DB[DI]::\S+\ \S+\ failed:
      | Invalid\ CODE\ attribute | Not\ enough\ arguments\ for | Base\ class\ package\ .*\ is\ empty
      | \S+::\w+\ version\ \S+\ required-- | Perl\ v?[\d.]+\ required-- | Can't\ "(?:last|next|redo)"
    )""",
    re.VERBOSE,
)
# What servers put before a message on its line
_BEFORE = re.compile(
    r"""(?:\[(?:[A-Z][a-z]{2}\s[A-Z][a-z]{2}\s[^\]]*
          | (?:\w+:)?(?i:error|warn|info|debug|notice|crit|alert|emerg|fatal|trace)
          | (?:client|pid)\s[^\]]* | \d[^\]]*)\]\s*)+(?:AH\d+:\s)?
      | \d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*\s(?:\[[^\]]*\]\s*)*""",
    re.VERBOSE,
)


class Header(NamedTuple):
    """What `message at FILE line N.` says."""

    message: str
    place: Frame


def header(text: str) -> Header | None:
    """`message at FILE line N.`; the message may be missing, and what it quotes may look the same."""
    end = len(text)
    for _ in range(2):  # a file handle's line number stands behind the file's
        end = text.rfind(" line ", 0, end)
        match = _END.match(text, end) if end > 0 else None
        if match:
            at = text.rfind("at ", 0, end)
            if at < 0 or (at and not text[at - 1].isspace()) or not text[at + 3 : end].strip():
                return None
            return Header(text[:at].rstrip(), Frame(text[at + 3 : end], "", int(match["line"])))
    return None


def called(text: str) -> Frame | None:
    """The frame of one of Carp's lines."""
    return _frame(_CARP.match(text)) if " called at " in text else None


def traced(text: str) -> Frame | None:
    """The frame of one of Devel::StackTrace's lines."""
    return _frame(_TRACE.match(text)) if " at " in text and " line " in text else None


def mojo(text: str) -> Frame | None:
    """The frame of one of Mojo::Exception's lines."""
    return _frame(_MOJO.match(text)) if 'File "' in text else None


def lean(text: str) -> str:
    """`text` without what a server put before it."""
    match = _BEFORE.match(text)
    return text[match.end() :] if match else text


def _frame(match: re.Match[str] | None) -> Frame | None:
    return Frame(match["file"], match["function"], int(match["line"])) if match else None
