"""Every object store that the conformance suite runs against: a folder, and S3 over HTTP as moto speaks it."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.objects import ObjectStore
from connectors.objects.local import open_local
from connectors.objects.s3 import open_s3

_buckets = itertools.count()
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of a local server that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a place in a new bucket, with the environment that leads boto3 to the local server."""
    import boto3

    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL_S3": s3_endpoint}.items():
        monkeypatch.setenv(name, value)
    bucket = f"conformance-{os.getpid()}-{next(_buckets)}"
    boto3.session.Session().client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return f"s3://{bucket}/some/prefix"


@pytest.fixture(params=["local", "s3"])
def objects_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of each kind."""
    if request.param == "local":
        return f"file://{tmp_path}/objects"
    url: str = request.getfixturevalue("s3_url")
    return url


@pytest.fixture
def objects(objects_url: str) -> ObjectStore:
    """An empty store of each kind."""
    return open_local(objects_url) if objects_url.startswith("file") else open_s3(objects_url)
