"""Lines of Dart stacks: the virtual machine's numbered frames, terse ones, addresses of obfuscated code.

Formats: StackTrace.toString of the Dart VM (runtime/vm/object.cc, `#0  function (package:a/b.dart:1:2)`), with
non-symbolic frames (`#00 abs ... virt ... symbol+offset`), package:stack_trace's terse form and the same of Dart's
JavaScript development compiler (`package:a/b.dart 1:2  function`), Flutter's lines for frames left out.
Keeps out: headers and messages (dart.py).
"""

import re

from indexers.exceptions.chain import Frame

# What logcat, `flutter run`, Fuchsia and boxes of package:logger put before every line
_BEFORE = re.compile(
    r"(?:[A-Z]/[\w.-]+\s*\(\s*\d+\): ?|flutter: |\[\d+\.\d+\] \d+\.\d+> |\[\s*\+?\d+ ms\] ?|[│┃|]\s|\[[A-Z]\w*\]\s+)+"
)
_FILE = r"(?:dart|package|packages|file|https?|org-dartlang-\w+|asset|data)(?::|/)[^()\s]*?|[^()\s]+\.dart"
_FRAME = re.compile(
    rf"""\s*\#(?P<number>\d+)\s+(?P<function>\S.*?)\s
        \((?P<file>{_FILE})(?::(?P<line>\d{{1,9}}))?(?::(?P<column>\d{{1,9}}))?\)\s*$""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"\s*#\d+\s+abs\s+[0-9a-f]+(?:\s+virt\s+[0-9a-f]+)?\s+(?P<function>\S+)\s*$")
# A debugger's console puts the place on a line of its own
_HALF = re.compile(r"\s*#\d+\s+(?P<function>[^\s()#][^()]*?)\s*$")
_OTHER_HALF = re.compile(
    rf"\s*(?P<file>(?:package|dart|file):[^()\s]*?\.dart|{_FILE}):(?P<line>\d{{1,9}})(?::(?P<column>\d{{1,9}}))?\s*$"
)
_TERSE = re.compile(
    r"""\s*(?P<file>(?:package|dart|file|https?|org-dartlang-\w+):\S+|\S+\.dart)
        (?:\s(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?)?\s{2,}(?P<function>\S.*?)\s*$""",
    re.VERBOSE,
)
_GAP = re.compile(
    r"""\s*(?: <asynchronous\ suspension> | \(elided\ .*\) | \.\.\.(?:\s+.*\(\d+\ frames?\))?
      | =====\ asynchronous\ gap\ =+ | -+\ asynchronous\ gap\ -+ )\s*$""",
    re.VERBOSE,
)


def lean(text: str) -> str:
    """`text` without what a log viewer put before it."""
    match = _BEFORE.match(text)
    return text[match.end() :] if match else text


def read_frame(texts: list[str], at: int) -> tuple[Frame, int] | None:
    """The numbered frame at line `at` and the line after it."""
    text = texts[at]
    if "#" not in text:
        return None
    text = lean(text)
    match = _FRAME.match(text)
    if match:
        return _frame(match, match["function"]), at + 1
    address = _ADDRESS.match(text)
    if address:
        return Frame("", address["function"]), at + 1
    half = _HALF.match(text) if at + 1 < len(texts) else None
    place = _OTHER_HALF.match(lean(texts[at + 1])) if half else None
    return (_frame(place, half["function"]), at + 2) if half and place else None


def read_terse(texts: list[str], at: int) -> tuple[Frame, int] | None:
    """The terse frame at line `at` and the line after it."""
    match = _TERSE.match(lean(texts[at])) if ".dart" in texts[at] or "dart:" in texts[at] else None
    return None if match is None else (_frame(match, match["function"]), at + 1)


def is_gap(text: str) -> bool:
    """Whether this line among frames stands for something that is no frame."""
    return _GAP.match(lean(text)) is not None


def _frame(match: re.Match[str], function: str) -> Frame:
    line, column = match["line"], match["column"]
    return Frame(match["file"], function, int(line) if line else None, int(column) if column else None)
