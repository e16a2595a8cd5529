"""The file source on whatever a folder may hold: good files, growing ones, and all kinds of bad input."""

import gzip
import os
import time
from pathlib import Path

import pytest

from connectors.errors import BadInputError
from connectors.records import SOURCE_SCHEMA, TimeWindow
from connectors.registry import open_adapter
from connectors.sources.discovery import resource_of
from connectors.sources.file import FileSource
from tests.connectors.source_reader import EVER, Reader, numbered, write


def test_a_folder_means_every_file_below_it(tmp_path: Path) -> None:
    """Hidden files are an editor's or a tool's, not a service's."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    write(tmp_path / "a" / "one.log", 0, 1)
    write(tmp_path / "a" / "b" / "two", 1, 2)
    write(tmp_path / "a" / ".one.log.swp", 2, 3)
    assert sorted(Reader(tmp_path).poll()) == numbered(0, 2)


def test_two_stars_in_a_pattern_reach_below(tmp_path: Path) -> None:
    """`**` stands for any number of folders."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    write(tmp_path / "a" / "b" / "x.log", 0, 1)
    write(tmp_path / "a" / "b" / "x.txt", 1, 2)
    assert Reader(tmp_path / "**" / "*.log").poll() == numbered(0, 1)


def test_a_pattern_without_files_gives_nothing(tmp_path: Path) -> None:
    """Services that have not started yet have no logs yet."""
    assert Reader(tmp_path / "*.log").poll() == []


def test_a_single_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A name that was typed is expected to exist."""
    with pytest.raises(BadInputError, match=r"does not exist; give an existing file, a folder or a pattern"):
        Reader(tmp_path / "app.log").poll()


def test_a_url_without_a_path_is_said() -> None:
    """`file://` alone names nothing."""
    with pytest.raises(BadInputError, match="names no file"):
        open_adapter("sources", "file://", name="logs", resource={})


def test_a_url_may_hold_encoded_characters(tmp_path: Path) -> None:
    """Spaces and question marks in file names survive the URL."""
    path = tmp_path / "my log?.txt"
    write(path, 0, 1)
    source = open_adapter("sources", path.as_uri(), name="logs", resource={})
    assert [page.lines["line"].to_pylist() for page in source.pages(EVER, None)] == [numbered(0, 1)]


def test_only_what_was_appended_comes_the_next_time(tmp_path: Path) -> None:
    """A growing file is read from where it was read to, with the bytes' own positions."""
    reader = Reader(tmp_path / "app.log")
    write(reader.pattern, 0, 2)
    reader.poll()
    write(reader.pattern, 2, 3)
    assert reader.poll() == numbered(2, 3)
    assert [position for _, position, _ in reader.seen] == [0, 7, 14]


def test_an_unfinished_line_waits_for_its_end(tmp_path: Path) -> None:
    """A line is not delivered in halves while its file is being written."""
    reader = Reader(tmp_path / "app.log", quiet_seconds=60)
    reader.pattern.write_text("line 0\nli")
    assert reader.poll() == ["line 0"]
    with reader.pattern.open("a") as file:
        file.write("ne 1\n")
    assert reader.poll() == ["line 1"]


def test_an_unfinished_line_is_taken_when_its_file_is_quiet(tmp_path: Path) -> None:
    """What a crashed service wrote last is often the line that matters."""
    reader = Reader(tmp_path / "app.log", quiet_seconds=2)
    reader.pattern.write_text("line 0\nline 1")
    os.utime(reader.pattern, (time.time() - 3, time.time() - 3))
    assert reader.poll() == numbered(0, 2)


def test_a_modification_time_in_the_far_future_is_not_a_writer(tmp_path: Path) -> None:
    """A file copied from a machine whose clock is wrong is not held back for ever."""
    reader = Reader(tmp_path / "app.log", quiet_seconds=2)
    reader.pattern.write_text("line 0")
    os.utime(reader.pattern, (time.time() + 1e8, time.time() + 1e8))
    assert reader.poll() == numbered(0, 1)


