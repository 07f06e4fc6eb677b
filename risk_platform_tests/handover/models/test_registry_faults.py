"""A registry that fails: whoever asks it hears so in bounded time, and has no half of a file."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from risk_platform.errors.models import UnreachableRegistryError
from risk_platform.handover.models.registry import Registry
from risk_platform.scoring.bundle_files import bundle_digest
from risk_platform_tests.handover.models.bad_servers import closed_port, ill, silent, telling_of

# Two attempts of five seconds, and a pause.
BOUND_SECONDS = 20


@pytest.mark.parametrize("server", [closed_port, silent, ill])
def test_a_registry_that_does_not_answer_is_given_up(
    server: Callable[[], AbstractContextManager[str]], tmp_path: Path
) -> None:
    """MLflow by itself would go on for four minutes."""
    with server() as address:
        began = time.monotonic()
        with pytest.raises(UnreachableRegistryError):
            Registry(address, "credit-pd", tmp_path).version_of()
        assert time.monotonic() - began < BOUND_SECONDS


def test_a_fetch_that_is_cut_off_is_no_model(bundle_folder: Path, tmp_path: Path) -> None:
    """Half a file arrives, and that is said; the same server sends whole files as well."""
    with telling_of(bundle_folder, 1.0) as address:
        fetched = Registry(address, "credit-pd", tmp_path).fetch(1, tmp_path)
        assert bundle_digest(fetched) == bundle_digest(bundle_folder)
    with telling_of(bundle_folder, 0.5) as address:
        registry = Registry(address, "credit-pd", tmp_path)
        assert registry.version_of() == 1
        began = time.monotonic()
        with pytest.raises(UnreachableRegistryError):
            registry.fetch(1, tmp_path)
        assert time.monotonic() - began < BOUND_SECONDS
