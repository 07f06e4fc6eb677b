"""What tests of the handover share: a bundle's files, and an empty cache."""

from pathlib import Path

import pytest

from risk_platform.handover.cache import ModelCache
from risk_platform.scoring.bundle import write_bundle
from risk_platform_tests.bundles import small_bundle


@pytest.fixture(scope="package")
def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a small bundle; tests do not change them."""
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(folder, small_bundle())
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    """Return a cache with nothing in it."""
    return ModelCache(tmp_path / "models")
