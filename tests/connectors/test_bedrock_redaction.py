"""What is masked before text leaves the process, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.redaction import mask


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('password="hunter22x"', "hunter22x"),
        ("db_password: 'abcd'", "abcd"),
        ("DATABASE_URL=postgres://shop:p4ss@db/shop", "p4ss"),
        ("Authorization: Bearer abcdef123456.xyz", "abcdef123456"),
        ("client_secret=s3cr3tvalue", "s3cr3tvalue"),
        ("found AKIAABCDEFGHIJKLMNOP in env", "AKIAABCDEFGHIJKLMNOP"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----", "MIIabc"),
        ("-----BEGIN PRIVATE KEY-----\nMIIcutoff", "MIIcutoff"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123", "ghp_abc"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc", "eyJzdWIi"),
    ],
)
def test_a_secret_is_gone_and_counted(text: str, secret: str) -> None:
    """The secret's characters are no longer in the text."""
    masked = mask(text)
    assert secret not in masked.text
    assert sum(masked.counts.values()) == 1


@pytest.mark.parametrize(
    "text",
    ["password = get_password(user)", "self.secret = secret", "api_key: str | None = None", "pk_customer_orders"],
)
def test_source_code_that_only_names_a_secret_stays_readable(text: str) -> None:
    """A name or a call after the sign is code, not a secret."""
    assert mask(text).text == text


@given(st.text(alphabet=st.sampled_from("password=:\"'[]{} AKIAsk_live-0123456789abcXYZ@/\n.")))
def test_masking_twice_changes_nothing(text: str) -> None:
    """A mask never looks like a secret itself."""
    once = mask(text).text
    assert mask(once).text == once
