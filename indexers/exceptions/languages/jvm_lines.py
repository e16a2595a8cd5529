"""The lines JVM traces are made of, as patterns, each with what prints it.

Owns what one line looks like and what a frame says. Keeps out: how lines make a trace (jvm.py).
"""

import re

from indexers.exceptions.chain import Frame

# What stands in a frame's parentheses, by who writes it:
_WHERE = r"""
    Native\s[Mm]ethod | Unknown\sSource(?::-?\d+)? | Redacted        # HotSpot, ART; a redacting logger
  | (?:Inlined\s)?Compiled\s(?:Code|Method) | SourceFile | PG         # old VMs; ProGuard
  | (?:D8|R8)\$\$SyntheticClass | LambdaForm\$\w+                     # D8 and R8; method handles
  | <[^<>()]+>(?::-?\d+)?                                             # <generated>, <unknown>:115, <console>:12
  | [^\s():][^():]*\.(?:java|kts?|scala|sc|groovy|gvy|cljc?|jav|rb|py|js|gradle|jsp|aj)(?::[^\s():]*)?  # a source file
  | [^\s():]+\.java(?::\d+)?\((?:Inlined\s)?Compiled\sCode\)            # IBM's VMs: (Foo.java:3(Compiled Code))
  | [\w$]+\.java\sfrom\s:?\d+                                         # a compiled JSP
  | (?P<any>[^\s()]+:-?\d+)                                           # r8-map-id-..:4, paths, GWT's x.cache.js@1:2
  | :[^\s()]+\s\([\d-]+\):\d+                                         # Google Play services
"""
FRAME = re.compile(
    rf"""\s*at\s(?P<name>[^()\s](?:(?:[^()]|\([^()]*\))*[^()\s])?)
        (?:\s(?=\((?:[^():]+\.(?:java|kt|scala|groovy)\b|Native\sMethod|Unknown\sSource)))?  # Maven leaves a space
        \((?P<where>{_WHERE})\)
        (?P<jar>\s+~?\[[^\[\]]{{0,400}}\])?(?:\s~?\[[^\[\]]{{0,400}}\])*   # [jar:version], [3 skipped]
        (?:\s+\{{[^{{}}()]*\}})?\s*$                        # class transformers in braces""",
    re.VERBOSE,
)
_COLUMN = re.compile(r".*(?<!@):\d+:\d+$|.*[^@\d]\d*:\d+:\d+$")  # file:line:column is JavaScript's
# Frames that were left out.
MORE = re.compile(
    r"""\s*(?:\.\.\.(?:
          \s\d+\s(?:more|common\sframes\somitted|(?:stack\s)?frames?\s(?:omitted|excluded|truncated|removed|hidden)).*
        | \s(?:suppressed\s\d+\slines | Removed\s\d+\sstack\sframes | \d+\slines\smatching\s.*)
        )?
      | <\d+\s(?:internal|folded)\s\w+> )$""",  # IntelliJ's console
    re.VERBOSE,
)
# What else may stand between frames and says nothing about them.
BETWEEN = re.compile(
    r"""\s*(?:\(Coroutine\s(?:boundary|creation\sstacktrace)\)            # kotlinx.coroutines before 1.4
      | at\s\[internal\sclasses\]                                        # WebSphere Liberty
      | -\s(?:locked|waiting|parking|eliminated)\b.*                     # monitors
      | (?:Caused\sby:\s|Suppressed:\s)?\[CIRCULAR\sREFERENCE:.*
      | \*_.*\s⇢\s.* | \|_\s.* | Error\shas\sbeen\sobserved\s(?:at|by)\sthe\sfollowing\s.* | Original\sStack\sTrace:
      | -{3,}\sAsync.* )$""",
    re.VERBOSE,
)
# The beginning of the next exception. `Wrapped by`, `Causing` (Logback, Dropwizard) and `Caused` (Jenkins) print the
# root cause first: what follows is the exception that the one above caused.
SECTION = re.compile(
    r"(?P<indent>\s*)(?P<kind>Caused by|Suppressed|Wrapped by|Causing|Caused): (?P<rest>.*)$", re.DOTALL
)
WRAPPING = frozenset({"Wrapped by", "Causing", "Caused"})

