"""Waiting for what others do, however long a busy machine takes over it."""

import time
from collections.abc import Callable

import httpx
import pytest

PATIENCE_SECONDS = 600.0


def until(holds: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds, or somebody who is asked answers so; fail where it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail(f"it did not come to be within {seconds:g} seconds")


def wait_for(url: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until an address answers; fail the test where it does not."""
    until(lambda: httpx.get(url, timeout=5).is_success, seconds)
