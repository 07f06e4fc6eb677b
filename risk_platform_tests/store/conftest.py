"""What tests of the store share: S3."""

from collections.abc import Iterator

import pytest
from fsspec import AbstractFileSystem

from risk_platform_tests.object_store import client, object_store


@pytest.fixture(scope="package")
def s3() -> Iterator[AbstractFileSystem]:
    """Return a client of a running S3 server."""
    with object_store() as address:
        yield client(address)
