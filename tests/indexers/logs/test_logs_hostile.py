"""What stands in a log line is data: no key, value or nesting of it can stop a page."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indexers.logs.parsing import page, raw, rows

KEYS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", "*", "$", "$.x", "a.b", "a\\", 'a"b', "k[0]", "#", "it's", "time", "level", "msg", "error", "service", "log"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), min_size=1, max_size=6))
def test_any_json_objects_are_rows(objects: list[dict[str, Any]]) -> None:
    """One each, whatever their keys are called; an empty text is no event."""
    found = page(raw([json.dumps({**thing, "msg": f"number {n}"}) for n, thing in enumerate(objects)])).rows
    named = [row["body"].split("\n")[0] for row in found.to_pylist()]
    said = [thing for thing in objects if not any(thing.get(key) for key in ("message",))]
    assert len(named) == len(objects)
    assert sum(name.startswith("number ") for name in named) >= len(said)


@pytest.mark.parametrize(
    "line",
    [
        '{"log":null,"x":1}',
        '{"log":5,"stream":"stdout"}',
        '{"log":"message of another logger","level":"error"}',
        '{"msg":' + "[" * 2_000 + "]" * 2_000 + "}",
        '{"a":' * 3_000 + "1" + "}" * 3_000,
        r'{"msg":"\ud800"}',
        '{"msg":NaN}',
        '{"ts":1e400,"msg":"inf"}',
        '{"time":"99999999999999999999","msg":"late"}',
        "<999999999999>1 2026-03-01T12:00:00Z h a - - - x",
        "9" * 50,
        "k=" + "v" * 100_000,
        "[" * 1_000,
        "2026-" * 1_000,
    ],
    ids=lambda line: line[:30],
)
def test_an_odd_line_is_a_row(line: str) -> None:
    """Between two others, which are as they always are."""
    found = rows("2026-03-01 12:00:00,000 INFO before", line, "2026-03-01 12:00:01,000 INFO behind")
    bodies = [row["body"] for row in found]
    assert bodies[0].startswith("2026-03-01 12:00:00,000 INFO before")
    assert bodies[-1] == "2026-03-01 12:00:01,000 INFO behind"


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_dockers_envelope_is_known_in_both_spacings(separators: tuple[str, str]) -> None:
    """Docker writes none, tools that copy its lines write them; another logger's key "log" is no envelope."""
    envelope = {"log": "inside\n", "stream": "stdout", "time": "2026-03-01T12:00:00Z"}
    (row,) = rows(json.dumps(envelope, separators=separators))
    assert (row["body"], row["timestamp"].hour) == ("inside", 12)
    (other,) = rows(json.dumps({"log": "said", "level": "error"}, separators=separators))
    assert (other["body"], other["severity_text"]) == ("said", "ERROR")


def test_nul_in_a_json_text_does_not_reach_the_row() -> None:
    """Most databases refuse it."""
    assert rows(r'{"msg":"a\u0000b"}')[0]["body"] == "ab"


def test_a_journal_message_of_bytes_is_text() -> None:
    """journald writes a message with colours as an array of its bytes."""
    message = "\x1b[31mred é\x1b[0m"
    line = {
        "__REALTIME_TIMESTAMP": "1772366400123456",
        "MESSAGE": list(message.encode()),
        "_SYSTEMD_UNIT": "web.service",
    }
    assert rows(json.dumps(line))[0]["body"] == "red é"
