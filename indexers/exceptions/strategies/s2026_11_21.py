"""Grouping strategy of 2026-11-21. Frozen: a change is a new file beside this one.

An exception contributes its type and, innermost first, the calls of the application and of the libraries below them,
down to where it was raised; what called the application (servers, thread pools, event loops) does not count. When the
application's frames say nothing (none, or only module level), all frames count. The message counts, parameterised,
only when no frame does. Line numbers, files of qualified names, generated names and repeated calls never count.
The idea of parts that contribute or not, with hints, is Sentry's (https://docs.sentry.io/product/issues/grouping-and-
fingerprints/); the rules are our own. Keeps out: near-identical traces (similarity.py).
"""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.fingerprint import OWN_CODE, Fingerprint, Part
from indexers.exceptions.strategies.s2026_11_21_in_app import is_in_app
from indexers.exceptions.strategies.s2026_11_21_messages import parameterise

STRATEGY = "2026-11-21"

# Exceptions that are about another one and not part of the fault.
_ASIDE = {
    "suppressed": "suppressed while handling the fault",
    "goroutine": "another goroutine, not the one that failed",
}

# Parts of names that compilers, proxies and bundlers generate: (what it is, pattern, replacement).
_GENERATED: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (what, re.compile(pattern), replacement)
    for what, pattern, replacement in (
        ("Java lambda", r"\$\$Lambda(?:\$\d+)?(?:[/@](?:0x)?[0-9a-f]+)?", "$$Lambda"),
        ("Java lambda body", r"lambda\$([\w-]+?)(?:\$[0-9a-f]+)?\$\d+", r"lambda$\1"),
        ("proxy class", r"\$\$(?:EnhancerBy|FastClassBy|SpringCGLIB)\w*(?:\$\$\w+)*", ""),
        ("proxy class", r"\$Proxy\d+", "$Proxy"),
        ("reflection accessor", r"(Generated\w*Accessor)\d+", r"\1"),
        ("Scala closure", r"\$anonfun\$(?:[\w]+\$)?(\w+)\$\d+(?:\$adapted)?", r"$anonfun$\1"),
        ("anonymous class", r"\$\d+(?=\.|\$|$)", "$"),
        ("Go closure", r"(?<=\.func)\d+(?:\.\d+)*(?=$|\.|-)", ""),
        ("Go method value", r"-fm$", ""),
        ("Go package version", r"@v[\w.+-]+", ""),
        ("Rust hash", r"::h[0-9a-f]{16}(?:E)?(?:\s\(\.llvm\.\d+\))?$", ""),
        ("Rust crate id", r"\[[0-9a-f]{16}\]", ""),
        ("Rust closure", r"::\{\{closure\}\}|::\{closure#\d+\}", "::{closure}"),
        (".NET state machine", r"<(\w+)>d__\d+(?:`\d+)?\.MoveNext", r"\1"),
        (".NET closure", r"<>c(?:__DisplayClass\d+_\d+)?(?:`\d+)?\.<([\w.]+)>b__[\w|]+", r"\1.lambda"),
        (".NET local function", r"<([\w.]+)>g__(\w+)\|[\d_]+", r"\1.\2"),
        ("PHP closure", r"\{closure(?::([^}]*?)(?::\d+)?)?\}", r"{closure \1}"),
        ("Ruby block", r"^(?:(?:block|rescue|ensure)(?: \(\d+ levels\))? in )+", ""),
        ("V8 alias", r" \[as [^\]]+\]$", ""),
        ("V8 receiver", r"^(?:async |new )", ""),
        ("C++ inline namespace", r"std::__\w*\d+::", "std::"),
        ("address", r"0x[0-9a-f]{4,}", "0x"),
    )
)
# Calls that are there in one run or runtime version and missing in the next, whatever the fault.
_NOISE = re.compile(
    r"""^(?:<(?:listcomp|dictcomp|setcomp)>$            # inlined since Python 3.12
        | (?:java\.lang\.reflect|sun\.reflect|jdk\.internal\.reflect|java\.lang\.invoke)\.
        | _COROUTINE\. | .*\.invoke0$
        | (?:process\.)?processTicksAndRejections$ | (?:node:)?internal/process/ | Generator\.(?:next|throw)$
        | __awaiter$ | __async$ | fulfilled$ | step$ | asyncGeneratorStep$ | _next$ | <anonymous>$
        | runtime\.(?:goexit|gopanic|sigpanic|main|panic\w+)$ | panic$
        | (?:std|core)::panicking:: | rust_begin_unwind$ | core::ops::function:: | __rust_\w+_short_backtrace
        | std::(?:rt|sys)::
    )""",
    re.VERBOSE,
)
# Names that say only "the top of a file or program".
_NAMELESS = re.compile(
    r"^(?:<module>|<main>|<top \(required\)>|Object\.<anonymous>|<anonymous>|\{main\}|main|main\.main|)$"
)
_MINIFIED_FILE = re.compile(r"(?:[.-][0-9a-f]{8,}|\.min|\.chunk|-[0-9A-Za-z_]{8})\.(?:m|c)?js(?:[?#].*)?$")
_MINIFIED_NAME = re.compile(r"^(?:[\w$]{1,2}|[\w$]{1,2}\.[\w$]{1,2})$")
_FILE_HASH = re.compile(r"[.-](?=[0-9a-f]*\d)[0-9a-f]{6,}(?=\.)|\?.*$|#.*$")
_VAGUE_FILE = re.compile(r"^(?:__init__|__main__|index|mod|main|lib|init)\.\w+$")
_RELEASE_DIR = re.compile(r"^(?:v?\d[\w.-]*|[0-9a-f]{7,}|current|releases?|.*\d{6,}.*)$")
_QUALIFIED = {"java", "kotlin", "scala", "go", "dotnet", "rust", "cpp"}  # function names that name their file
_RECURSION = re.compile(r"StackOverflow|RecursionError|stack-overflow|SystemStackError|NotEnoughStack", re.IGNORECASE)
_RECURSION_TEXT = re.compile(
    r"maximum (?:call stack|recursion depth)|stack level too deep|exceeds 1000000000-byte limit|stack overflow"
)
# Errors whose type says little; the fixed part of their message is the error's class.
_CLASSES = re.compile(
    r"^(?:runtime error: [a-z][a-z .]*[a-z]|all goroutines are asleep|concurrent map [a-z ]+|send on closed channel"
    r"|close of (?:closed|nil) channel|interface conversion|index out of bounds|attempt to [a-z ]+"
    r"|called `\w+::\w+\(\)`|assertion [`\w=! ]*failed|already (?:mutably )?borrowed|explicit panic"
    r"|not (?:yet )?implemented|entered unreachable code"
    r"|assignment to entry in nil map|stack overflow|out of memory|attempting [\w-]+)"
)
_GENERIC_TYPES = {"panic", "fatal error", "goroutine", "AddressSanitizer: attempting"}


