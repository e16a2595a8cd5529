"""S3 over real HTTP: where objects lie in the bucket, and buckets that are not there."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.errors import ConfigurationError
from connectors.objects.s3 import open_s3


def test_two_prefixes_of_a_bucket_are_two_stores(s3_url: str) -> None:
    """A store sees only what lies below its own prefix."""
    store, other = open_s3(s3_url), open_s3(f"{s3_url}-other")
    store.put("a", b"1")
    other.put("b", b"2")
    assert list(store.keys()) == ["a"]
    assert list(other.keys()) == ["b"]


def test_a_bucket_that_is_not_there_is_told(s3_url: str) -> None:
    """Both reading and writing name the bucket that does not exist."""
    store = open_s3("s3://no-such-bucket-here")
    with pytest.raises(ConfigurationError, match="no-such-bucket-here"):
        store.put("a", b"1")
    with pytest.raises(ConfigurationError, match="no-such-bucket-here"):
        list(store.keys())


def test_a_listing_goes_on_over_several_answers(s3_url: str) -> None:
    """S3 lists a thousand keys an answer; the store asks until it has them all."""
    store = open_s3(s3_url)
    names = [f"many/{number:04}" for number in range(1005)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: store.put(name, b""), names))
    assert list(store.keys("many/")) == names
