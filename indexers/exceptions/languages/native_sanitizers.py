"""Reports of the sanitizers, libFuzzer and Valgrind.

Formats: compiler-rt/lib/*san (ScopedInErrorReport, `ERROR: AddressSanitizer: kind on address ...`), the kernel's and
Android's builds of the same, ubsan's `file:line:column: runtime error: ...`, Valgrind's memcheck (mc_errors.c). Only
the failing stack belongs to the exception: "freed by", "allocated by" and "previous write" explain it and are left out.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.native_frames import continued, numbered

# ==123==ERROR: AddressSanitizer: heap-use-after-free on address ...; also without the process id (Fuchsia, TSan)
_REPORT = re.compile(
    r"""(?:(?P<prefix>[^"'`{}#]{0,120}?)={2,40}\s?\d+={2,}\s?|\s*)(?:ERROR|WARNING):\s(?P<tool>\w*Sanitizer|libFuzzer):\s
        (?P<message>(?P<kind>[\w()-]+).*)$""",
    re.VERBOSE,
)
_RUNTIME = re.compile(r"\s*(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+): runtime error: (?P<message>.*)$")
_BEFORE_STACK = 16  # lines such as "READ of size 4" between a header and its stack
_WITHIN_STACK = 4  # lines of other origin between two frames

_VALGRIND = re.compile(r"(?P<pid>==\d+==) (?P<message>(?P<kind>\S.*?)(?: of size \d+| in loss record .*)?)\s*$")
_VALGRIND_FRAME = re.compile(
    r"==\d+==\s+(?:at|by) 0x[0-9A-Fa-f]+: (?P<function>\S.*?)"
    r"(?: \((?:in (?P<module>[^()]+)|(?P<file>[^()]+):(?P<line>\d+))\))?\s*$"
)
_VALGRIND_END = re.compile(r"Process terminating with default action of signal \d+ \((?P<signal>SIG\w+)")
_VALGRIND_GAP = re.compile(r"==\d+==\s*-*\s*$")  # an error is a paragraph; what explains it stands in the same one
_VALGRIND_BEFORE = 4


def read(texts: list[str], at: int) -> Draft | None:
    """The report that begins in line `at`, if one does."""
    text = texts[at]
    if "anitizer: " in text or "libFuzzer: " in text:
        report = _REPORT.match(text)
        if report:
            kind = f"{report['tool']}: {report['kind']}"
            return _with_stack(texts, Draft(kind, report["message"].rstrip(), at, at), report["prefix"] or "")
    if ": runtime error: " in text and (runtime := _RUNTIME.match(text)):
        draft = Draft("UndefinedBehaviorSanitizer: undefined-behavior", runtime["message"].rstrip(), at, at)
        draft.location = Frame(runtime["file"], "", int(runtime["line"]), int(runtime["column"]))
        return _with_stack(texts, draft, "")
    return _valgrind(texts, at) if text.startswith("==") else None


def _with_stack(texts: list[str], draft: Draft, prefix: str) -> Draft:
    """Add the first stack under the header."""
    at = draft.first + 1
    while at < len(texts) and at - draft.last <= (_WITHIN_STACK if draft.frames else _BEFORE_STACK):
        text = texts[at].removeprefix(prefix)
        found = numbered(text)
        if found is None:
            if not draft.frames and (_REPORT.match(text) or ": runtime error: " in text):
                break
            wrapped = continued(text, draft.frames[-1]) if draft.frames else None
            if wrapped:
                draft.frames[-1], draft.last = wrapped, at
            elif draft.frames and not text.strip():
                break
        elif draft.frames and found[0] == 0:
            break
        else:
            draft.frames.append(found[1])
            draft.last = at
        at += 1
    return draft


def _valgrind(texts: list[str], at: int) -> Draft | None:
    head = _VALGRIND.match(texts[at])
    if head is None or not (at == 0 or _VALGRIND_GAP.match(texts[at - 1]) or not texts[at - 1].startswith("==")):
        return None
    first = next(
        (
            index
            for index in range(at + 1, min(len(texts), at + 1 + _VALGRIND_BEFORE))
            if _VALGRIND_FRAME.match(texts[index])
        ),
        None,
    )
    between = texts[at + 1 : first] if first is not None else []
    if first is None or any(not text.removeprefix(head["pid"]).startswith("  ") for text in between):
        return None
    ended = _VALGRIND_END.match(head["message"])
    draft = Draft(ended["signal"] if ended else f"Valgrind: {head['kind']}", head["message"], at, at)
    while first < len(texts) and (match := _VALGRIND_FRAME.match(texts[first])):
        line = int(match["line"]) if match["line"] else None
        draft.frames.append(Frame(match["file"] or "", match["function"], line, module=match["module"] or ""))
        draft.last = first
        first += 1
    return draft