def fingerprint(chain: Sequence[ExceptionRecord]) -> Fingerprint:
    """The fingerprint of `chain` under this strategy."""
    parts: list[Part] = []
    members: dict[str, list[Part]] = {}
    for record in chain:
        own = _exception_parts(record)
        if record.relation == "group_member":
            members.setdefault(_digest(own), own)  # a group of a hundred equal failures is one kind of group
        else:
            parts += own
    for key in sorted(members):
        parts += members[key]
    if not any(part.contributes and part.name == "frame" for part in parts):
        parts = [_message_now_counts(part) for part in parts]
    return Fingerprint(_digest(parts), tuple(parts), STRATEGY)


def _digest(parts: Sequence[Part]) -> str:
    content = json.dumps([[part.name, part.value] for part in parts if part.contributes], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _message_now_counts(part: Part) -> Part:
    if part.name != "message" or part.hint in _ASIDE.values():
        return part
    return Part(part.name, part.value, bool(part.value), "counts because no frame does")


def _exception_parts(record: ExceptionRecord) -> list[Part]:
    aside = _ASIDE.get(record.relation)
    kind, message = _clean(record.type), parameterise(record.message or "")
    parts = [Part("type", kind, aside is None, aside or "the exception's type")]
    known = _CLASSES.match(record.message or "") if record.type in _GENERIC_TYPES else None
    if known:
        parts.append(
            Part("error class", known.group(), aside is None, aside or f"{record.type!r} alone says too little")
        )
    for frame in _frame_parts(record):
        parts.append(Part("frame", frame.value, False, aside) if aside and frame.contributes else frame)
    if record.message:
        parts.append(Part("message", message, False, aside or "does not count beside frames"))
    return parts


def _frame_parts(record: ExceptionRecord) -> list[Part]:
    """The frames, innermost first, each call once."""
    frames = record.innermost()
    chosen, hints = _choice(frames, record.language)
    recursive = bool(_RECURSION.search(record.type) or _RECURSION_TEXT.search(record.message or ""))
    seen: set[str] = set()
    parts = []
    for frame, counts, hint in zip(frames, chosen, hints, strict=True):
        value = _call(frame, record.language)
        if not value:
            parts.append(Part("frame", frame.file or frame.function, False, "has no stable name"))
        elif _NOISE.match(frame.function):
            parts.append(Part("frame", value, False, "runtime glue that comes and goes between versions"))
        elif value in seen:
            parts.append(Part("frame", value, False, "the same call again"))
        else:
            seen.add(value)
            parts.append(Part("frame", value, counts, hint))
    if recursive:  # where an endless recursion is cut off is chance, so order says nothing
        counting = sorted((part for part in parts if part.contributes), key=lambda part: part.value)
        parts = counting + [part for part in parts if not part.contributes]
    return parts


def _choice(frames: Sequence[Frame], language: str) -> tuple[list[bool], list[str]]:
    """Which frames count, and why."""
    own = [_is_own(frame, language) for frame in frames]
    speaking = [
        index for index, frame in enumerate(frames) if own[index] and not _NAMELESS.match(_short(frame.function))
    ]
    if not speaking:
        why = "counts because " + (
            "the application's frames have no names" if any(own) else "no frame is the application's"
        )
        return [True] * len(frames), [why] * len(frames)
    first = own.index(True)
    counts, hints = [], []
    for index, is_own in enumerate(own):
        if is_own:
            hint = OWN_CODE
        elif index < first:
            hint = "library code between the application and the failure"
        else:
            hint = "called the application; not where it fails"
        counts.append(is_own or index < first)
        hints.append(hint)
    return counts, hints


def _is_own(frame: Frame, language: str) -> bool:
    return is_in_app(frame, language) if frame.in_app is None else frame.in_app


def _call(frame: Frame, language: str) -> str:
    """The call as one stable name; empty when the frame has none."""
    function = _clean(frame.function)
    if language == "javascript":
        if _MINIFIED_FILE.search(frame.file) and _MINIFIED_NAME.match(function):
            function = "<minified>"
        function = re.sub(r"^(?:Object|Function|Module)\.(?!<)", "", function)
    if language == "ruby":
        function = re.split(r"[#.]", function)[-1] if "<" not in function else function
    if language in _QUALIFIED and function:
        return function
    return f"{_file(frame.file)}:{function}".strip(":") if function or frame.file else ""


@lru_cache(maxsize=50_000)
def _clean(name: str) -> str:
    for _, pattern, replacement in _GENERATED:
        name = pattern.sub(replacement, name)
    return name


def _short(function: str) -> str:
    return function.removeprefix("async ")


def _file(path: str) -> str:
    """The file's name without release folders and content hashes; with its folder where the name is vague."""
    steps = [step for step in re.split(r"[/\\]", path) if step]
    if not steps:
        return ""
    name = _FILE_HASH.sub("", steps[-1])
    if _VAGUE_FILE.match(name):
        folder = next((step for step in reversed(steps[:-1]) if not _RELEASE_DIR.match(step)), "")
        return f"{folder}/{name}" if folder else name
    return name
