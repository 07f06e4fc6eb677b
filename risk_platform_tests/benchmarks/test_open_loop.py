"""Requests at an even rate: all are sent, and a server that stands still is seen to."""

import time

import httpx

from benchmarks.load.open_loop import send_evenly
from risk_platform_tests.benchmarks.small_servers import (
    REFUSED,
    STALL_SECONDS,
    STALLING,
    listening,
)

GOOD = b'"yes"'
PER_SECOND = 100


def slow(milliseconds: list[float]) -> int:
    """Count the answers that took longer than a tenth of the stall."""
    return sum(one > 100 * STALL_SECONDS for one in milliseconds)


def test_bodies_are_sent_in_turn_at_the_rate_that_was_asked_for() -> None:
    """As many as the rate makes of the time, and not faster."""
    with listening() as (listener, port):
        began = time.monotonic()
        latency = send_evenly(port, "/", [b"1", b"2", b"3"], PER_SECOND, 0.6)
        took = time.monotonic() - began
    assert len(latency.answered_ms) == 60
    assert latency.failed == 0
    assert sorted(listener.heard) == sorted([b"1", b"2", b"3"] * 20)
    assert took >= 0.59


def test_who_comes_while_the_server_stands_still_counts_as_waiting() -> None:
    """Most of those that came meanwhile; a client that waits for its answers sees one alone."""
    bodies = [GOOD] * 20 + [STALLING] + [GOOD] * 59
    with listening() as (_, port):
        latency = send_evenly(port, "/", bodies, PER_SECOND, 0.8)
        waiting_client = []
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            for body in bodies:
                began = time.perf_counter()
                client.post("/", content=body)
                waiting_client.append(1_000 * (time.perf_counter() - began))
    came_meanwhile = STALL_SECONDS * PER_SECOND
    assert slow([*latency.answered_ms]) > came_meanwhile / 2
    assert slow(waiting_client) < came_meanwhile / 4


def test_what_says_no_counts_as_failed_and_as_slower_than_all() -> None:
    """A server gets no faster by refusing."""
    with listening() as (_, port):
        latency = send_evenly(port, "/", [GOOD, REFUSED], PER_SECOND, 0.2)
    assert latency.failed == 10
    assert latency.quantile(0.99) == float("inf")
