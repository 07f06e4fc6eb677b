"""Raw loans to features with tables on a remote disk: the same tables as on this machine's."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from risk_platform_tests.cluster.conftest import Platform, Published
from risk_platform_tests.object_store import BUCKET, CREDENTIALS, object_store

pytestmark = pytest.mark.slow


@pytest.fixture
def s3() -> Iterator[Mapping[str, str]]:
    """Return what the environment must say for S3's clients to find a running server."""
    with object_store() as address:
        yield {"AWS_ENDPOINT_URL": address, **CREDENTIALS}


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
