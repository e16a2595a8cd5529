"""What every object store does alike."""

import threading

import pytest

from connectors.errors import BadInputError, NotFoundError
from connectors.objects import ObjectStore

KEY = "raw/app/2026/05/01/12/page.arrow"


@pytest.mark.parametrize("data", [b"", b"text", bytes(range(256)) * 5000], ids=["empty", "text", "binary"])
def test_what_is_put_comes_back(objects: ObjectStore, data: bytes) -> None:
    """An object's bytes survive, whatever they are."""
    objects.put(KEY, data)
    assert objects.get(KEY) == data


def test_an_object_that_is_not_there_is_named(objects: ObjectStore) -> None:
    """Reading what nobody stored says which key is missing."""
    with pytest.raises(NotFoundError, match=r"raw/absent"):
        objects.get("raw/absent")


def test_existence_is_told(objects: ObjectStore) -> None:
    """Only whole keys exist, not their parents."""
    objects.put(KEY, b"1")
    assert objects.exists(KEY)
    assert not objects.exists("raw/app")
    assert not objects.exists("raw/absent")
    with pytest.raises(NotFoundError):
        objects.get("raw/app")


def test_putting_again_leaves_one_object(objects: ObjectStore) -> None:
    """The same key with the same data is a no-op, with other data the last one stays."""
    objects.put(KEY, b"1")
    objects.put(KEY, b"1")
    assert list(objects.keys()) == [KEY]
    objects.put(KEY, b"22")
    assert objects.get(KEY) == b"22"


def test_keys_come_in_order(objects: ObjectStore) -> None:
    """Keys are listed in the order of their text, also where a folder's name is the start of a file's."""
    names = ["a", "a-b", "a.b", "a/b", "a/c/d", "a0", "b/a", "B", "ä/ö 1+2%&.txt"]
    for name in [*names[::-1], "a/b"]:
        if name != "a":  # a folder's name cannot be a file's name too
            objects.put(name, name.encode())
    assert list(objects.keys()) == sorted(names[1:])


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["raw/app/1", "raw/app/2", "raw/apple/1", "raw/zoo/1"]),
        ("raw/app", ["raw/app/1", "raw/app/2", "raw/apple/1"]),
        ("raw/app/", ["raw/app/1", "raw/app/2"]),
        ("raw/app/2", ["raw/app/2"]),
        ("raw/z", ["raw/zoo/1"]),
        ("nothing/", []),
        ("app", []),
    ],
)
def test_a_prefix_is_the_start_of_the_key(objects: ObjectStore, prefix: str, expected: list[str]) -> None:
    """Prefixes match by text, within and across the parts of a key."""
    for key in ("raw/app/1", "raw/app/2", "raw/apple/1", "raw/zoo/1"):
        objects.put(key, b"x")
    assert list(objects.keys(prefix)) == expected


def test_deleted_objects_are_gone(objects: ObjectStore) -> None:
    """Deleting removes one object; deleting again, or what never was, is fine."""
    objects.put("a/1", b"1")
    objects.put("a/2", b"2")
    for _ in range(2):
        objects.delete("a/1")
    objects.delete("a")
    assert list(objects.keys()) == ["a/2"]


@pytest.mark.parametrize("method", ["put", "get", "exists", "delete"])
def test_keys_that_could_leave_the_store_are_refused(objects: ObjectStore, method: str) -> None:
    """Every method refuses absolute keys and `..`, naming the key."""
    data = (b"x",) if method == "put" else ()
    for key in ("/etc/passwd", "../up", "a/../../up", ""):
        with pytest.raises(BadInputError, match="object key"):
            getattr(objects, method)(key, *data)


def test_a_reader_sees_whole_objects_only(objects: ObjectStore) -> None:
    """While an object is replaced again and again, a reader gets one version or the other."""
    versions = [bytes([number]) * 200_000 for number in range(2)]
    objects.put(KEY, versions[0])
    done = threading.Event()

    def write() -> None:
        for number in range(20):
            objects.put(KEY, versions[number % 2])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        assert objects.get(KEY) in versions
        assert list(objects.keys()) == [KEY]
    thread.join()
