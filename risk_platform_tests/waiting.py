"""Waiting for a service that starts in a process of its own."""

import time

import httpx
import pytest


def wait_for(url: str, seconds: float = 180) -> None:
    """Wait until an address answers; fail the test where it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(1)
    pytest.fail(f"{url} does not answer")
