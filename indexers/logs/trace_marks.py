"""Which events may hold an exception: a net with wide meshes, so that only few events are read for one.

Owns the table of tell-tale pieces of every kind of stack trace (RE2 syntax), in plain text, in a JSON string or behind
syslog's `#012`. It is never a verdict: what it catches is read by indexers/exceptions, and what it lets go is lost to
them, so each format read there has a piece here. Keeps out: where an event begins (heads.py).
"""

_LINE = r"(?:^|\n|\\n|#012)"
MARKS: dict[str, str] = {
    "python": r"Traceback \(most recent call last|File \\?\"[^\"\n]+\\?\", line \d+|Fatal Python error",
    # JVM, JavaScript, .NET; and .NET's word in the language of Windows, before a name with arguments
    "at": rf"{_LINE}[\s\\t]*(?:at|在|位置:|場所|於|위치:) *\S",
    "dotnet": rf"{_LINE}\s+[^\s\w]*\pL{{1,12}}[:-]?(?: \pL+ \pL+:)? [\w.+<>`\[\],]+\.[\w.<>`\[\],|]+ ?\(| ---> ",
    "jvm": r"Exception in thread|Caused by: |java\.lang\.\w*(?:Error|Exception)",
    "javascript": (
        r"\bUncaught |UnhandledPromiseRejection|Thrown at:|\n\s*(?:throw .*|\^+)\n"
        rf"|{_LINE}[^\s@]*@(?:https?|file|webpack|capacitor|app|\w+-extension)\S*:\d"
    ),
    "go": r"goroutine \d+ \[|(?:panic|fatal error): |panic\(",
    "rust": rf"{_LINE}Caused by:(?:\n|\\n|#012)|panicked at |[Ss]tack backtrace|BACKTRACE|has overflowed its stack",
    "ruby": rf"\.rb:\d+:in |{_LINE}\s+from \S+:\d+:in |:\d+:in [`'\x{{2018}}]",
    "php": r"(?:Fatal|Parse) error: |[Ss]tack [Tt]race:|\[stacktrace\]|\[object\] \(|\(line \d+ of ",
    "dart": rf"{_LINE}(?:package|dart|file|org-dartlang-app):\S+ \d+(?::\d+)? +\S",
    "numbered": r"(?:^|[\s\\n])#\d+ +\S",
    "perl": r" at \S+ line \d+",
    "sanitizer": r"[A-Za-z]Sanitizer: |libFuzzer: |runtime error: |==\d+==\s+(?:at|by) 0x",
    "kernel": (
        r"[Cc]all [Tt]race:|\bBUG: |kernel BUG|KASAN|UBSAN: |Oops: |Kernel panic|general protection fault"
        r"|Unable to handle kernel|Internal error: "
    ),
    "native": (
        r"signal SIG|terminated with signal|stop reason = |terminate called|uncaught exception of type"
        r"|Assertion [`(]|Assertion failed|[Cc]heck failed|CHECK failed|fault addr|Received signal \d"
        r"|\*\*\* (?:stack smashing|buffer overflow|Error in|SIG)"
        r"|double free|(?:free|malloc|realloc|munmap_chunk)\(\): |corrupted (?:size|double)"
        r"|Fatal error in |FATAL ERROR: |Exception Type: |[Bb]acktrace:|\bFATAL:\w+\.\w+\(\d+\)|@ +0x[0-9a-f]{6,}"
    ),
}
MAY_HOLD_EXCEPTION = "|".join(f"(?:{pattern})" for pattern in MARKS.values())
