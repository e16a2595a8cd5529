"""Grouping of hostile input: no name or message crashes it or takes long."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.fingerprint import STRATEGIES, fingerprint
from indexers.exceptions.messages import parameterise
from indexers.exceptions.reading import known_as
from indexers.exceptions.strategies.s2026_11_21_2_names import clean

LANGUAGES = ("python", "java", "javascript", "go", "dotnet", "ruby", "php", "rust", "cpp", "dart", "perl", "cobol")
SIGNS = ("<", ">", "(", ")", "[", "]", "{", "}", "::", "$", ".", "@", "`1", "é", "\ud800", "0x12345678", "1234567", "a")
WORDS = ("lambda$", "$anonfun$", "operator", " as ", "block in ", "async ", "func1", "{{closure}}", "d__1.MoveNext")
PIECES = st.sampled_from((*SIGNS, *WORDS))
NAMES = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)
FRAMES = st.builds(Frame, file=NAMES, function=NAMES, in_app=st.sampled_from((True, False, None)))
CHAINS = st.lists(
    st.builds(
        ExceptionRecord,
        type=NAMES,
        message=NAMES | st.none(),
        language=st.sampled_from(LANGUAGES),
        relation=st.sampled_from(("root", "caused_by", "suppressed", "group_member", "goroutine")),
        parent=st.none(),
        lines=st.just((1, 1)),
        frames=st.lists(FRAMES, max_size=8).map(tuple),
        location=FRAMES | st.none(),
    ),
    min_size=1,
    max_size=4,
)


@given(CHAINS, st.sampled_from(sorted(STRATEGIES)))
@settings(max_examples=150, deadline=None)
def test_any_chain_has_a_fingerprint_and_reasons(chain: list[ExceptionRecord], strategy: str) -> None:
    """The value is a function of the chain, every part says why, and it is among what the chain is known as."""
    made = fingerprint(chain, strategy)
    assert made == fingerprint(chain, strategy)
    assert len(made.value) == 32
    assert all(part.hint for part in made.parts)
    assert len(known_as(chain)) in (1, len(STRATEGIES))


@given(NAMES, st.sampled_from(LANGUAGES))
def test_line_numbers_never_count(name: str, language: str) -> None:
    """Whatever the names are."""
    one, two = (
        ExceptionRecord("E", None, language, "root", None, (1, 1), (Frame(name, name, line, line),)) for line in (1, 99)
    )
    assert fingerprint([one]).value == fingerprint([two]).value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "piece", ["lambda$", "<", "(a", "operator<", "$1", "::{{closure}}", "a.", "{lambda(", "@", "x"]
)
def test_long_names_take_little_time(piece: str, language: str) -> None:
    """A name of a megabyte is no attack."""
    start = time.perf_counter()
    clean(piece * (1_000_000 // len(piece)), language)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("piece", ["'", '"a', "{", "[<", "a@", "1:", "/a", "\\a", "<a> ", "1.", "0x", "a-", "1 s"])
def test_long_messages_take_little_time(piece: str) -> None:
    """Messages carry whole documents at times."""
    start = time.perf_counter()
    parameterise(piece * 100_000)
    assert time.perf_counter() - start < 0.5
