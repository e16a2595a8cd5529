"""The grouping strategy in use: prints of one fault are one, look-alikes are two, and the record says why."""

import pytest

from indexers.exceptions.fingerprint import CURRENT, Fingerprint
from indexers.exceptions.reading import TraceReader
from tests.indexers.exceptions.grouping_near_misses import NEAR_MISSES
from tests.indexers.exceptions.grouping_traces import asan, java, python
from tests.indexers.exceptions.grouping_variants import VARIANTS


def made(text: str) -> Fingerprint:
    (trace,) = TraceReader().read(text)
    return trace.fingerprint


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in VARIANTS], ids=[case[0] for case in VARIANTS])
def test_prints_of_one_fault_are_one(one: str, two: str) -> None:
    """What runs, releases, runtimes and machines change does not count."""
    assert made(one).value == made(two).value


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in NEAR_MISSES], ids=[case[0] for case in NEAR_MISSES])
def test_look_alikes_are_two(one: str, two: str) -> None:
    """Another failing call, root, own path or class is another fault."""
    assert made(one).value != made(two).value


def test_both_hashes_stand_in_the_record_and_one_counts() -> None:
    """The fingerprint is the hash that counts; the other one says why it does not."""
    found = made(java("a.Shop.add@Shop.java:1", "java.lang.Iterable.forEach@I.java:1"))
    own, whole = (next(part for part in found.parts if part.name == name) for name in ("own hash", "whole hash"))
    assert (own.value, own.contributes, whole.contributes) == (found.value, True, False)
    assert "beside the application's own" in whole.hint
    assert own.value != whole.value


def test_without_own_calls_the_whole_hash_counts() -> None:
    """A trace of a framework alone is told apart by every call."""
    found = made(java("org.springframework.web.A.read@A.java:1", "org.springframework.web.B.go@B.java:1"))
    assert found.contributing("whole hash") == (found.value,)
    assert found.contributing("frame") == ("org.springframework.web.A.read", "org.springframework.web.B.go")


def test_a_trace_that_is_cut_in_the_frameworks_tail_is_the_same() -> None:
    """Only the application's calls and what failed below them count."""
    frames = ["a.Shop.add@Shop.java:1", *(f"org.springframework.web.F{n}.go@F.java:1" for n in range(30))]
    assert made(java(*frames)).value == made(java(*frames[:4])).value


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
