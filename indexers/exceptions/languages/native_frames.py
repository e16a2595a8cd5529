"""Frame lines of native stacks, as a table: sanitizers, gdb, lldb, Valgrind, glog, glibc, V8, Android, Apple.

Sources: sanitizer_stacktrace_printer.cpp (`#%n %p %F %L`), gdb's print_frame, coregrind's m_debuginfo (describe_IP),
glog's DumpStackFrameInfo and Abseil's examine_stack.cc, glibc's backtrace_symbols, debuggerd's tombstone format,
Apple's crash reports. Keeps out: which failure a stack belongs to.
"""

import re

from indexers.exceptions.chain import Frame

_OFFSET = r"\+(?:0x)?[0-9a-fA-F]+"
# "#3 0x4f13bb in f(int) /path/f.cc:12:3 (module+0x12) (BuildId: 12ab)"; TSan and Chromium leave out what they lack
_NUMBERED = re.compile(
    r"\s*#(?P<number>\d+)(?:\.\d+)?\s+(?P<address>0x[0-9a-fA-F]+|[0-9a-f]{12,16})?\s*(?:in\s+)?(?P<rest>.*)$"
)
_PLACE = re.compile(r"(?P<file>\S*?[^\s:]):(?P<line>\d+)(?::(?P<column>\d+))?$")
_BUILD = re.compile(r"(?:\(BuildId: [0-9a-fA-F]+\)|<<?(?P<module>[\w.]+)>>?\+0x[0-9a-f]+)$")
_MODULE = re.compile(rf"\((?P<module>.+?){_OFFSET}\)$")
_ONLY_PLACE = re.compile(r"\s*(?P<file>(?:[A-Za-z]:\\|/|\.\.?/)\S*):(?P<line>\d+)(?::(?P<column>\d+))?\s*$")

_LONGEST = 2_000  # characters of a line below
# Stacks whose lines say everything by their shape: name of the format, frame line
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.VERBOSE))
    for name, pattern in (
        # glog, Abseil: "    @     0x7f2a8b01 (unknown)", "    @ 0x55d0  96  main"
        ("glog", r"\s*@\s+0x[0-9a-f]+(?:\s+\d+)?\s+(?P<function>\S.*?)\s*$"),
        # Android: "    #00 pc 00044a6c  /system/lib/libc.so (strlen+5) (BuildId: 12ab)"
        (
            "android",
            r""".*?\#\d\d\s+pc\s+[0-9a-f]+\s+(?P<module>\S+)(?:\s\(offset\s0x[0-9a-f]+\))?
                (?:\s\((?!BuildId)(?P<function>.*?)(?:\+\d+)?\))?(?:\s\(BuildId:\s\w+\))?\s*$""",
        ),
        # glibc: "/lib/libc.so.6(abort+0x148)[0x7f2a]", "./a.out[0x400d]"
        (
            "glibc",
            r"""\s*(?P<module>[^\s()\[\]]*/[^\s()\[\]]*|[^\s()\[\]]+(?=\())
                (?:\((?P<function>[^()+]*)(?:\+0x[0-9a-f]+)?\))?\s?\[0x[0-9a-f]+\]\s*$""",
        ),
        # V8: " 1: 0xb7c560 node::Abort() [node]", " 2: 00007FF6 v8::internal::Foo+123"
        (
            "v8",
            r"""\s*\d+:\s+(?:0x[0-9a-f]+|[0-9A-F]{16})\s+(?P<function>\S.*?)
                (?:\s+\[(?P<module>[^\[\]]+)\])?(?:\s+\[.*\])?\s*$""",
        ),
        # Apple: "3   libfoo.dylib   0x00000001000 foo(int) + 12 (foo.c:12)"
        (
            "apple",
            r"""\s*\d+\s+(?P<module>\S.*?)\s+0x[0-9a-f]+\s+(?P<function>\S.*?)\s+\+\s+\d+
                (?:\s+\((?P<file>[^()]+):(?P<line>\d+)\))?\s*$""",
        ),
        # Boost.Stacktrace: " 0# foo(int) at /a/b.cpp:12", " 1# main in ./a.out"
        (
            "boost",
            r"""\s*\d+\#\s+(?P<function>\S.*?)
                (?:\s+at\s+(?P<file>\S+):(?P<line>\d+)|\s+in\s+(?P<module>\S+))?\s*$""",
        ),
        # lldb: "  * frame #0: 0x0000000100003f5c a.out`foo(x=1) at a.c:3:5"
        (
            "lldb",
            r"""\s*\*?\s*frame\s\#\d+:\s0x[0-9a-f]+\s(?P<module>[^`\s]+)(?:`(?P<function>.+?))?(?:\(.*\))?(?:\s\+\s\d+)?
                (?:\s\[inlined\].*?)?(?:\sat\s(?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?)?(?:\s\[opt\])?\s*$""",
        ),
        # Chromium on Windows: "\tbase::Foo::Bar [0x61C20814+20] (base\foo.cc:215)"
        (
            "windows",
            r"\s+(?P<function>\S.*?)\s\[0x[0-9A-Fa-f]+(?:\+\d+)?\](?:\s\((?P<file>[^()]+):(?P<line>\d+)\))?\s*$",
        ),
    )
)


