"""The lines that Ruby and its frameworks print for an exception, as tables.

Sources: error.c and eval_error.c of CRuby (rb_error_write), did_you_mean and error_highlight, JRuby's traces; Rails'
DebugExceptions, Logger::Formatter, Rake, Sidekiq, Puma, Sinatra, RSpec. Keeps out: what belongs to one exception.
"""

import re

from indexers.exceptions.chain import Frame

# A file: a path, `<internal:kernel>`, `(eval at /x.rb:12)`, JRuby's `uri:classloader:/x.rb`.
_FILE = r"(?P<file><internal:[^>]+>|\(eval at [^)]*\)|(?:[A-Za-z]:|uri:classloader:|(?:jar:)?file:)?[^\s:'\"][^:'\"]*?)"
_FUNCTION = r"(?::in\s[`'](?P<function>.*?)')"
HEADER = re.compile(rf"{_FILE}:(?P<line>\d+){_FUNCTION}?: (?P<message>.*)$", re.DOTALL)
LOGGED_HEADER = re.compile(
    rf".*?[\s\]](?P<file>[^\s:'\"\]][^\s:]*):(?P<line>\d+){_FUNCTION}: (?P<message>.*)$", re.DOTALL
)
_REST = rf"(?P<file>\S.*?):(?P<line>\d+){_FUNCTION}?\s*$"
FROM = re.compile(rf"\s*(?:\d+: )?from {_REST}")
NUMBERED = re.compile(rf"\s*\d+: from {_REST}")
LEVELS = re.compile(r"\s*\.\.\. \d+ levels\.\.\.\s*$")
REVERSED = "Traceback (most recent call last):"
TYPE = re.compile(r"(?P<message>.*?) ?\((?P<type>(?:[A-Z]\w*|#<Class:0x[0-9a-f]+>)(?:::\w+)*)\)$", re.DOTALL)
CARETS = re.compile(r"\s*[\^~]+\s*$")  # error_highlight, below the source line

_NAME = r"(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*"
_ERROR_NAME = (
    rf"{_NAME}(?:(?<=Error)|(?<=Exception)|(?<=Invalid)|(?<=NotFound)|(?<=Timeout)|(?<=Interrupt)|(?<=Failed))"
)
# Logger::Formatter's head: "E, [2026-03-01T09:15:02.113 #7] ERROR -- app: "
_LOGGER = r"(?:[DIWEFA], \[[^\]]*\]\s+[A-Z]+ -- [^:]*: )"
# A place on its own, as backtraces are logged: indented, tagged, after a level, behind "# " in RSpec, in a gem
BARE = re.compile(
    rf"(?:{_LOGGER}|\d\S* .{{0,120}}?(?:WARN|ERROR|FATAL): )?(?:\[[^\]]*\] )*\s*(?:# )?(?P<gem>[\w.-]+ \([\w.]+\) )?"
    rf"(?P<file>[^\s:'\"#({{][^'\"]*?|<internal:[^>]+>|\(eval[^)]*\)|\(\w+\)):(?P<line>\d+){_FUNCTION}\s*$"
)
# The same without a method (a template): only below a head that nothing else explains
TEMPLATE = re.compile(r"(?:\[[^\]]*\] )*\s*(?P<file>[^\s:'\"]+\.(?:erb|haml|slim|rb|builder)):(?P<line>\d+)\s*$")

# Heads of logged backtraces, in order of trust: (name, pattern)
HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        # Rails: "NoMethodError (undefined method `x' for nil):"; since 7.1 "Information for cause: T (message):"
        (
            "rails",
            rf"{_LOGGER}?(?:\[[^\]]*\] )*(?P<cause>Information for cause: |Information for: )?"
            rf"(?P<type>{_NAME}) \((?P<message>.*)\):\s*$",
        ),
        # Puma: "#<RuntimeError: boom>"
        ("inspected", rf"(?:.*[:\s])?#<(?P<type>{_NAME}): (?P<message>.*)>\s*$"),
        # Sinatra: "2026-03-01 09:15:02 - RuntimeError - boom:"
        ("sinatra", rf".* - (?P<type>{_NAME}) - (?P<message>.*):\s*$"),
        ("named", rf"(?:.{{0,300}}?[\s\]])?(?P<type>{_ERROR_NAME}):(?: (?P<message>.*))?$"),
    )
)
# Logger given an exception: "E, [2026-03-01T09:15:02 #7] ERROR -- : boom (RuntimeError)"
LOGGED_MESSAGE = re.compile(rf"(?:{_LOGGER})?(?P<message>.*\S) \((?P<type>{_NAME})\)\s*$")
LOGGER_HEAD = re.compile(_LOGGER)
# Between a head and its backtrace, but no part of the message: blanks, the template's source, lists of causes
BETWEEN = re.compile(
    rf"{_LOGGER}?(?:\[[^\]]*\] )*\s*(?:$|\d+: |\d+:$|Cause[sd](?: by)?:|{_NAME} \(.*\)$|Information for)"
)
RAKE = re.compile(r"(?:.*\s)?(?:rake|rails) aborted!\s*$")
RAKE_CAUSE = re.compile(r"\s*Caused by:\s*$")
NAMED = re.compile(rf"(?P<type>{_NAME}): (?P<message>.*)$")
RSPEC = re.compile(rf"\s+(?P<type>{_NAME}):\s*$")


def frame(match: re.Match[str]) -> Frame:
    """The frame that one of the patterns above found."""
    groups = match.groupdict()
    gem = (groups.get("gem") or "").strip()
    return Frame(match["file"], groups.get("function") or "", int(match["line"]), module=gem)
