"""Raw loans to features with tables on a remote disk: the same tables as on this machine's."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from risk_platform_tests.cluster.conftest import Platform, Published

pytestmark = pytest.mark.slow

BUCKET = "bank"


@pytest.fixture
def s3() -> Iterator[Mapping[str, str]]:
    """Return what the environment must say for S3's clients to find a running server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
    disk = fsspec.filesystem("s3", key="a", secret="b", endpoint_url=told["AWS_ENDPOINT_URL"])  # noqa: S106
    disk.mkdir(BUCKET)
    yield told
    server.stop()


def test_tables_on_s3_are_those_on_this_machine(
    tmp_path: Path, s3: Mapping[str, str], few_loans: Path, few_at_home: Published
) -> None:
    """Every asset and check reads and writes there, and leaves nothing at home or on the way."""
    scratch = tmp_path / "scratch"
    environment = {
        "RISK_SPARK_MASTER": "local[2]",
        "RISK_TABLES": f"s3://{BUCKET}/risk/tables",
        "RISK_SCRATCH": str(scratch),
        **s3,
    }
    platform = Platform(tmp_path / "home", few_loans, environment)
    assert platform.run() == few_at_home
    assert not (platform.home / "tables").exists()
    assert list(scratch.iterdir()) == []
