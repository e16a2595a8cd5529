"""One file per family of trace formats; each exports `parse(block) -> list[TraceDraft]`, linear in the block's size.

Owns the order in which they are asked: where two claim the same lines, the earlier one has them. Keeps out:
envelopes, in-app decisions.
"""

from importlib import import_module

from indexers.exceptions.drafts import Parser

# How reports of native code begin, wherever they stand in a line.
NATIVE = (
    "anitizer: ", "libFuzzer: ", "runtime error: ", " signal SIG", "rogram terminated with",
    "stop reason = ", "    at 0x", "Call Trace", "Call trace", "BUG: ", "kernel BUG", "handle kernel",
    "general protection", "Backtrace", "terminate called", "uncaught exception of type", "Assertion", "*** ", "free",
    "corrupt", "FATAL", "fault addr", "Received signal ", "Fatal error in ", "Exception Type: ", "heck failed",
    "CHECK failed",
)  # fmt: skip
# module, and strings of which at least one occurs in every trace of that format (checked before it is imported)
FORMATS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("python", ('File "', "Traceback (most recent")),
    ("jvm", ("at ", "Exception in thread", "Caused by: ", "java.lang.")),
    ("rust", ("panicked", "Caused by:", "Stack backtrace:", "BACKTRACE", "overflowed its stack")),
    ("javascript", ("at ", "@", "Node.js v", "--trace-uncaught")),
    ("go", ("goroutine ", ".go:", "fatal error: ")),
    ("dotnet", ("Exception", "Error", "   at ")),
    ("php", ("tack trace:", "[stacktrace]", "Stack Trace:", "[object] (", "Fatal error: ", "Parse error: ", " (line ")),
    ("ruby", (":in `", ":in '", ".rb:")),
    ("dart", (".dart", "#00 ", "dart:", "EXCEPTION CAUGHT BY", "Exception caught by")),
    ("perl", (" called at ", " line ", "Trace begun at ")),
    ("native", NATIVE),
)


def parsers_for(text: str) -> list[Parser]:
    """The parsers whose traces may be in `text`, in order of precedence."""
    return [
        import_module(f"indexers.exceptions.languages.{name}").parse
        for name, marks in FORMATS
        if any(mark in text for mark in marks)
    ]
