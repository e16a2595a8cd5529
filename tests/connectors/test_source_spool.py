"""The spool keeps what was posted until it is stored, and not longer."""

import gzip
from pathlib import Path

import pytest

from connectors.errors import BadInputError, UnavailableError
from connectors.records import SourcePage
from connectors.sources.spool import Spool, SpoolSource
from tests.connectors.source_reader import EVER


def pages(folder: Path, watermark: object = None) -> list[SourcePage]:
    return list(SpoolSource(folder, name="http", resource={"service.name": "shop"}).pages(EVER, watermark))  # type: ignore[arg-type] # JSON


def lines(found: list[SourcePage]) -> list[str]:
    return [line for page in found for line in page.lines["line"].to_pylist()]


def test_bodies_come_in_the_order_they_were_put(tmp_path: Path) -> None:
    """With their stream and the resource that came with them."""
    spool = Spool(tmp_path)
    spool.put(b"one\ntwo", stream="web", resource={"service.version": "2"})
    spool.put(b"three\n", stream="web", resource={"service.version": "2"})
    (page,) = pages(tmp_path)
    assert lines([page]) == ["one", "two", "three"]
    assert page.streams == {"web": {"service.name": "shop", "service.version": "2"}}
    positions = page.lines["position"].to_pylist()
    assert positions == sorted(set(positions))


def test_what_is_said_of_a_body_is_not_said_of_another(tmp_path: Path) -> None:
    """During a deployment two versions of a service post to one stream, by turns."""
    for number in range(6):
        Spool(tmp_path).put(b"%d\n" % number, stream="web", resource={"service.version": str(number % 2)})
    found = pages(tmp_path)
    assert [(page.streams["web"]["service.version"], lines([page])) for page in found] == [
        ("0", ["0", "2", "4"]),
        ("1", ["1", "3", "5"]),
    ]
    assert pages(tmp_path, found[0].watermark)[0].streams["web"]["service.version"] == "1"


def test_a_body_stays_until_a_watermark_shows_it_is_stored(tmp_path: Path) -> None:
    """A run that was killed before its page was durable reads the same bodies again."""
    spool = Spool(tmp_path)
    spool.put(b"one\n", stream="web")
    (page,) = pages(tmp_path)
    assert lines(pages(tmp_path)) == ["one"]
    spool.put(b"two\n", stream="web")
    later = pages(tmp_path, page.watermark)
    assert lines(later) == ["two"]
    assert len(list(tmp_path.iterdir())) == 1
    assert later[0].lines["position"][0].as_py() > page.lines["position"][-1].as_py()


def test_a_body_that_is_put_during_a_pull_is_not_lost(tmp_path: Path) -> None:
    """Only bodies that were delivered are named as stored, not all that are older than some time."""
    spool = Spool(tmp_path)
    spool.put(b"one\n", stream="web")
    (page,) = pages(tmp_path)
    late = Path(tmp_path, "00000000000000000000-late.lines")
    late.write_bytes(b'{"stream": "web", "resource": {}}\nlate\n')
    assert lines(pages(tmp_path, page.watermark)) == ["late"]


def test_a_gzip_body_is_unpacked(tmp_path: Path) -> None:
    """Shippers compress."""
    Spool(tmp_path).put(gzip.compress(b"one\ntwo\n"), stream="web")
    assert lines(pages(tmp_path)) == ["one", "two"]


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 2_000, mtime=0), b"x" * 2_000], ids=["gzip", "plain"])
def test_a_body_over_the_limit_is_refused_before_it_fills_the_memory(tmp_path: Path, body: bytes) -> None:
    """The limit holds for what is inside a gzip body too."""
    with pytest.raises(BadInputError, match="send it in smaller parts"):
        Spool(tmp_path).put(body, stream="web", limit=1_000)
    assert pages(tmp_path) == []


def test_a_damaged_gzip_body_is_refused(tmp_path: Path) -> None:
    """Its sender still has it whole."""
    with pytest.raises(BadInputError, match="send it again whole"):
        Spool(tmp_path).put(gzip.compress(b"one\n")[:-4], stream="web")


def test_a_spool_that_cannot_be_written_asks_to_try_again(tmp_path: Path) -> None:
    """A full disk is no fault of the sender."""
    Path(tmp_path, "file").touch()
    with pytest.raises(UnavailableError, match="cannot be written"):
        Spool(tmp_path / "file" / "spool").put(b"one\n", stream="web")


def test_a_spool_file_that_makes_no_sense_is_a_reject_and_goes(tmp_path: Path) -> None:
    """The bodies beside it are delivered."""
    Path(tmp_path, "0-bad.lines").write_bytes(b"no header\n")
    Spool(tmp_path).put(b"one\n", stream="web")
    (page,) = pages(tmp_path)
    assert lines([page]) == ["one"]
    assert [reject.reason for reject in page.rejects] == ["spool file cannot be read"]
    assert pages(tmp_path, page.watermark) == []
    assert list(tmp_path.iterdir()) == []


def test_an_empty_body_does_not_stay_for_ever(tmp_path: Path) -> None:
    """An empty page moves the watermark, and the next pull deletes it."""
    Spool(tmp_path).put(b"", stream="web")
    (page,) = pages(tmp_path)
    assert page.lines.num_rows == 0
    assert pages(tmp_path, page.watermark) == []
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_body_is_not_seen(tmp_path: Path) -> None:
    """A body is written aside and appears whole."""
    Path(tmp_path, ".1-x.lines").write_bytes(b'{"stream": "web", "resource": {}}\nhal')
    assert pages(tmp_path) == []


def test_a_spool_nobody_has_written_to_is_empty(tmp_path: Path) -> None:
    """The folder is made by the first body."""
    assert pages(tmp_path / "none") == []
