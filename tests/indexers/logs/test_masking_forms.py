"""Masking by form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.logs.masking import MAX_CHARACTERS, kind_of, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("see https://a.example.com/x?y=1 now", "see <*> now"),
        ("mail to jane.doe@example.org failed", "mail to <*> failed"),
        ("read /var/log/app/current twice", "read <*> twice"),
        ("loaded C:\\Windows\\x.dll twice", "loaded <*> twice"),
        ("on Sat Jul  9 22:53:22 2005 again", "on <*> again"),
        ("lookup of db.internal failed", "lookup of <*> failed"),
        ("id 3f2a41c0-aaaa-bbbb-cccc-1234567890ab done", "id <*> done"),
        ("took 12 ms or 1.5 KB or <1 sec", "took <*> or <*> or <*>"),
        ("delete blk_-16 blk_7 blk_9", "delete <*>"),
        ("value = -3.5", "value = <*>"),
        ("connection () at noon", "connection (<*>) at noon"),
        ("init() ok", "init() ok"),
        ("java.io.IOException: broken pipe", "java.io.IOException: broken pipe"),
        ("either/or", "either/or"),
    ],
)
def test_forms(text: str, masked: str) -> None:
    """Values are masked by their form; words, classes and calls are not."""
    assert mask(text) == masked


@pytest.mark.parametrize(("value", "kind"), [("/etc/passwd", "path"), ("7 ms", "duration"), ("x", "text")])
def test_a_value_has_a_kind(value: str, kind: str) -> None:
    """The form of a value has a name."""
    assert kind_of(value) == kind


@given(st.text(max_size=300))
def test_no_digit_survives(text: str) -> None:
    """After masking no ASCII digit is left that is not inside a longer token of another script."""
    assert not any(character in "0123456789" for character in mask(text))


def test_long_text_is_cut() -> None:
    """Only the beginning of a huge message is looked at."""
    assert len(mask("word " * MAX_CHARACTERS)) <= MAX_CHARACTERS
