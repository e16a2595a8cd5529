"""Whatever log rotation does to a file, each of its lines comes once."""

import gzip
import os
import random
import shutil
from pathlib import Path

import pytest

from connectors.records import TimeWindow
from tests.connectors.source_reader import EVER, Reader, numbered, write

BANNER = "the same first line in every file of this service " * 40


def gzipped(path: Path) -> Path:
    """Replace `path` by its gzipped form, as gzip(1) does."""
    target = path.with_name(f"{path.name}.gz")
    status = path.stat()
    target.write_bytes(gzip.compress(path.read_bytes()))
    os.utime(target, (status.st_atime, status.st_mtime))
    path.unlink()
    return target


def test_a_renamed_file_continues_where_it_was(tmp_path: Path) -> None:
    """What was written between the last poll and the rename is read from the rotated file, in the same stream."""
    log = tmp_path / "app.log"
    reader = Reader(log)
    write(log, 0, 10)
    reader.poll()
    write(log, 10, 15)
    log.rename(tmp_path / "app.log.1")
    write(log, 15, 20)
    assert reader.poll() == numbered(10, 20)
    assert {stream for stream, _, _ in reader.seen} == {str(log)}


def test_a_pattern_that_names_only_live_files_still_reads_the_end_of_a_rotated_one(tmp_path: Path) -> None:
    """`*.log` does not match app.log.1, but its last lines were written while it was app.log."""
    log = tmp_path / "app.log"
    reader = Reader(tmp_path / "*.log")
    write(log, 0, 10)
    reader.poll()
    write(log, 10, 15)
    log.rename(tmp_path / "app.log.1")
    write(log, 15, 20)
    assert reader.poll() == numbered(10, 20)


def test_a_gzipped_rotation_is_not_read_twice(tmp_path: Path) -> None:
    """A file keeps its place when its bytes change, because it is known by what it says."""
    log = tmp_path / "app.log"
    reader = Reader(log)
    write(log, 0, 500)
    reader.poll()
    write(log, 500, 510)
    log.rename(tmp_path / "app.log.1")
    gzipped(tmp_path / "app.log.1").rename(tmp_path / "app.log.2.gz")
    write(log, 510, 520)
    assert reader.poll() == numbered(500, 520)


