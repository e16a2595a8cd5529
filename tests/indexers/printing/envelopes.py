"""What logging systems put around the lines of a print: name -> function from lines to text.

Each says where it is lossy, which is then not drawn (`fits`). Keeps out: prints (one file a language), what is read
back of them.
"""

import json
from collections.abc import Callable, Sequence
from itertools import zip_longest

from tests.indexers.printing import Printed

Wrap = Callable[[Sequence[str]], str]

_TIME = "2026-03-01T09:15:02"


def _each(lines: Sequence[str], prefix: Callable[[int], str]) -> str:
    return "".join(f"{prefix(number)}{line}\n" for number, line in enumerate(lines))


def plain(lines: Sequence[str]) -> str:
    """Nothing."""
    return "\n".join(lines) + "\n"


def under_a_record(lines: Sequence[str]) -> str:
    """A record logs the failure, its trace follows as it is, then comes the next record."""
    head = "2026-03-01 09:15:0{} {} [exec-9] shop.orders - {}\n"
    return head.format(1, "ERROR", "order 12 failed") + plain(lines) + head.format(2, "INFO", "order 13 placed")


def crlf(lines: Sequence[str]) -> str:
    """Windows' line ends."""
    return "\r\n".join(lines) + "\r\n"


def colours(lines: Sequence[str]) -> str:
    """Every line in red, its first word bold."""
    return "".join("\x1b[31m{}\x1b[0m\n".format(line.replace(" ", "\x1b[1m \x1b[22m", 1)) for line in lines)


def cri(lines: Sequence[str]) -> str:
    """Kubernetes' container log."""
    return _each(lines, lambda number: f"{_TIME}.{number:09d}Z stderr F ")


def cri_partial(lines: Sequence[str]) -> str:
    """The same with lines cut into pieces of 24 characters (16 KiB in life)."""
    out = []
    for number, line in enumerate(lines):
        pieces = [line[at : at + 24] for at in range(0, len(line), 24)] or [""]
        for at, piece in enumerate(pieces):
            flag = "F" if at == len(pieces) - 1 else "P"
            out.append(f"{_TIME}.{number:09d}Z stderr {flag} {piece}\n")
    return "".join(out)


def docker(lines: Sequence[str]) -> str:
    """Docker's json-file driver; lines longer than 40 characters come in two records."""
    out = []
    for line in lines:
        pieces = [line[:40], line[40:] + "\n"] if len(line) > 40 else [line + "\n"]
        out += [json.dumps({"log": piece, "stream": "stderr", "time": f"{_TIME}Z"}) + "\n" for piece in pieces]
    return "".join(out)


def journal(lines: Sequence[str]) -> str:
    """journalctl's short output."""
    return _each(lines, lambda _: "Mar 01 09:15:02 ip-10-0-4-17 shop[2213]: ")


def journal_export(lines: Sequence[str]) -> str:
    """journalctl -o json, a record a line."""
    records = ({"__CURSOR": "s=1", "_SYSTEMD_UNIT": "shop.service", "_PID": "7", "MESSAGE": line} for line in lines)
    return "".join(json.dumps(record) + "\n" for record in records)


def journal_bytes(lines: Sequence[str]) -> str:
    """journalctl -o json of a message with control characters: its bytes."""
    return json.dumps({"_HOSTNAME": "app01", "_PID": "7", "MESSAGE": list("\n".join(lines).encode())}) + "\n"


def compose(lines: Sequence[str]) -> str:
    """docker compose logs."""
    return _each(lines, lambda _: "web-1     | ")


def compose_timed(lines: Sequence[str]) -> str:
    """docker compose logs -t."""
    return _each(lines, lambda number: f"web-1  | {_TIME}.{number:09d}Z ")


def kubectl(lines: Sequence[str]) -> str:
    """kubectl logs --prefix."""
    return _each(lines, lambda _: "[pod/shop-7d9f-x2/api] ")


def kubectl_timed(lines: Sequence[str]) -> str:
    """kubectl logs --prefix --timestamps."""
    return _each(lines, lambda number: f"[pod/shop-7d9f-x2/api] {_TIME}.{number:09d}Z ")


def syslog(lines: Sequence[str]) -> str:
    """A line a message (RFC 3164)."""
    return _each(lines, lambda _: "<131>Mar  1 09:15:02 app01 shop[901]: ")


def syslog_octal(lines: Sequence[str]) -> str:
    """One message, its control characters in octal, as rsyslog writes them."""
    return "<131>Mar  1 09:15:02 app01 shop[901]: " + "#012".join(lines).replace("\t", "#011") + "\n"


