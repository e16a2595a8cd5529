"""The raw archive as an S3 bucket, or anything that speaks S3 (AWS_ENDPOINT_URL_S3 names its address).

Owns: boto3's client for S3, its limits, and the translation of its errors. Keeps out: what keys are valid (keys.py).
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

from connectors.errors import (
    AuthenticationError,
    ConfigurationError,
    FirstcauseError,
    NotFoundError,
    ThrottledError,
    UnavailableError,
)
from connectors.objects.keys import checked

T = TypeVar("T")

CONNECT_SECONDS = 5
READ_SECONDS = 60
ATTEMPTS = 4  # boto3's own, for single requests; whole steps are retried by their callers

_MISSING = {"NoSuchKey", "404", "NotFound"}
_DENIED = {
    "403",
    "AccessDenied",
    "ExpiredToken",
    "Forbidden",
    "InvalidAccessKeyId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
_THROTTLED = {"429", "503", "RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException"}


def open_s3(url: str) -> "S3Objects":
    """The store in the bucket and below the prefix that `url` names: `s3://bucket` or `s3://bucket/some/prefix`.

    Region, credentials and endpoint come from boto3's usual places. No request is sent yet.
    """
    parts = urlsplit(url)
    prefix = parts.path.strip("/")
    if not parts.netloc or parts.query or parts.fragment or "//" in prefix:
        raise ConfigurationError(f"objects URL {url!r} cannot be used; the valid form is s3://bucket/prefix.")
    return S3Objects(parts.netloc, prefix)


class S3Objects:
    """See connectors.objects.ObjectStore; safe between processes and threads."""

    def __init__(self, bucket: str, prefix: str = "") -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = _client()

    def put(self, key: str, data: bytes) -> None:
        """Store `data` whole under `key`; S3 has it durable when it answers."""
        name = self._name(key)
        self._call(key, lambda: self._client.put_object(Bucket=self._bucket, Key=name, Body=data))

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises NotFoundError when there is none."""
        name = self._name(key)

        def read() -> bytes:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
            return body

        return self._call(key, read)

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        name = self._name(key)
        try:
            self._call(key, lambda: self._client.head_object(Bucket=self._bucket, Key=name))
        except NotFoundError:
            return False
        return True

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with `prefix`, in order, a thousand a request."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + prefix
        )
        listing = iter(pages)
        while (page := self._call(prefix, lambda: next(listing, None))) is not None:
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(self._prefix)

    def delete(self, key: str) -> None:
        """Remove an object; removing one that is not there is a no-op."""
        name = self._name(key)
        self._call(key, lambda: self._client.delete_object(Bucket=self._bucket, Key=name))

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)

    def _call(self, key: str, request: Callable[[], T]) -> T:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return request()
        except (ClientError, BotoCoreError) as error:
            raise translate(error, f"s3://{self._bucket}/{self._prefix}{key}") from error


def translate(error: Exception, what: str) -> FirstcauseError:
    """The error of our tree that says what the caller should do about boto3's `error` on the object `what`."""
    from botocore import exceptions as boto

    network = (boto.HTTPClientError, boto.ConnectionError, boto.ResponseStreamingError, boto.IncompleteReadError)
    credentials = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError)
    if isinstance(error, boto.ClientError):
        return _refused(error, what)
    if isinstance(error, credentials):
        return AuthenticationError(f"no AWS credentials were found for {what}: {error}.")
    if isinstance(error, network):
        return UnavailableError(f"S3 cannot be reached for {what}: {error}.")
    return ConfigurationError(f"boto3 cannot work with {what}: {error}.")


def _refused(error: Any, what: str) -> FirstcauseError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    answers: list[tuple[bool, type[FirstcauseError], str]] = [
        (code in _MISSING, NotFoundError, f"no object is stored at {what}."),
        (code == "NoSuchBucket", ConfigurationError, f"the bucket of {what} does not exist; create it first."),
        (code in _DENIED, AuthenticationError, f"S3 refused access to {what} ({code}); check credentials and policy."),
        (code in _THROTTLED, ThrottledError, f"S3 asks for fewer requests ({code}) at {what}."),
        (status >= 500 or code == "RequestTimeout", UnavailableError, f"S3 failed with {code or status} at {what}."),
    ]
    for holds, kind, sentence in answers:
        if holds:
            return kind(sentence)
    return ConfigurationError(f"S3 refused the request for {what}: {error}.")


def _client() -> Any:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    try:
        return boto3.session.Session().client("s3", config=config)
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"boto3 cannot make an S3 client: {error}.") from error
