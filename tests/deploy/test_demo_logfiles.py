"""The layouts in which container runtimes keep what a process prints."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.driver.logfiles import CRI_LINE, CriLog, DockerLog, PlainLog

AT = datetime(2025, 6, 1, 10, 0, 0, 123456, tzinfo=UTC)


@given(st.binary(max_size=3 * CRI_LINE).filter(lambda line: b"\n" not in line))
def test_a_long_line_is_split_into_parts_that_make_it_up(tmp_path_factory: pytest.TempPathFactory, line: bytes) -> None:
    """CRI: all parts but the last are marked P, the last one F; together they are the line."""
    path = tmp_path_factory.mktemp("cri") / "0.log"
    CriLog(path).write("stdout", line, AT)
    parts = [entry.split(b" ", 3) for entry in path.read_bytes().split(b"\n")[:-1]]
    assert {part[0] for part in parts} == {b"2025-06-01T10:00:00.123456000Z"}
    assert [part[2] for part in parts] == [b"P"] * (len(parts) - 1) + [b"F"]
    assert b"".join(part[3] for part in parts) == line


def test_docker_keeps_a_json_object_a_line_with_labels(tmp_path: Path) -> None:
    """The text ends in a line end, and bytes that are no UTF-8 do not break the file."""
    DockerLog(tmp_path / "c.log", labels={"version": "v1"}).write("stderr", b'say "hi" \xff', AT)
    entry = json.loads((tmp_path / "c.log").read_text("utf-8"))
    assert entry == {
        "log": 'say "hi" \ufffd\n',
        "stream": "stderr",
        "attrs": {"version": "v1"},
        "time": "2025-06-01T10:00:00.123456000Z",
    }


def test_redirected_output_is_just_the_lines(tmp_path: Path) -> None:
    """Nothing is added to what the process printed."""
    log = PlainLog(tmp_path / "out.log")
    log.write("stdout", b"one", AT)
    log.write("stderr", b"two", AT)
    assert (tmp_path / "out.log").read_bytes() == b"one\ntwo\n"