def test_files_last_written_before_the_window_are_passed_over_until_they_grow(tmp_path: Path) -> None:
    """First contact goes back only so far; what is appended afterwards is read, even when nothing else came."""
    reader = Reader(tmp_path / "app.log")
    write(reader.pattern, 0, 10)
    os.utime(reader.pattern, (1_000, 1_000))
    late = TimeWindow(EVER.start.replace(year=2010), EVER.end)
    assert reader.poll(late) == []
    write(reader.pattern, 10, 11)
    assert reader.poll(late) == numbered(10, 11)


@pytest.mark.parametrize("name", ["app.log.gz", "app.log"])
def test_gzip_is_recognised_by_content(tmp_path: Path, name: str) -> None:
    """Positions count decompressed bytes, whatever the file is called."""
    reader = Reader(tmp_path / name)
    reader.pattern.write_bytes(gzip.compress(b"line 0\nline 1\n"))
    assert reader.poll() == numbered(0, 2)
    assert [position for _, position, _ in reader.seen] == [0, 7]


def test_a_file_that_is_only_called_gzip_is_read_as_text(tmp_path: Path) -> None:
    """A name can be wrong."""
    reader = Reader(tmp_path / "app.log.gz")
    write(reader.pattern, 0, 2)
    assert reader.poll() == numbered(0, 2)


