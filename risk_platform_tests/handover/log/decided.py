"""Decisions for tests, and small things that several tests of the log do."""

import time
from collections.abc import Callable

import pytest

from risk_platform.handover.clock import now_us
from risk_platform.handover.ids import new_id
from risk_platform.handover.log.decisions import Decision, kept_inputs

PLAIN = {
    "key_id": "a-key",
    "idempotency_key": None,
    "body_digest": "b" * 64,
    "inputs": kept_inputs({"loan_amnt": 10_000.0, "term": 36.0, "addr_state": "CA"}),
    "features_digest": "f" * 64,
    "pd": 0.1 + 0.2,
    "points": 604,
    "verdict": "approve",
    "reasons": '[{"code":"R01"}]',
    "model_version": 3,
    "model_digest": "d" * 64,
    "policy_version": "2026-01",
    "segment": 2,
    "latency_us": 812,
    "answer": '{"pd":0.30000000000000004}',
}


def decision(**changes: object) -> Decision:
    """Return a decision made now, with what a test changes."""
    given = {"id": new_id(), "at_us": now_us()} | PLAIN | changes
    return Decision(**given)  # pyright: ignore[reportArgumentType]


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so; fail the test where it does not become so."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {seconds} s")
        time.sleep(0.002)
