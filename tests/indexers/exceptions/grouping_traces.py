"""Prints small traces as runtimes do, for the cases of grouping: frames innermost first, whatever the language prints.

A frame is "function@file:line" (JVM and .NET: the function names the place, the file may be left out).
"""

import re
from collections.abc import Sequence

_AT = re.compile(r"@(?!\d|v\d|anonymous)")  # what follows the function, unless it is a part of its name


def _split(frame: str) -> tuple[str, str, str]:
    function, place = [*_AT.split(frame, maxsplit=1), ""][:2]
    file, _, line = place.rpartition(":")
    return function, file, line


def python(*frames: str, error: str = "ValueError: bad") -> str:
    lines = ["Traceback (most recent call last):"]
    for frame in reversed(frames):
        function, file, line = _split(frame)
        lines += [f'  File "{file}", line {line}, in {function}', "    run()"]
    return "\n".join([*lines, error])


def java(*frames: str, error: str = "java.lang.IllegalStateException: bad", thread: str = "main") -> str:
    lines = [f'Exception in thread "{thread}" {error}']
    for frame in frames:
        function, file, line = _split(frame)
        lines.append(f"\tat {function}({f'{file}:{line}' if line else file or 'Unknown Source'})")
    return "\n".join(lines)


def caused(outer: str, error: str, *frames: str, more: int = 3) -> str:
    inner = java(*frames, error=error).split("\n")
    return "\n".join([outer, f"Caused by: {error}", *inner[1:], f"\t... {more} more"])


def node(*frames: str, error: str = "TypeError: bad") -> str:
    lines = [error]
    for frame in frames:
        function, file, line = _split(frame)
        place = f"{file}:{line}:7" if line else file
        lines.append(f"    at {function} ({place})" if function else f"    at {place}")
    return "\n".join(lines)


def go(*frames: str, error: str = "panic: runtime error: index out of range [5] with length 3") -> str:
    lines = [error, "", "goroutine 1 [running]:"]
    for frame in frames:
        function, file, line = _split(frame)
        lines += [f"{function}(0xc000012345)", f"\t{file}:{line} +0x1d"]
    return "\n".join([*lines, "exit status 2"])


def dotnet(*frames: str, error: str = "System.InvalidOperationException: bad") -> str:
    lines = [f"Unhandled exception. {error}"]
    for frame in frames:
        function, file, line = _split(frame)
        lines.append(f"   at {function} in {file}:line {line}" if line else f"   at {function}")
    return "\n".join(lines)


def ruby(*frames: str, error: str = "bad (ArgumentError)") -> str:
    lines = []
    for number, frame in enumerate(frames):
        function, file, line = _split(frame)
        lines.append(f"{file}:{line}:in `{function}'" + (f": {error}" if number == 0 else ""))
    return "\n".join([lines[0], *(f"\tfrom {line}" for line in lines[1:])])


def php(*frames: str, error: str = "RuntimeException: bad", at: str = "/srv/shop/src/Cart.php:12") -> str:
    file, _, line = at.rpartition(":")
    lines = [f"PHP Fatal error:  Uncaught {error} in {file}:{line}", "Stack trace:"]
    for number, frame in enumerate(frames):
        function, place, row = _split(frame)
        lines.append(f"#{number} {place}({row}): {function}()")
    return "\n".join([*lines, f"#{len(frames)} {{main}}", f"  thrown in {file} on line {line}"])


def rust(*frames: str, error: str = "bad", at: str = "src/cart.rs:12:5") -> str:
    lines = [f"thread 'main' panicked at {at}:", error]
    if frames:
        lines.append("stack backtrace:")
    for number, frame in enumerate(frames):
        function, file, line = _split(frame)
        lines.append(f"{number:4d}: {function}")
        if file:
            lines.append(f"             at {file}:{line}:5")
    return "\n".join(lines)


def asan(*frames: str, error: str = "heap-use-after-free", pid: int = 4711) -> str:
    lines = [
        "=" * 65,
        f"=={pid}==ERROR: AddressSanitizer: {error} on address 0x60{pid}0000a0 at pc 0x55{pid} bp 0x7ff{pid} "
        f"sp 0x7ff{pid}",
        f"READ of size 4 at 0x60{pid}0000a0 thread T0",
    ]
    for number, frame in enumerate(frames):
        function, file, line = _split(frame)
        lines.append(f"    #{number} 0x{pid + number:012x} in {function} {file}:{line}:3" if line else
                     f"    #{number} 0x{pid + number:012x} in {function} ({file}+0x{pid:x})")  # fmt: skip
    return "\n".join([*lines, ""])


def dart(*frames: str, error: str = "Bad state: bad") -> str:
    lines = ["Unhandled exception:", error]
    for number, frame in enumerate(frames):
        function, file, line = _split(frame)
        lines.append(f"#{number}      {function} ({file}:{line}:3)")
    return "\n".join(lines)


def perl(*frames: str, error: str = "bad", at: str = "/srv/shop/Cart.pm:12") -> str:
    file, _, line = at.rpartition(":")
    lines = [f"{error} at {file} line {line}."]
    for frame in frames:
        function, place, row = _split(frame)
        lines.append(f"\t{function}() called at {place} line {row}")
    return "\n".join(lines)


def repeated(frames: Sequence[str], times: int) -> list[str]:
    return list(frames) * times
