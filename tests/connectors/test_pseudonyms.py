"""What gets a stand-in before it leaves, that it comes back, and what is left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConfigurationError
from connectors.pseudonyms import Policy, Pseudonyms, load_key

KEY = b"k" * 32
PERSONAL = Policy(KEY)


def _hidden(text: str, policy: Policy = PERSONAL) -> str:
    return Pseudonyms(policy).hide(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mail to ada.lovelace+x@mail.example.co.uk failed", "ada.lovelace+x@mail.example.co.uk"),
        ("GET /u?mail=ada%40example.com HTTP/1.1", "ada%40example.com"),
        ("card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"),
        ("pan=5555555555554444", "5555555555554444"),
        ("iban GB82 WEST 1234 5698 7654 32 unknown", "GB82 WEST 1234 5698 7654 32"),
        ("client 203.0.113.77:51922 reset", "203.0.113.77"),
        ("from 10.1.2.3 to db", "10.1.2.3"),
        ("peer 2001:db8:85a3::8a2e:370:7334 gone", "2001:db8:85a3::8a2e:370:7334"),
        ("call +49 170 1234567 now", "+49 170 1234567"),
        ("call (555) 123-4567 now", "(555) 123-4567"),
        ('{"first_name": "Ada", "tier": "vip"}', "Ada"),
        ("username=ada.l tier=vip", "ada"),
        ("full_name=Ada Lovelace tier=vip", "Ada Lovelace"),
        ("{'customer_name': 'Grace Hopper'}", "Grace Hopper"),
    ],
)
def test_a_personal_value_is_gone(text: str, value: str) -> None:
    """Its characters are no longer in the text."""
    assert value not in _hidden(text)


@pytest.mark.parametrize(
    "text",
    [
        "version 4.18.0-305.25.1.el8 started",
        "listening on 127.0.0.1:8080 and 0.0.0.0:9090",
        "order 4111111111111112 placed at 2026-11-21 04:00:02,110",
        "std::vector<int>::at and Foo::bar took 12:30:45",
        "def login(username: str, full_name: Optional) -> None:",
        "username = request.form['id']",
        "self.username = username",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
        "import org.example.Cart; @Override public void total() {}",
        "[masked named secret]",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    """Versions, times, ids, code and masks are not mistaken for people."""
    assert _hidden(text) == text


def test_a_value_has_one_stand_in_everywhere() -> None:
    """In logs, code and a later conversation alike, so that the model can put two and two together."""
    log = _hidden("mail to ada@example.com failed")
    code = _hidden('ADMIN = "ada@example.com"')
    assert log.split()[2] in code


def test_another_installation_gives_another_stand_in() -> None:
    """Without the key nobody can test whether a guessed value is behind one."""
    assert _hidden("ada@example.com") != _hidden("ada@example.com", Policy(b"x" * 32))


def test_the_answer_shows_the_values() -> None:
    """Wherever in it they are named."""
    names = Pseudonyms(PERSONAL)
    hidden = names.hide("ada@example.com from 10.1.2.3")
    mail, _, address = hidden.split()
    answer = {"summary": f"{mail} failed", "list": [{address: [address, 3, None]}]}
    assert names.show_all(answer) == {
        "summary": "ada@example.com failed",
        "list": [{"10.1.2.3": ["10.1.2.3", 3, None]}],
    }


def test_a_stand_in_that_a_log_line_forges_is_not_given_out() -> None:
    """A line that writes another value's stand-in does not get that value shown in its place."""
    stand_in = _hidden("ada@example.com")
    names = Pseudonyms(PERSONAL)
    text = f"{stand_in} wrote to ada@example.com"
    assert names.show(names.hide(text)) == text


def test_allow_list_mode_hides_every_value() -> None:
    """Only words, and what is allowed, go out."""
    policy = Policy(KEY, mode="allow_list", allow=(r"vip|standard", r"/v\d+/\w+"))
    hidden = _hidden('tier=vip coupon=SPRING order 9912345 said "secret plan" path=/v1/orders id=a1b2c3d4e5', policy)
    assert "vip" in hidden
    assert "/v1/orders" in hidden
    for value in ("SPRING", "9912345", "secret plan", "a1b2c3d4e5"):
        assert value not in hidden


def test_mode_off_changes_nothing() -> None:
    """For a model that runs at home."""
    assert _hidden("ada@example.com", Policy(KEY, mode="off")) == "ada@example.com"


def test_a_wrong_pattern_is_said() -> None:
    """With the pattern and what is wrong with it."""
    with pytest.raises(ConfigurationError, match=r"'\('"):
        Policy(KEY, allow=("(",))


def test_the_key_never_stands_in_a_text_about_the_policy() -> None:
    """A policy may be logged."""
    assert "kkkk" not in repr(PERSONAL)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """A second start reads the same one."""
    path = tmp_path / "state" / "pseudonyms.key"
    assert load_key(path) == load_key(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_key_is_said(tmp_path: Path) -> None:
    """It is not silently replaced."""
    path = tmp_path / "pseudonyms.key"
    path.write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="32 bytes"):
        load_key(path)


_NASTY = st.text(
    alphabet=st.sampled_from("abAZ09 .:@+-_=\"'{},()[]/%\nEMAIL_IPNAMEVU27"), max_size=120
) | st.lists(
    st.sampled_from(
        ["ada@example.com", "10.0.0.7", "username=ada", "4111111111111111", "EMAIL_ABCDEF", '"x y"', " ", "="]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(_NASTY, st.sampled_from(["personal", "allow_list"]))
def test_showing_what_was_hidden_gives_the_text_back(text: str, mode: str) -> None:
    """Every character of it."""
    names = Pseudonyms(Policy(KEY, mode="allow_list" if mode == "allow_list" else "personal"))
    assert names.show(names.hide(text)) == text


@given(_NASTY)
def test_hiding_what_is_hidden_changes_nothing(text: str) -> None:
    """So that an earlier turn of a conversation may be sent again."""
    names = Pseudonyms(PERSONAL)
    once = names.hide(text)
    assert names.show(names.hide(once)) == text
