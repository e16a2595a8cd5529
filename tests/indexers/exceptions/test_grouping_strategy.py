"""The grouping strategy in use: prints of one fault are one, look-alikes are two, and the record says why."""

import pytest

from indexers.exceptions.fingerprint import CURRENT, Fingerprint, Part
from indexers.exceptions.grouping import group_texts
from indexers.exceptions.reading import TraceReader
from tests.indexers.exceptions.grouping_near_misses import NEAR_MISSES
from tests.indexers.exceptions.grouping_traces import asan, java, python
from tests.indexers.exceptions.grouping_variants import VARIANTS


def made(text: str) -> Fingerprint:
    (trace,) = TraceReader().read(text)
    return trace.fingerprint


def together(one: str, two: str) -> bool:
    first, second = group_texts([("one", one), ("two", two)])
    return first.group == second.group


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in VARIANTS], ids=[case[0] for case in VARIANTS])
def test_prints_of_one_fault_are_one(one: str, two: str) -> None:
    """What runs, releases, runtimes and machines change does not count."""
    assert together(one, two)


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in NEAR_MISSES], ids=[case[0] for case in NEAR_MISSES])
def test_look_alikes_are_two(one: str, two: str) -> None:
    """Another failing call, root, own path or class is another fault, in both steps."""
    assert made(one).value != made(two).value
    assert not together(one, two)


def part(found: Fingerprint, name: str) -> Part:
    return next(part for part in found.parts if part.name == name)


def test_both_hashes_stand_in_the_record() -> None:
    """The fingerprint is over every call; the application's own calls have theirs, whatever called them."""
    one, two = (made(java("a.Shop.add@Shop.java:1", f"org.apache.{name}@I.java:1")) for name in ("A.go", "B.run"))
    assert part(one, "whole hash").value == one.value != two.value
    assert part(one, "own hash").value == part(two, "own hash").value != one.value
    assert all(part(one, name).hint for name in ("own hash", "whole hash"))


def test_without_own_calls_there_is_only_the_whole_hash() -> None:
    """A trace of a framework alone is told apart by every call."""
    found = made(java("org.springframework.web.A.read@A.java:1", "org.springframework.web.B.go@B.java:1"))
    assert part(found, "own hash").value == ""
    assert found.contributing("frame") == ("org.springframework.web.A.read", "org.springframework.web.B.go")


def test_a_trace_that_is_cut_in_the_frameworks_tail_is_the_same() -> None:
    """The application's calls and what failed below them are what a fault is."""
    frames = ["a.Shop.add@Shop.java:1", *(f"org.springframework.web.F{n}.go@F.java:1" for n in range(30))]
    assert together(java(*frames), java(*frames[:4]))


def test_another_entry_of_the_same_class_is_another_way_in() -> None:
    """A caller that stands for another call of its class is not the same caller in another version."""
    get, put = (
        java("a.Shop.add@S.java:1", f"org.apache.Servlet.{name}@I.java:1", "org.apache.Server.run@S.java:1")
        for name in ("doGet", "doPut")
    )
    assert not together(get, put)


def test_glue_stays_in_the_record_with_its_reason() -> None:
    """What does not count is kept and says why."""
    found = made(java("a.Shop.add@S.java:1", "java.lang.reflect.Method.invoke@M.java:1", "a.Web.go@W.java:1"))
    glue = next(part for part in found.parts if "reflect" in part.value)
    assert not glue.contributes
    assert glue.hint == "reflection: comes and goes whatever the fault"


def test_an_interceptor_names_the_call_that_failed() -> None:
    """Which function of the C library failed is part of the fault; how the sanitizer calls it is not."""
    one, two, other = (
        asan(f"{name}@/src/asan_x.cpp:1", "add(int)@/src/cart.cpp:5")
        for name in ("__interceptor_memcpy", "__asan_memcpy", "__interceptor_strcpy")
    )
    assert made(one).value == made(two).value != made(other).value


def test_the_strategy_says_which_it_is() -> None:
    """A stored fingerprint names the rules that made it, in at most 32 characters."""
    assert made(python("add@/app/cart.py:1")).strategy == CURRENT
    assert len(CURRENT) + len("+12345678") <= 32
