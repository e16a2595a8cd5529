"""Where the message of a line begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.logs.templates_header import message_start


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("2024-01-02T03:04:05.123Z ERROR [main] com.foo.Bar - ", "Failed to do: x"),
        ("2024-01-02 03:04:05,123 - app.db - WARNING - ", "slow query: 3 s"),
        ("2015-10-18 18:01:47,978 INFO [main] org.apache.Foo: ", "Created master"),
        ("Jan  2 03:04:05 host1 kernel: ", "[ 12.345678] eth0: link up"),
        ("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: ", "check pass; user unknown"),
        ("[Sun Dec 04 04:47:44 2005] [error] ", "mod_jk child in error state 6"),
        ("I0102 03:04:05.123456   12345 server.go:12] ", "started"),
        ("2024/01/02 03:04:05 ", "http: panic serving"),
        ("081109 203615 148 INFO dfs.DataNode$PacketResponder: ", "terminating"),
        ("20171223-22:16:0:119|Step_LSC|30002312|", "processHandle action"),
        ("1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872 R02-M1 RAS KERNEL INFO ", "63543 exceptions"),
        ("ERROR: ", "something bad"),
        ("", "ERROR IN CONTACTING MASTER"),
        ("", "1234567890 packets lost"),
        ("", "user: not found"),
    ],
)
def test_the_message_begins_after_the_header(header: str, message: str) -> None:
    """Common layouts are recognised, and a message is not mistaken for a header."""
    assert message_start(header + message) == len(header)


@given(st.text())
def test_a_header_never_takes_everything(text: str) -> None:
    """Whatever the text, something is left for the message unless the text is blank."""
    start = message_start(text)
    assert 0 <= start <= len(text)
    assert bool(text[start:].strip()) == bool(text.strip())