# Hidden classes have an address, Hadoop's RemoteException the remote class in parentheses.
_TYPE = r"(?:[^\W\d][\w$-]*\.)+[^\W\d][\w$-]*(?:/0x[0-9a-f]+|\([\w.$]+\))?"
_SIMPLE = r"[A-Z][\w$]*(?:Exception|Error|Throwable|Failure|Fault)"
_MESSAGE = (
    r"(?:\sin\s(?:anonymous\s)?service(?:\s\S+)?(?=:\s|$))?(?::(?:\s(?P<message>.*))?)?$"  # JBoss names a service
)
# A header that fills its line: a qualified class name, or a simple one that says what it is.
_HEADER = re.compile(rf"(?P<type>{_TYPE}|{_SIMPLE}){_MESSAGE}", re.DOTALL)
# What stands before the class name of a header on the same line, by who writes it.
_INTRODUCTION = re.compile(
    r"""(?:Exception\sin\sthread\s".*?"\s    # the JVM
      | FATAL\sEXCEPTION:\s\S+\s              # Android
      | ==\sJava\sException:\s                # Jazzer
      | :\s                                   # py4j
      | Caught:\s                             # Groovy
      | Also:\s+                              # Jenkins: a suppressed exception, before the one that suppressed it
    )""",
    re.VERBOSE,
)
_THREADED = re.compile(rf"(?P<type>{_TYPE}|[A-Z][\w$]*){_MESSAGE}", re.DOTALL)
_SUFFIX = r"(?:Exception|Error|Throwable|Failure|Fault|Death|Interrupt|ExceptionInfo)\d?"
# A header at the end of a line that a logger began.
_EMBEDDED = re.compile(
    rf"(?:^|[\s=\[\]()<>'\":|])(?P<type>(?:[a-z_][\w$-]*\.)+(?:[A-Z][\w$]*)?{_SUFFIX}(?:\$[\w$]*|\([\w.$]+\))?){_MESSAGE}",
    re.DOTALL,
)
# The same with a class name alone, which is only believed right above a frame.
_SIMPLY_EMBEDDED = re.compile(rf".*[\s:](?P<type>[A-Z][\w$]*(?:Exception|Error|Throwable)){_MESSAGE}", re.DOTALL)
_STRONG = re.compile(rf"{_SUFFIX}(?:\$[\w$]*)?\)?$")
_CLASS = re.compile(r"(?:[a-z_][\w-]*\.)+[A-Z][\w$-]*$")  # a class in a package, whatever its name says
_NOT_A_TYPE = re.compile(
    r"java\.lang\.Thread\.State$|.*\.(?:java|kt|scala|log|jar|xml|yml|yaml|properties|com|org|net|html?|json)$"
)
# A JVM that has no memory or stack left prints no frames; nor does the handler of last resort.
LONE = re.compile(r"(?P<type>java\.lang\.(?:OutOfMemoryError|StackOverflowError))(?::\s(?P<message>.*))?$")
UNHANDLED = re.compile(
    r"\s*Exception: (?P<type>[\w.$]+)(?P<message>) thrown from the UncaughtExceptionHandler in thread \".*\"\s*$"
)
# Above frames that belong to a thread and not to an exception: dumps of HotSpot, ART and kotlinx.coroutines.
DUMP = re.compile(
    r"""\s*(?:java\.lang\.Thread\.State: | ".*"\s.*\b(?:prio|tid|nid|cpu)= | ".*":$ | Coroutine\s"
      | \|\s(?:group|sysTid|state|stack|held\smutexes)= | native:\s\#\d+ | kernel:\s
      | -\s(?:waiting|locked|parking)\b )""",
    re.VERBOSE,
)
# Reactor's exception prints its description instead of its class.
_REACTOR = "The stacktrace has been enhanced by Reactor, refer to additional information below:"
_REACTOR_TYPE = "reactor.core.publisher.FluxOnAssembly$OnAssemblyException"
REACTOR_LINE = re.compile(
    r"\s*(?:Assembly trace from producer .*|Error has been observed (?:at|by) .*|Original Stack Trace:"
    r"|\*_.*|\|_\s.*|[\w$.]+\([\w$]+\.\w+:\d+\))\s*$"
)
# Spark's SparkException quotes a worker's trace in its message and then prints its own after this line.
SPARK_DRIVER = "Driver stacktrace:"
_OWN_TEXT = re.compile(rf"(?P<type>[^\W\d][\w$.]*){_MESSAGE}", re.DOTALL)


def header(text: str) -> re.Match[str] | None:
    """`text` as a header that fills its line, words that introduce one allowed before it."""
    lean = text.strip()
    introduction = _INTRODUCTION.match(lean)
    start = introduction.end() if introduction else 0
    match = (_THREADED if lean.startswith("Exception in thread") and start else _HEADER).match(lean, start)
    return match if match and not _NOT_A_TYPE.match(match["type"]) else None


def embedded(text: str, *, above_frame: bool = False) -> re.Match[str] | None:
    """The header that ends a log record's line; just above a frame it may also be a class name alone."""
    return _EMBEDDED.search(text) or (_SIMPLY_EMBEDDED.match(text) if above_frame else None)


def is_strong(kind: str) -> bool:
    """Whether a class name says that it is an exception."""
    return _STRONG.search(kind) is not None


def is_class(kind: str) -> bool:
    """Whether `kind` is spelled like a class in a package."""
    return _CLASS.match(kind) is not None


def is_own_text(rest: str) -> bool:
    """Whether a section's text is one that is known to stand for a class name."""
    return rest.startswith(_REACTOR)


def own_text(rest: str) -> tuple[str, str]:
    """(type, message) of a throwable that prints its own description instead of its class (JUnit, Reactor)."""
    if rest.startswith(_REACTOR):
        return _REACTOR_TYPE, rest[len(_REACTOR) :]
    match = _OWN_TEXT.match(rest)
    return (match["type"], match["message"] or "") if match else ("java.lang.Throwable", rest)


def frame_match(text: str) -> re.Match[str] | None:
    """`text` as a frame of the JVM and of no other runtime."""
    match = FRAME.match(text)
    if match is None or (match["any"] and ("." not in match["name"] or _COLUMN.match(match["any"]))):
        return None
    return match


def read_frame(match: re.Match[str]) -> Frame:
    """A frame: modules and class loaders (`java.base/`, `app//`) and jars are the module, not part of the function."""
    name, where = match["name"], match["where"].removesuffix("(Compiled Code)")
    module = ""
    while "/" in name:
        head, _, rest = name.partition("/")
        if "Lambda" in head or rest.startswith("0x") or rest[:1].isdigit():
            break  # part of a generated class name: Foo$$Lambda$14/0x0000000800066840.run
        module, name = (f"{module}/{head}" if module else head), rest
    if match["jar"]:
        module = match["jar"].strip(" \t~[]")
    file, colon, line = where.rpartition(":") if where[-1:].isdigit() else where.partition(":")
    if not colon:
        file, line = where, ""
    file = file.removesuffix(" from ")
    if file.lower() in ("native method", "unknown source", "redacted") or file in ("<generated>", "<unknown>"):
        file = ""
    return Frame(file, name.strip(), int(line) if line.isdigit() else None, module=module)
