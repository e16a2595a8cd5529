"""How a line may begin: the patterns that say "here an event starts" and "this belongs to the event before".

Owns: tables of named patterns (RE2 syntax) and the kinds of lines. Keeps out: reading values out of them (fields.py),
putting events together (assemble.py).
"""

# What a line is for assembling. The order matters to assemble.py only by name.
CONTINUATION = 0  # belongs to the event before it
ORPHAN = 1  # says nothing about itself: belongs to a text event before it, else stands alone
TEXT_HEAD = 2  # begins an event that may go on
TRACE_HEAD = 3  # begins a stack trace: part of an alarming event just before it, else an event of its own
COMPLETE = 4  # an event that is whole in one line

ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
LEVEL = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|ALERT|EMERG|PANIC|FINE|FINER|FINEST"

# name -> pattern of a line's beginning; the first group is the time where there is one
TEXT_HEADS: dict[str, str] = {
    # 2026-03-01 12:00:00,123 / [2026-03-01T12:00:00.123Z] / ERROR 2026-03-01 12:00:00
    "iso": rf"(?:\[|(?:{LEVEL})[\]:]? +\[?)?({ISO})",
    # 2026/03/01 12:00:00.123456  (Go's log package, nginx's error log)
    "slash": r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?)",
    # I, [2026-03-01T12:00:00.123456 #42]  INFO -- : message  (Ruby's Logger, Rails)
    "ruby": rf"[DIWEFA], \[({ISO})",
    # I0301 12:00:00.123456   42 main.go:17] message  (glog, klog)
    "glog": r"[IWEF](\d{4} \d\d:\d\d:\d\d\.\d+) ",
    # Mar  1 12:00:00 host app[42]: message  (syslog, RFC 3164)
    "bsd": rf"({MONTH} [ \d]\d \d\d:\d\d:\d\d) ",
    # 01-Mar-2026 12:00:00.123 SEVERE [main] ...  (Tomcat), 01/Mar/2026 12:00:00
    "day_month": rf"\[?(\d\d[-/ ]{MONTH}[-/ ]\d{{4}}[ :]\d\d:\d\d:\d\d(?:[.,]\d+)?)",
    # [Sun Mar 01 12:00:00.123456 2026] [core:error] ...  (Apache)
    "apache": rf"\[((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {MONTH} \d\d \d\d:\d\d:\d\d(?:\.\d+)? \d{{4}})\]",
    # 12:00:00.123 [main] INFO ...  (logback's default)
    "clock": r"\[?(\d\d:\d\d:\d\d[.,]\d{3})\]? ",
    # 1772366400.123 ... / 1772366400123 ...
    "epoch": r"\[?(\d{10}(?:\.\d{1,9})?|\d{13})\]?[ :]",
    # INFO:root:message / [ERROR] message / WARN  message: a level and no time
    "level": rf"()(?:\[(?:{LEVEL})\]|(?:{LEVEL})(?:[:\]]| +[-\[(\w]))",
    # time=2026-03-01T12:00:00Z level=info msg="..."  (logfmt)
    "logfmt": r"(?:ts|t|time|timestamp|at|level|lvl|severity|msg|logger|caller)=\S",
}

# Lines that are whole events by themselves.
COMPLETE_HEADS: dict[str, str] = {
    # 10.0.0.1 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 17  (common log format)
    "access": rf"\S+ \S+ \S+ \[(\d\d/{MONTH}/\d{{4}}:\d\d:\d\d:\d\d [+-]\d{{4}})\] \"",
}

# Lines that begin a stack trace or a crash report of its own.
TRACE_HEADS: dict[str, str] = {
    "python": r"Traceback \(most recent call last\)|  ?\+ Exception Group Traceback|Fatal Python error: ",
    "java": r"Exception in thread \"|[\w.$]+\.[A-Z][\w$]*(?:Exception|Error|Throwable)(?::|$)",
    "go": r"panic: |goroutine \d+ \[|fatal error: |SIG[A-Z]+: ",
    "javascript": r"(?:Uncaught |Unhandled )?(?:[A-Z]\w*)?Error(?: \[\w+\])?: |UnhandledRejection|\(node:\d+\) ",
    "rust": r"thread '.*'(?: \(\d+\))? panicked at ",
    "dotnet": r"Unhandled [Ee]xception[.:]",
    "ruby": r"\S+:\d+:in [`'].*\(\S*[A-Z]\w*(?:::\w+)*\)$|\S+:\d+:in [`'][^']*': ",
    "php": r"PHP (?:Fatal|Parse|Warning)|(?:Fatal|Parse) error: ",
    "native": (r"=+\s*$|=+\d+==ERROR: |==\d+== ?[A-Z]|terminate called |(?:Program|Thread .*) received signal "),
}

# What a line may hold behind its own time and level when every line of a trace is logged by itself: calls and links,
# which go on with the event before them, and an opener, which begins one.
_BEHIND = r"(?:[\])}:|>-]|\d(?:Z|[+-]\d\d:\d\d)|\t) ?\s*"
PREFIXED_CALL = (
    rf"{_BEHIND}(?:at [\w$.<>/@]+\.[\w$<>]+\([^()]*\)(?: ~?\[[^\]]*\])?\s*$|at (?:.+ )?\(?\S+:\d+:\d+\)?\s*$"
    r"|Caused by: |Suppressed: |\.\.\. \d+ (?:more|common frames)|File \"[^\"]+\", line \d+"
    r"|from \S+:\d+:in [`']|During handling of the above|The above exception was the direct"
    r"|\S+\.go:\d+(?: \+0x[0-9a-f]+)?\s*$|created by \S+(?: in goroutine \d+)?\s*$)"
)
PREFIXED_OPENER = (
    rf"{_BEHIND}(?:Traceback \(most recent call last\):|goroutine \d+ \[.*\]:|[Ss]tack (?:back)?trace:)\s*$"
)
# below those: a line of source, its carets, Go's calls, or what failed
PREFIXED_BELOW = (
    r"(?:[\])}:|>-]|\d(?:Z|[+-]\d\d:\d\d))\s{3,}\S"
    rf"|{_BEHIND}(?:[\w.]*[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt|Iteration|Timeout|Group)\b"
    r"|[\w./-]+(?:\.\(\*?\w+\))?\.[\w.]+\(.*\)\s*$)"
)

# Lines that go on with the event before them.
CONTINUATIONS: dict[str, str] = {
    "indented": r"\s",
    "blank": r"$",
    "java": r"at [\w.$<>]+\(|Caused by: |Suppressed: |\.\.\. \d+ (?:more|common frames omitted)|Wrapped by: ",
    "python": r"During handling of the above|The above exception was the direct|\[Previous line repeated",
    "go": r"created by |exit status \d|\[signal |[\w./*()-]+\((?:0x[0-9a-f]+|\.\.\.|[{}, ?])*\)$|\[recovered\]",
    "brackets": r"[\])}]+[,;]?$|\^+$|~+\^*~*$|\||\+-",
    "caused": r"Caused by|caused by|Next [A-Z]\w+(?:\\\w+)*:|Stack trace:|#\d+ |stack backtrace:|note: run with ",
    "node": r"Node\.js v\d|node:internal|Require stack:|-+ .* -+$",
}


def alternatives(table: dict[str, str]) -> str:
    """All patterns of a table as one, anchored at the beginning of a line, without groups."""
    plain = "|".join(
        pattern.replace("(?:", "\0").replace("\\(", "\1").replace("(", "(?:") for pattern in table.values()
    )
    return "^(?:" + plain.replace("\0", "(?:").replace("\1", "\\(") + ")"
