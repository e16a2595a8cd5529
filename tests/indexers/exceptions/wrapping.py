"""Puts envelopes around traces the way logging systems do, for tests: name -> function from lines to text."""

import json
from collections.abc import Callable, Sequence

Wrap = Callable[[Sequence[str]], str]

_NOISE = ("worker started", "GET /health 200", "cache refreshed", "queue length 3")


def plain(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def crlf(lines: Sequence[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def ansi(lines: Sequence[str]) -> str:
    return "".join(f"\x1b[31m{line}\x1b[0m\n" for line in lines)


def cri(lines: Sequence[str]) -> str:
    return "".join(f"2026-03-01T09:15:02.{i:09d}Z stderr F {line}\n" for i, line in enumerate(lines))


def cri_partial(lines: Sequence[str]) -> str:
    """Long lines come in pieces of 24 characters."""
    out = []
    for i, line in enumerate(lines):
        pieces = [line[at : at + 24] for at in range(0, len(line), 24)] or [""]
        for at, piece in enumerate(pieces):
            out.append(f"2026-03-01T09:15:02.{i:09d}Z stderr {'F' if at == len(pieces) - 1 else 'P'} {piece}\n")
    return "".join(out)


def docker(lines: Sequence[str]) -> str:
    return "".join(
        json.dumps({"log": line + "\n", "stream": "stderr", "time": "2026-03-01T09:15:02Z"}) + "\n" for line in lines
    )


def json_field(lines: Sequence[str]) -> str:
    return json.dumps({"level": "ERROR", "message": "request failed", "stack_trace": "\n".join(lines)}) + "\n"


def json_twice(lines: Sequence[str]) -> str:
    inner = json.dumps({"level": "ERROR", "msg": "request failed", "error": {"stack": "\n".join(lines)}})
    return json.dumps({"log": inner + "\n", "stream": "stdout", "time": "2026-03-01T09:15:02Z"}) + "\n"


def json_after_text(lines: Sequence[str]) -> str:
    return "2026-03-01 09:15:02 ERROR api - " + json.dumps({"error": "\n".join(lines)}) + "\n"


def journald(lines: Sequence[str]) -> str:
    return "".join(f"Mar 01 09:15:02 ip-10-0-4-17 api-server[2213]: {line}\n" for line in lines)


def journald_json(lines: Sequence[str]) -> str:
    return json.dumps({"_HOSTNAME": "a", "_PID": "7", "MESSAGE": list("\n".join(lines).encode())}) + "\n"


def syslog_octal(lines: Sequence[str]) -> str:
    return "<131>Mar  1 09:15:02 app01 svc[901]: " + "#012".join(lines).replace("\t", "#011") + "\n"


def rfc5424(lines: Sequence[str]) -> str:
    return "".join(f'<11>1 2026-03-01T09:15:02.113Z app01 svc 901 - [x@1 a="b"] {line}\n' for line in lines)


def compose(lines: Sequence[str]) -> str:
    return "".join(f"web-1  | {line}\n" for line in lines)


def kubectl(lines: Sequence[str]) -> str:
    return "".join(f"[pod/shop-7d9f-x2/api] {line}\n" for line in lines)


def github_actions(lines: Sequence[str]) -> str:
    return "".join(f"2026-03-01T09:15:02.{i:07d}Z {line}\n" for i, line in enumerate(lines))


def logfmt(lines: Sequence[str]) -> str:
    return f'time=2026-03-01T09:15:02Z level=error msg="request failed" stack={json.dumps(chr(10).join(lines))} id=7\n'


def escaped(lines: Sequence[str]) -> str:
    return (
        "2026-03-01 09:15:02 ERROR "
        + "\n".join(lines).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        + "\n"
    )


def prefixed(lines: Sequence[str]) -> str:
    return "".join(
        f"2026-03-01 09:15:{i % 60:02d},120 ERROR [exec-9] c.e.Pool - {line}\n" for i, line in enumerate(lines)
    )


def threads_interleaved(lines: Sequence[str]) -> str:
    """Two threads write the same trace at the same time, every line with its thread's name."""
    out = []
    for i, line in enumerate(lines):
        for thread in ("exec-1", "exec-2"):
            out.append(f"2026-03-01 09:15:{i % 60:02d},120 ERROR [{thread}] c.e.Pool - {line}\n")
    return "".join(out)


def containers_interleaved(lines: Sequence[str]) -> str:
    """Another container's lines stand between."""
    out = []
    for i, line in enumerate(lines):
        out += [f"web-1  | {line}\n", f"worker-1  | {_NOISE[i % len(_NOISE)]}\n"]
    return "".join(out)


def between_records(lines: Sequence[str]) -> str:
    """In a plain log, between records with time stamps."""
    head = "2026-03-01 09:15:01,881 INFO  [exec-9] c.e.Health - ok in 3 ms\n"
    return head + plain([line for line in lines if line]) + head.replace("01,881", "02,400")


# Envelopes in which the trace stands once and every line survives.
ONCE: dict[str, Wrap] = {
    function.__name__: function
    for function in (
        crlf, ansi, cri, cri_partial, docker, json_field, json_twice, json_after_text, journald, journald_json,
        syslog_octal, rfc5424, compose, kubectl, github_actions, logfmt, prefixed, containers_interleaved,
    )
}  # fmt: skip
