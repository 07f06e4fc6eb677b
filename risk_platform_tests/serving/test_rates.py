"""Rates: so many requests a minute for each key, counted by all workers together."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from risk_platform_tests.serving.conftest import client_of
from risk_platform_tests.serving.rings import SECRETS, RingOfRoles, bearer
from serving.app import House
from serving.keyring import Role
from serving.rates import Rates
from serving.service import ScoringService

# Asks as fast as it may for some seconds, and says how often it was let in.
WORKER = """
import sys, time
from pathlib import Path
from serving.rates import Rates
rates = Rates(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
print("ready", flush=True)
sys.stdin.readline()
end, let_in = time.monotonic() + float(sys.argv[4]), 0
while time.monotonic() < end:
    let_in += not rates.wait("a-key")
    time.sleep(0.001)
print(let_in)
"""


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def rates(tmp_path: Path, clock: Clock) -> Iterator[Rates]:
    """Return 60 a minute, 20 at once."""
    limit = Rates(tmp_path / "rates", 60, 20, clock)
    yield limit
    limit.close()


def test_a_burst_is_let_in_and_then_one_a_second(rates: Rates, clock: Clock) -> None:
    """20 at once; the 21st waits a second; after a minute of rest 20 again."""
    assert [rates.wait("a") for _ in range(20)] == [0.0] * 20
    assert rates.wait("a") == pytest.approx(1)
    clock.now += 1
    assert rates.wait("a") == 0
    assert rates.wait("a") == pytest.approx(1)
    clock.now += 60
    assert [rates.wait("a") for _ in range(20)] == [0.0] * 20


def test_over_an_hour_the_rate_holds_to_the_request(rates: Rates, clock: Clock) -> None:
    """Asked ten times a second: the burst, and one a second."""
    let_in = 0
    for _ in range(36_000):
        let_in += not rates.wait("a")
        clock.now += 0.1
    assert let_in == pytest.approx(20 + 3_600, abs=1)


def test_a_key_is_not_held_up_by_another(rates: Rates) -> None:
    """Not even by a thousand that have used up theirs."""
    for number in range(1_000):
        for _ in range(21):
            rates.wait(f"key {number}")
    assert rates.wait("a") == 0
    assert all(rates.wait(f"key {number}") for number in range(1_000))


def test_what_a_batch_holds_is_owed(rates: Rates, clock: Clock) -> None:
    """The next request waits until all but a burst of it would have been asked at the rate."""
    assert rates.wait("a") == 0
    rates.owe("a", 999)
    assert rates.wait("a") == pytest.approx(981)
    assert rates.wait("b") == 0
    clock.now += 981
    assert rates.wait("a") == 0
    assert rates.wait("a") == pytest.approx(1)


def test_debts_have_an_end(rates: Rates) -> None:
    """Ten batches that were let in together are owed as a whole; no key is shut out for days."""
    for _ in range(9):
        rates.owe("a", 1_000)
    assert rates.wait("a") == pytest.approx(9_000 - 19)
    for _ in range(1_000):
        rates.owe("a", 1_000)
    assert rates.wait("a") == pytest.approx(10_001)


def test_a_machine_that_starts_anew_forgets(rates: Rates, clock: Clock) -> None:
    """Its clock begins at 0, far before what the file says."""
    for _ in range(21):
        rates.wait("a")
    rates.owe("a", 1_000)
    clock.now = 1.0
    assert rates.wait("a") == 0


def test_two_workers_share_one_count(tmp_path: Path) -> None:
    """Together they let in what one would, within a tenth."""
    per_minute, burst, seconds = 600, 20, 3.0
    arguments = [tmp_path / "rates", per_minute, burst, seconds]
    command = [sys.executable, "-c", WORKER, *map(str, arguments)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    counts = [int(worker.communicate(timeout=30)[0]) for worker in workers]
    assert min(counts) > 0
    assert sum(counts) == pytest.approx(burst + per_minute / 60 * seconds, rel=0.1)


def test_two_counts_of_two_workers_let_in_twice_as_much(tmp_path: Path) -> None:
    """The red control: limits that are not shared."""
    apart = [Rates(tmp_path / name, 60, 20) for name in ("a", "b")]
    assert sum(not one.wait("a") for one in apart for _ in range(30)) == 40
    for one in apart:
        one.close()


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(
    service: ScoringService, tmp_path: Path
) -> None:
    """429 and ``Retry-After``, for that key alone; liveness is never counted."""
    rates = Rates(tmp_path / "rates", 60, 3)
    with client_of(service, House(ring=RingOfRoles(), rates=rates)) as client:
        score, read = bearer(SECRETS[Role.SCORE]), bearer(SECRETS[Role.READ])
        statuses = Counter(
            client.post("/predict", json={}, headers=score).status_code for _ in range(6)
        )
        refusal = client.post("/predict", json={}, headers=score)
        assert statuses == {200: 3, 429: 3}
        assert refusal.headers["retry-after"] == "1"
        assert refusal.json()["type"] == "urn:risk:problem:rate-limited"
        assert client.get("/model", headers=read).status_code == 200
        assert all(client.get("/health/live").is_success for _ in range(10))
    rates.close()


def test_each_application_of_a_batch_counts(service: ScoringService, tmp_path: Path) -> None:
    """One batch is let in; the next request, be it of one, is told for how long to wait."""
    rates = Rates(tmp_path / "rates", 60, 3)
    batch = {"applications": [{}] * 100}
    with client_of(service, House(ring=RingOfRoles(), rates=rates)) as client:
        score = bearer(SECRETS[Role.SCORE])
        assert client.post("/predict/batch", json=batch, headers=score).status_code == 200
        refusals = [
            client.post("/predict", json={}, headers=score),
            client.post("/predict/batch", json=batch, headers=score),
        ]
    rates.close()
    assert [one.status_code for one in refusals] == [429, 429]
    assert all(90 <= int(one.headers["retry-after"]) <= 98 for one in refusals)


def test_a_batch_that_cannot_be_read_counts_as_one(service: ScoringService, tmp_path: Path) -> None:
    """Nothing was decided for it."""
    rates = Rates(tmp_path / "rates", 60, 3)
    wrong = {"applications": [{"dti": "x"}] * 100}
    with client_of(service, House(ring=RingOfRoles(), rates=rates)) as client:
        score = bearer(SECRETS[Role.SCORE])
        statuses = [
            client.post("/predict/batch", json=wrong, headers=score).status_code for _ in range(4)
        ]
    rates.close()
    assert statuses == [422, 422, 422, 429]


def test_counting_a_request_is_quick(rates: Rates) -> None:
    """It stands before every score: a lock, a look and a number take microseconds."""
    began = time.perf_counter()
    for _ in range(2_000):
        rates.wait("a")
    assert (time.perf_counter() - began) / 2_000 < 200e-6
