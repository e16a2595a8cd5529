"""Reads what `git blame --line-porcelain` prints into BlameLine values.

Owns: the format (https://git-scm.com/docs/git-blame#_the_porcelain_format). Keeps out: running git.
"""

from collections.abc import Collection

from connectors.source_control import BlameLine
from connectors.source_control.git_log import moment


def parse_blame(output: bytes, cut: Collection[str] = ()) -> list[BlameLine]:
    """One value a line, in order of the blamed file; lines of the commits in `cut` are boundaries."""
    lines: list[BlameLine] = []
    header: list[str] = []
    fields: dict[str, str] = {}
    for raw in output.split(b"\n"):
        if raw.startswith(b"\t"):
            lines.append(_line(header, fields, raw[1:].decode("utf-8", "replace"), cut))
            header, fields = [], {}
        elif not header:
            header = raw.decode("utf-8", "replace").split(" ")
        else:
            key, _, value = raw.decode("utf-8", "replace").partition(" ")
            fields[key] = value
    return lines


def _line(header: list[str], fields: dict[str, str], text: str, cut: Collection[str]) -> BlameLine:
    return BlameLine(
        line=int(header[2]),
        commit=header[0],
        author=fields.get("author", ""),
        authored_at=moment(fields.get("author-time", "0")),
        subject=fields.get("summary", ""),
        original_path=fields.get("filename", ""),
        original_line=int(header[1]),
        text=text.rstrip("\r"),
        boundary="boundary" in fields or header[0] in cut,
    )