def test_the_readable_part_of_a_cut_off_gzip_file_is_delivered(tmp_path: Path) -> None:
    """The rest is one counted reject; when the file is whole later, only the rest of the lines comes."""
    reader = Reader(tmp_path / "app.log.gz")
    whole = gzip.compress("".join(f"line {n}\n" for n in range(50_000)).encode())
    reader.pattern.write_bytes(whole[: len(whole) // 2])
    first = reader.poll()
    assert 1_000 < len(first) < 50_000
    assert reader.reasons == ["gzip file is cut off or damaged"]
    reader.pattern.write_bytes(whole)
    assert [*first, *reader.poll()] == numbered(0, 50_000)


def test_a_damaged_gzip_file_is_counted_once(tmp_path: Path) -> None:
    """It is not opened again and again, nor reported again and again."""
    reader = Reader(tmp_path)
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8b" + os.urandom(100))
    write(tmp_path / "good.log", 0, 2)
    assert reader.poll() == numbered(0, 2)
    reader.poll()
    assert len(reader.rejects) == 1


def test_a_line_without_end_is_a_reject_with_a_sample_and_spares_its_neighbours(tmp_path: Path) -> None:
    """50 MB in one line would otherwise be one event that nobody can read."""
    reader = Reader(tmp_path / "app.log")
    with reader.pattern.open("wb") as file:
        file.write(b"line 0\n" + b"x" * 50_000_000 + b"\nline 1\n")
    assert reader.poll() == numbered(0, 2)
    assert [(reject.reason, reject.position, len(reject.sample)) for reject in reader.rejects] == [
        ("line longer than 1 MiB", 7, 200)
    ]


def test_binary_files_are_rejected_once(tmp_path: Path) -> None:
    """A core dump in the log folder is not text."""
    reader = Reader(tmp_path)
    (tmp_path / "core").write_bytes(b"\x7fELF\0\0\0" * 1000)
    write(tmp_path / "app.log", 0, 1)
    assert reader.poll() == numbered(0, 1)
    reader.poll()
    assert reader.reasons == ["file is not text"]


def test_utf_16_is_named(tmp_path: Path) -> None:
    """The reason says what to do about it."""
    reader = Reader(tmp_path)
    (tmp_path / "windows.log").write_bytes("line 0\n".encode("utf-16"))
    assert (reader.poll(), reader.reasons) == ([], ["file is UTF-16; convert it to UTF-8"])


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    """It would hide the time stamp behind it."""
    reader = Reader(tmp_path / "app.log")
    reader.pattern.write_bytes(b"\xef\xbb\xbfline 0\r\nline 1\r\n")
    assert reader.poll() == numbered(0, 2)


def test_an_empty_file_is_fine_and_read_when_it_has_lines(tmp_path: Path) -> None:
    """Nothing to read is nothing to complain about."""
    reader = Reader(tmp_path)
    (tmp_path / "app.log").touch()
    assert (reader.poll(), reader.rejects) == ([], [])
    write(tmp_path / "app.log", 0, 1)
    assert reader.poll() == numbered(0, 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_reject(tmp_path: Path) -> None:
    """The others are read, and this one as well when it may be."""
    reader = Reader(tmp_path)
    write(tmp_path / "a.log", 0, 1)
    write(tmp_path / "b.log", 1, 2)
    (tmp_path / "a.log").chmod(0)
    assert reader.poll() == numbered(1, 2)
    assert reader.reasons == ["file cannot be read: PermissionError"]
    (tmp_path / "a.log").chmod(0o600)
    assert reader.poll() == numbered(0, 1)


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="needs Linux's /proc")
def test_a_file_that_fails_to_be_read_is_counted_once(tmp_path: Path) -> None:
    """A damaged disk, a vanished network share: an error from below, whoever is reading."""
    write(tmp_path / "app.log", 0, 1)
    (tmp_path / "bad.log").symlink_to("/proc/self/mem")
    reader = Reader(tmp_path)
    assert reader.poll() == numbered(0, 1)
    reader.poll()
    assert reader.reasons == ["file cannot be read: OSError"]


def test_dead_links_and_pipes_are_passed_over(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever."""
    (tmp_path / "dead.log").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.log")
    write(tmp_path / "app.log", 0, 1)
    reader = Reader(tmp_path)
    assert (reader.poll(), reader.rejects) == (numbered(0, 1), [])


def test_a_link_to_a_file_that_is_read_is_not_read_again(tmp_path: Path) -> None:
    """`current.log -> app-2.log` names the same lines."""
    write(tmp_path / "app-2.log", 0, 1)
    (tmp_path / "a-current.log").symlink_to(tmp_path / "app-2.log")
    reader = Reader(tmp_path)
    reader.poll()
    assert reader.seen == [(str(tmp_path / "app-2.log"), 0, "line 0")]


def test_a_file_name_that_is_not_utf_8_gives_a_stream_that_is(tmp_path: Path) -> None:
    """Any bytes but a slash and NUL may stand in a file's name."""
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.log"), "wb") as file:
        file.write(b"line 0\n")
    reader = Reader(tmp_path)
    assert reader.poll() == numbered(0, 1)
    assert reader.seen[0][0].encode().endswith(rb"caf\xe9.log")


def test_names_that_only_end_in_a_number_are_streams_of_their_own(tmp_path: Path) -> None:
    """worker-1 and worker-2 are two processes, not two ages of one log."""
    write(tmp_path / "worker-1", 0, 1)
    write(tmp_path / "worker-2", 1, 2)
    reader = Reader(tmp_path)
    reader.poll()
    assert {stream for stream, _, _ in reader.seen} == {str(tmp_path / "worker-1"), str(tmp_path / "worker-2")}


def test_many_small_files_share_a_page_and_large_ones_are_cut(tmp_path: Path) -> None:
    """A page is neither a file nor without bound."""
    for number in range(20):
        write(tmp_path / f"{number}.log", 0, 10)
    pages = list(FileSource(str(tmp_path), name="logs", resource={}).pages(EVER, None))
    assert [page.lines.num_rows for page in pages] == [200]
    assert pages[0].lines.schema == SOURCE_SCHEMA
    small = FileSource(str(tmp_path), name="logs", resource={}, page_lines=50).pages(EVER, None)
    assert [page.lines.num_rows for page in small] == [50] * 4


def test_the_sources_resource_and_what_a_kubernetes_path_says_go_to_the_stream(tmp_path: Path) -> None:
    """What a user states wins over what a path says."""
    log = tmp_path / "pods" / "shop_web-5d9c_1b2c" / "nginx" / "0.log"
    log.parent.mkdir(parents=True)
    write(log, 0, 1)
    (page,) = FileSource(str(tmp_path), name="logs", resource={"service.name": "web"}).pages(EVER, None)
    assert page.streams[str(log)] == {
        "k8s.namespace.name": "shop",
        "k8s.pod.name": "web-5d9c",
        "k8s.container.name": "nginx",
        "service.name": "web",
    }


def test_a_container_link_names_pod_namespace_and_container() -> None:
    """/var/log/containers holds one link a container."""
    found = resource_of(f"/var/log/containers/web-5d9c_shop_nginx-{'a1' * 32}.log")
    assert found["k8s.pod.name"], found["k8s.container.name"] == ("web-5d9c", "nginx")
