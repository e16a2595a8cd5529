"""Object stores beyond what they all do: URLs, durability of the folder, errors of S3."""

import os
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.errors import (
    AuthenticationError,
    BadInputError,
    ConfigurationError,
    FirstcauseError,
    NotFoundError,
    ThrottledError,
    UnavailableError,
)
from connectors.objects.keys import checked
from connectors.objects.local import open_local
from connectors.objects.s3 import open_s3, translate


@pytest.mark.parametrize("url", ["file://host/path", "file:relative", "file:///x?y=1", "file:///dev/null/x"])
def test_a_url_that_is_no_folder_is_refused(url: str) -> None:
    """The error names the URL or the folder that cannot be made."""
    with pytest.raises(ConfigurationError, match=r"file:///path|cannot be made"):
        open_local(url)


@pytest.mark.parametrize("url", ["s3://", "s3:///prefix", "s3://bucket?x=1", "s3://bucket/a//b"])
def test_a_url_that_is_no_bucket_is_refused(url: str) -> None:
    """The error says what a valid URL looks like."""
    with pytest.raises(ConfigurationError, match="s3://bucket/prefix"):
        open_s3(url)


def test_a_folder_name_is_decoded(tmp_path: Path) -> None:
    """Percent escapes in the URL stand for the characters they name."""
    open_local(f"file://{tmp_path}/with%20space").put("a", b"1")
    assert (tmp_path / "with space" / "a").read_bytes() == b"1"


def test_unfinished_files_are_no_objects(tmp_path: Path) -> None:
    """What a killed writer left behind is not listed and does not disturb the same key later."""
    store = open_local(f"file://{tmp_path}")
    store.put("a/b", b"1")
    (tmp_path / "a" / ".writing-0123").write_bytes(b"half")
    assert list(store.keys()) == ["a/b"]


def test_a_key_below_an_object_is_told(tmp_path: Path) -> None:
    """A folder cannot take the place of a file; the store says which key failed."""
    store = open_local(f"file://{tmp_path}")
    store.put("a", b"1")
    with pytest.raises(UnavailableError, match="'a/b'"):
        store.put("a/b", b"2")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "..",
        "../a",
        "a/..",
        "a/../b",
        ".",
        "a/./b",
        "a//b",
        "a/",
        "a\\b",
        "a\nb",
        "a\x00b",
        "a\ud800",
        "x" * 1025,
    ],
)
def test_keys_that_no_store_takes(key: str) -> None:
    """What is absolute, leaves the store or cannot be a file's name is refused before any store is asked."""
    with pytest.raises(BadInputError, match="object key"):
        checked(key)


@given(st.lists(st.text("ab.-_ü 1+%", min_size=1), min_size=1))
def test_keys_that_every_store_takes(parts: list[str]) -> None:
    """Relative paths of ordinary names are taken as they are."""
    assume(not {".", ".."} & set(parts))
    key = "/".join(parts)
    assume(len(key.encode()) <= 1024)
    assert checked(key) == key


def client_error(code: str, status: int) -> Exception:
    from botocore.exceptions import ClientError

    answer = {"Error": {"Code": code, "Message": "words"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetObject")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("NoSuchKey", 404, NotFoundError),
        ("404", 404, NotFoundError),
        ("NoSuchBucket", 404, ConfigurationError),
        ("AccessDenied", 403, AuthenticationError),
        ("ExpiredToken", 400, AuthenticationError),
        ("SlowDown", 503, ThrottledError),
        ("InternalError", 500, UnavailableError),
        ("", 502, UnavailableError),
        ("RequestTimeout", 400, UnavailableError),
        ("InvalidRequest", 400, ConfigurationError),
    ],
)
def test_an_answer_of_s3_says_what_to_do(code: str, status: int, kind: type[FirstcauseError]) -> None:
    """Each refusal of S3 becomes the error that tells the caller what to do, with the object's address."""
    translated = translate(client_error(code, status), "s3://bucket/a/b")
    assert type(translated) is kind
    assert "s3://bucket/a/b" in str(translated)


def lead_boto(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    settings = {
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        **variables,
    }
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def test_missing_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials the first request says so."""
    lead_boto(monkeypatch)
    with pytest.raises(AuthenticationError, match="no AWS credentials"):
        open_s3("s3://bucket").get("a")


def test_an_s3_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection, after boto3's own retries, is worth trying again later."""
    lead_boto(monkeypatch, AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="y")
    with pytest.raises(UnavailableError, match="s3://bucket/a"):
        open_s3("s3://bucket").put("a", b"1")