def test_a_gzip_in_the_making_is_left_until_its_original_is_gone(tmp_path: Path) -> None:
    """gzip writes the new file beside the old one; both hold the same lines for a while."""
    log, rotated = tmp_path / "app.log", tmp_path / "app.log.1"
    reader = Reader(log)
    write(rotated, 0, 500)
    write(log, 500, 510)
    reader.poll()
    whole = gzip.compress(rotated.read_bytes())
    (tmp_path / "app.log.1.gz").write_bytes(whole[: len(whole) // 2])
    assert reader.poll() == []
    (tmp_path / "app.log.1.gz").write_bytes(whole)
    rotated.unlink()
    assert reader.poll() == []
    assert sorted(line for _, _, line in reader.seen) == sorted(numbered(0, 510))
    assert reader.rejects == []


def test_a_copied_and_truncated_file_is_read_once(tmp_path: Path) -> None:
    """Polls before the copy, between copy and truncation and after it see every line once."""
    log = tmp_path / "app.log"
    reader = Reader(log)
    write(log, 0, 50)
    reader.poll()
    write(log, 50, 60)
    shutil.copy(log, tmp_path / "app.log.1")
    assert reader.poll() == numbered(50, 60)
    write(log, 60, 62, mode="w")
    assert reader.poll() == numbered(60, 62)
    write(log, 62, 65)
    assert reader.poll() == numbered(62, 65)


def test_what_was_copied_before_it_was_read_is_read_from_the_copy(tmp_path: Path) -> None:
    """Lines that were truncated away before a poll are still in the copy."""
    log = tmp_path / "app.log"
    reader = Reader(log)
    write(log, 0, 50)
    reader.poll()
    write(log, 50, 60)
    shutil.copy(log, tmp_path / "app.log.1")
    write(log, 60, 200, mode="w")
    assert reader.poll() == numbered(50, 200)


def test_the_hole_that_truncation_leaves_under_a_writer_is_passed_over(tmp_path: Path) -> None:
    """A writer that keeps its place in a truncated file leaves NULs before its next line."""
    log = tmp_path / "app.log"
    with log.open("wb") as file:
        file.seek(10 << 20)
        file.write(b"line 0\nline 1\n")
    reader = Reader(log)
    assert reader.poll() == numbered(0, 2)
    assert reader.reasons == ["NUL bytes removed"]


def test_files_that_begin_alike_are_told_apart_when_they_rotate(tmp_path: Path) -> None:
    """A banner longer than what is hashed of a file's beginning must not make two files one."""
    log, older = tmp_path / "app.log", tmp_path / "app.log.1"
    for path, first in ((older, 0), (log, 100)):
        path.write_text(f"{BANNER}\n")
        write(path, first, first + 100 - first // 2)
    reader = Reader(log)
    reader.poll()
    older.rename(tmp_path / "app.log.2")
    write(log, 150, 160)
    log.rename(older)
    log.write_text(f"{BANNER}\n")
    write(log, 160, 165)
    gzipped(tmp_path / "app.log.2")
    assert reader.poll() == [*numbered(150, 160), BANNER, *numbered(160, 165)]


def test_a_file_written_anew_in_place_is_read_from_its_beginning(tmp_path: Path) -> None:
    """Also when it begins as before and has grown beyond where it was read to."""
    log = tmp_path / "app.log"
    reader = Reader(log)
    log.write_text(f"{BANNER}\n")
    write(log, 0, 10)
    reader.poll()
    log.write_text(f"{BANNER}\n")
    assert write(log, 100, 150) == reader.poll()[1:]


def test_positions_of_a_stream_rise_over_rotations(tmp_path: Path) -> None:
    """The rotated file's lines stand before the new file's in the stream."""
    log = tmp_path / "app.log"
    reader = Reader(log)
    for round_ in range(4):
        write(log, round_ * 10, round_ * 10 + 5)
        reader.poll()
        write(log, round_ * 10 + 5, round_ * 10 + 10)
        log.rename(tmp_path / f"app.log.2026030{round_ + 1}")
    write(log, 40, 41)
    reader.poll()
    positions = [position for _, position, _ in reader.seen]
    assert [line for _, _, line in reader.seen] == numbered(0, 41)
    assert positions == sorted(set(positions))


def test_a_container_log_behind_a_link_is_followed_where_it_is_rotated(tmp_path: Path) -> None:
    """The kubelet rotates the link's target in its own folder."""
    pod, link = tmp_path / "pods" / "0.log", tmp_path / "containers" / "web.log"
    pod.parent.mkdir()
    link.parent.mkdir()
    write(pod, 0, 10)
    link.symlink_to(pod)
    reader = Reader(link.parent / "*.log")
    reader.poll()
    write(pod, 10, 15)
    pod.rename(pod.with_name("0.log.20260301-120000"))
    write(pod, 15, 20)
    assert reader.poll() == numbered(10, 20)
    assert {stream for stream, _, _ in reader.seen} == {str(link)}


def test_an_old_rotation_stays_passed_over_when_it_is_renamed(tmp_path: Path) -> None:
    """A file that was too old on first contact is not news because it has another number now."""
    old = tmp_path / "app.log.1"
    write(old, 0, 50)
    os.utime(old, (1_000, 1_000))
    old = gzipped(old)
    log = tmp_path / "app.log"
    write(log, 50, 55)
    reader = Reader(log)
    late = TimeWindow(EVER.start.replace(year=2010), EVER.end)
    reader.poll(late)
    old.rename(tmp_path / "app.log.2.gz")
    log.rename(tmp_path / "app.log.1")
    write(log, 55, 56)
    assert reader.poll(late) == numbered(55, 56)
    assert [line for _, _, line in reader.seen] == numbered(50, 56)


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_writing_rotating_and_polling_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    """A hundred random steps of a service, a log rotation and a reader."""
    choose = random.Random(seed)
    log = tmp_path / "app.log"
    reader = Reader(tmp_path / choose.choice(["app.log", "*.log", "."]))
    written = 0
    for _ in range(100):
        step = choose.choice(["write", "write", "write", "poll", "rename", "gzip", "copytruncate"])
        rotations = sorted(tmp_path.glob("app.log.*"), key=lambda path: -int(path.name.split(".")[2]))
        if step == "write":
            count = choose.randrange(1, 60)
            write(log, written, written + count)
            written += count
        elif step == "poll" and (log.exists() or rotations):
            reader.poll()
        elif step in ("rename", "copytruncate") and log.exists():
            for path in rotations:
                parts = path.name.split(".")
                path.rename(tmp_path / ".".join(["app.log", str(int(parts[2]) + 1), *parts[3:]]))
            if step == "rename":
                log.rename(tmp_path / "app.log.1")
            else:
                shutil.copy(log, tmp_path / "app.log.1")
                log.write_text("")
        elif step == "gzip" and rotations and not rotations[0].name.endswith(".gz"):
            gzipped(rotations[0])
    write(log, written, written + 1)
    reader.poll()
    assert sorted(line for _, _, line in reader.seen) == sorted(numbered(0, written + 1))
