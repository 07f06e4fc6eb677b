"""A server that speaks S3, on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import fsspec
from fsspec import AbstractFileSystem
from moto.server import ThreadedMotoServer

BUCKET = "platform"
# The server asks for some, and takes any.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@contextmanager
def object_store() -> Iterator[str]:
    """Run a server with one empty bucket, and give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client(f"http://{host}:{port}").mkdir(BUCKET)
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def client(address: str) -> AbstractFileSystem:
    """Return a client of a server."""
    return fsspec.filesystem(
        "s3",
        key=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        secret=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=address,
        use_listings_cache=False,
    )