def numbered(text: str) -> tuple[int, Frame] | None:
    """(number, frame) of a line `#3 0x4f13bb in function file:line:column`."""
    if "#" not in text:
        return None
    match = _NUMBERED.match(text)
    if match is None or not (match["address"] or match["rest"]):
        return None
    if match["address"] is None and not _has_end(match["rest"]):
        return None
    return int(match["number"]), _described(match["rest"].rstrip())


def shaped(text: str) -> tuple[str, Frame] | None:
    """(name of the format, frame) of a line in one of the shapes above."""
    if len(text) > _LONGEST:
        return None
    if "0x" not in text and " pc " not in text and "# " not in text and not text[:4].strip().isdigit():
        return None
    for name, pattern in _SHAPES:
        match = pattern.match(text)
        if match:
            return name, _shaped(match)
    return None


def continued(text: str, frame: Frame) -> Frame | None:
    """`frame` with what `text` adds, if a terminal wrapped it there: its place, or the rest of a long name as well."""
    if frame.file or frame.module or not frame.function:
        return None
    match = _ONLY_PLACE.match(text)
    if match:
        return Frame(match["file"], frame.function, int(match["line"]), _number(match["column"]))
    whole = _described((frame.function + text).rstrip()) if _is_open(frame.function) else None
    return whole if whole and (whole.file or whole.module) else None


def _is_open(function: str) -> bool:
    return function.count("(") > function.count(")") or function.count("<") > function.count(">")


def _has_end(rest: str) -> bool:
    frame = _described(rest.rstrip())
    return bool(frame.file or frame.module)


def _shaped(match: re.Match[str]) -> Frame:
    groups = match.groupdict()
    return Frame(
        groups.get("file") or "",
        groups.get("function") or "",
        _number(groups.get("line")),
        _number(groups.get("column")),
        module=groups.get("module") or "",
    )


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _described(rest: str) -> Frame:
    """The frame whose address was followed by `rest`: a name, then a place or a module or both."""
    if rest.startswith("(<unknown module>)"):
        return Frame("", "")
    build = _BUILD.search(rest)
    rest, module = _without_module(rest[: build.start()].rstrip() if build else rest)
    module = module or (build["module"] or "" if build else "")
    head, space, tail = rest.rpartition(" ")
    match = _PLACE.match(tail) if space else None
    if match is None:
        return Frame("", rest, module=module)
    file = match["file"]
    if not file.startswith("/") and file[1:3] != ":\\":
        head, file = _with_spaces(head, file)
    return Frame(file, head, int(match["line"]), _number(match["column"]), module=module)


def _without_module(rest: str) -> tuple[str, str]:
    """`rest` without "(module+0x12)" at its end, and the module, which may itself hold parentheses."""
    if not rest.endswith(")"):
        return rest, ""
    depth = 0
    for at in range(len(rest) - 1, -1, -1):
        depth += (rest[at] == ")") - (rest[at] == "(")
        if depth == 0:
            match = _MODULE.fullmatch(rest, at)
            return (rest[:at].rstrip(), match["module"]) if match else (rest, "")
    return rest, ""


def _with_spaces(head: str, file: str) -> tuple[str, str]:
    """A path with blanks begins where a drive or root does: "f() C:\\Program Files\\x.cc"."""
    for root in (" /", ":\\"):
        at = head.find(root)
        if at > 0:
            at = at if root == " /" else at - 2
            if at > 0 and head[at] == " ":
                return head[:at].rstrip(), f"{head[at + 1 :]} {file}"
    return head, file