def syslog_new(lines: Sequence[str]) -> str:
    """A line a message (RFC 5424)."""
    return _each(lines, lambda _: f'<11>1 {_TIME}.113Z app01 shop 901 - [x@1 a="b"] ')


def json_field(lines: Sequence[str]) -> str:
    """A field of a JSON record."""
    return json.dumps({"level": "ERROR", "message": "request failed", "stack_trace": "\n".join(lines)}) + "\n"


def json_message(lines: Sequence[str]) -> str:
    """The message of a JSON record, behind words of its own, which nothing parts from Perl's messages."""
    return json.dumps({"severity": "ERROR", "message": "request failed\n" + "\n".join(lines)}) + "\n"


def json_nested(lines: Sequence[str]) -> str:
    """A JSON record in docker's JSON record: escaped twice."""
    inner = json.dumps({"level": "ERROR", "msg": "request failed", "error": {"stack": "\n".join(lines)}})
    return json.dumps({"log": inner + "\n", "stream": "stdout", "time": f"{_TIME}Z"}) + "\n"


def json_in_text(lines: Sequence[str]) -> str:
    """A JSON record behind a logger's prefix."""
    return "2026-03-01 09:15:02 ERROR api - " + json.dumps({"error": "\n".join(lines)}) + "\n"


def logfmt(lines: Sequence[str]) -> str:
    """A quoted value. One without a line break is any value."""
    return f'time={_TIME}Z level=error msg="request failed" stack={json.dumps(chr(10).join(lines))} id=7\n'


def escaped(lines: Sequence[str]) -> str:
    """All on the line of the record that logs the failure, with backslash escapes."""
    text = "\n".join(lines).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return f"2026-03-01 09:15:02 ERROR request failed\\n{text}\n"


def logged_by_line(lines: Sequence[str]) -> str:
    """Every line logged as a record of its own. Only a frame says where the text begins."""
    return _each(lines, lambda number: f"2026-03-01 09:15:{number % 60:02d},120 ERROR [exec-9] c.e.Pool - ")


def tagged(lines: Sequence[str]) -> str:
    """Rails' tagged logging: the tags stand before every line. Of a single line nothing says where it begins."""
    return _each(lines, lambda _: "[4bf92f35-77b3] [10.0.4.17] ")


def github(lines: Sequence[str]) -> str:
    """A GitHub Actions log as downloaded."""
    return _each(lines, lambda number: f"{_TIME}.{number:07d}Z ")


def gitlab(lines: Sequence[str]) -> str:
    """A GitLab job log with time stamps: time, stream number, O(utput) or E(rror)."""
    return _each(lines, lambda number: f"{_TIME}.{number:06d}Z 01E ")


def jenkins(lines: Sequence[str]) -> str:
    """Jenkins' Timestamper in pipelines."""
    return _each(lines, lambda number: f"[{_TIME}.{number:03d}Z] ")


def jenkins_clock(lines: Sequence[str]) -> str:
    """Jenkins' Timestamper in freestyle jobs."""
    return _each(lines, lambda number: f"09:15:{number % 60:02d}  ")


def teamcity(lines: Sequence[str]) -> str:
    """A TeamCity build log."""
    return _each(lines, lambda number: f"[09:15:{number % 60:02d}]W:\t [Step 2/3] ")


WRAPS: dict[str, Wrap] = {
    function.__name__: function
    for function in (
        plain, under_a_record, crlf, colours, cri, cri_partial, docker, journal, journal_export, journal_bytes, compose,
        compose_timed, kubectl, kubectl_timed, syslog, syslog_octal, syslog_new, json_field, json_message, json_nested,
        json_in_text, logfmt, escaped, logged_by_line, tagged, github, gitlab, jenkins, jenkins_clock, teamcity,
    )
}  # fmt: skip


def interleaved(first: Sequence[str], second: Sequence[str]) -> str:
    """Two containers' lines, one of each in turn."""
    pairs = zip_longest((f"web-1     | {line}\n" for line in first), (f"worker-1  | {line}\n" for line in second))
    return "".join(line for pair in pairs for line in pair if line is not None)


def fits(envelope: str, print_: Printed) -> bool:
    """Whether `print_` can be had back out of the envelope: each says above what it loses."""
    if envelope in ("tagged", "logfmt"):
        return len(print_.lines) > 1
    if envelope == "json_message":
        return print_.language != "perl"
    if envelope == "logged_by_line":
        return print_.language not in ("ruby", "rust", "cpp")
    return True
