"""One file per family of trace formats; each exports `parse(block) -> list[TraceDraft]`, linear in the block's size.

Owns the order in which they are asked: where two claim the same lines, the earlier one has them. Keeps out:
envelopes, in-app decisions.
"""

from importlib import import_module

from indexers.exceptions.drafts import Parser

# module, and strings of which at least one occurs in every trace of that format (checked before it is imported)
FORMATS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("python", ('File "', "Traceback (most recent")),
    ("jvm", ("\tat ", " at ", "Exception in thread", "at ")),
    ("javascript", (" at ", "\tat ", "at ", "@")),
    ("go", ("goroutine ",)),
    ("rust", ("panicked at ",)),
    ("dotnet", ("Exception", "Error", "   at ")),
    ("php", ("tack trace:", "[stacktrace]", "Stack Trace:")),
    ("ruby", (":in `", ":in '")),
    ("dart", ("#0",)),
    ("perl", (" called at ",)),
    (
        "native",
        ("anitizer: ", "libFuzzer: ", "runtime error: ", "rogram received signal", "rogram terminated with", "BUG: K"),
    ),
)


def parsers_for(text: str) -> list[Parser]:
    """The parsers whose traces may be in `text`, in order of precedence."""
    return [
        import_module(f"indexers.exceptions.languages.{name}").parse
        for name, marks in FORMATS
        if any(mark in text for mark in marks)
    ]
