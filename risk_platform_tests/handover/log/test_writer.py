"""The writer: commits together what has queued, tells each once, and never lets anybody wait."""

import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import (
    LogUnavailableError,
    OverloadedError,
    ServingStoppedError,
)
from risk_platform.handover.gate import Gate
from risk_platform.handover.log import writer as writer_module
from risk_platform.handover.log.decisions import Appended, DecisionLog, Outcome, Request
from risk_platform.handover.log.writer import MOST_IN_A_COMMIT, MOST_WAITING, Settled, Writer
from risk_platform_tests.handover.log.decided import decision, wait_until


class Told:
    """What a writer told, and how often it called."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.outcomes: dict[int, Appended | RiskPlatformError] = {}

    def __call__(self, settled: list[Settled[int]]) -> None:
        """Note what became of each ticket."""
        assert self.outcomes.keys().isdisjoint(ticket for ticket, _ in settled), "told twice"
        self.calls.append([ticket for ticket, _ in settled])
        self.outcomes.update(settled)


class HeldLog:
    """A log of which a test decides when it commits."""

    def __init__(self) -> None:
        self.commits: list[int] = []
        self.is_free = threading.Event()

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Commit when the test lets it."""
        self.is_free.wait(30)
        self.commits.append(sum(map(len, requests)))
        return [Appended(Outcome.STORED, ()) for _ in requests]


@pytest.fixture
def told() -> Told:
    """Return a listener."""
    return Told()


@pytest.fixture
def writer(log: DecisionLog, told: Told) -> Iterator[Writer[Request, int]]:
    """Return a writer of a real log."""
    writer = Writer(log.append, told)
    yield writer
    writer.close()


def test_what_is_told_is_committed(
    writer: Writer[Request, int], told: Told, log: DecisionLog
) -> None:
    """Every decision that was submitted, once."""
    made = [decision() for _ in range(500)]
    for n, one in enumerate(made):
        writer.submit([one], n)
    wait_until(lambda: len(told.outcomes) == 500)
    assert [log.get(one.id) for one in made] == made
    assert sorted(n for call in told.calls for n in call) == list(range(500))
    assert len(told.calls) < 500


def test_a_stop_is_told_to_all(
    writer: Writer[Request, int], told: Told, log: DecisionLog, gate: Gate
) -> None:
    """None of them is in the log."""
    gate.pause("Grace", "drift")
    for n in range(20):
        writer.submit([decision()], n)
    wait_until(lambda: len(told.outcomes) == 20)
    assert {type(what) for what in told.outcomes.values()} == {ServingStoppedError}
    assert log.count() == 0


def test_closing_commits_what_waits(log: DecisionLog, told: Told) -> None:
    """Nothing that was taken is lost, and nothing is taken afterwards."""
    writer = Writer(log.append, told)
    for n in range(200):
        writer.submit([decision()], n)
    writer.close()
    assert len(told.outcomes) == log.count() == 200
    with pytest.raises(LogUnavailableError, match="closed"):
        writer.submit([decision()], 200)


def test_what_queues_is_committed_together(told: Told) -> None:
    """As many as a statement takes; whoever listens is called once for a commit."""
    log = HeldLog()
    writer = Writer(log.append, told, patience_seconds=20)
    writer.submit([decision()], 0)
    wait_until(lambda: not writer._queue)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for n in range(1, 2_001):
        writer.submit([decision()], n)
    log.is_free.set()
    writer.close()
    assert log.commits == [1, MOST_IN_A_COMMIT, 2_000 - MOST_IN_A_COMMIT]
    assert [len(call) for call in told.calls] == log.commits


def test_a_batch_is_never_divided(told: Told) -> None:
    """One that no longer fits waits for the next commit."""
    log = HeldLog()
    writer = Writer(log.append, told, patience_seconds=20)
    batch = [decision()] * 1_000
    for n in range(3):
        writer.submit(batch, n)
    log.is_free.set()
    writer.close()
    assert log.commits == [1_000] * 3


def test_a_queue_that_is_full_takes_no_more(told: Told) -> None:
    """Whoever comes then is told at once, and may come again."""
    log = HeldLog()
    writer = Writer(log.append, told, patience_seconds=20)
    for n in range(MOST_WAITING):
        writer.submit([decision()], n)
    with pytest.raises(OverloadedError, match=f"{MOST_WAITING} decisions wait"):
        writer.submit([decision()], MOST_WAITING)
    log.is_free.set()
    wait_until(lambda: len(told.outcomes) == MOST_WAITING)
    writer.submit([decision()], MOST_WAITING)
    writer.close()
    assert len(told.outcomes) == MOST_WAITING + 1


def test_a_log_that_hangs_is_given_up(told: Told) -> None:
    """Both what it hangs with and what waits behind; once it answers, writing goes on."""
    log = HeldLog()
    writer = Writer(log.append, told, patience_seconds=0.3)
    started = time.monotonic()
    for n in range(10):
        writer.submit([decision()], n)
    wait_until(lambda: len(told.outcomes) == 10)
    assert time.monotonic() - started < 2
    assert {str(what) for what in told.outcomes.values()} == {
        "the database of decisions does not answer: no answer in 0.3 s"
    }
    log.is_free.set()
    writer.submit([decision()], 10)
    wait_until(lambda: 10 in told.outcomes)
    assert isinstance(told.outcomes[10], Appended)
    writer.close()


def test_what_is_given_up_before_its_commit_ends_nothing(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After commits of many one comes alone and waits too long for others; the next is written.

    So it goes where a machine stands still for seconds.
    """
    monkeypatch.setattr(writer_module, "_LINGER_SECONDS", 0.5)
    log = HeldLog()
    log.is_free.set()
    writer = Writer(log.append, told, patience_seconds=0.1)
    _commit_many_twice(writer, told)
    writer.submit([decision()], 100)
    wait_until(lambda: 100 in told.outcomes)
    assert isinstance(told.outcomes[100], LogUnavailableError)
    time.sleep(0.6)
    assert writer.is_at_work
    writer.submit([decision()], 101)
    wait_until(lambda: 101 in told.outcomes)
    assert isinstance(told.outcomes[101], Appended)
    writer.close()


def test_after_many_as_many_are_waited_for(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come one by one and are committed together, as soon as the last of them is there."""
    monkeypatch.setattr(writer_module, "_LINGER_SECONDS", 20)
    log = HeldLog()
    log.is_free.set()
    writer = Writer(log.append, told, patience_seconds=30)
    _commit_many_twice(writer, told)
    for n in range(100, 108):
        time.sleep(0.01)
        writer.submit([decision()], n)
    wait_until(lambda: 107 in told.outcomes)
    writer.close()
    assert log.commits == [8] * 3


def test_behind_a_burst_nobody_waits_for_others(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once many came together, who comes alone is committed alone, at once."""
    monkeypatch.setattr(writer_module, "_LINGER_SECONDS", 20)
    log = HeldLog()
    log.is_free.set()
    writer = Writer(log.append, told, patience_seconds=30)
    writer.submit_all([([decision()], n) for n in range(8)])
    wait_until(lambda: len(told.outcomes) == 8)
    writer.submit([decision()], 8)
    wait_until(lambda: 8 in told.outcomes, 5)
    writer.close()
    assert log.commits == [8, 1]


def _commit_many_twice(writer: Writer[Request, int], told: Told) -> None:
    for first in (0, 8):
        writer.submit_all([([decision()], n) for n in range(first, first + 8)])
        wait_until(lambda last=first + 7: last in told.outcomes)


class BrokenLog:
    """A log with a fault that nobody foresaw."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Fail."""
        raise ZeroDivisionError(len(requests))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_leaves_nobody_waiting(told: Told) -> None:
    """Whoever waits is told, whoever comes is refused: no answer leaves that is not logged."""
    writer = Writer(BrokenLog().append, told)
    writer.submit([decision()], 0)
    wait_until(lambda: 0 in told.outcomes)
    assert isinstance(told.outcomes[0], LogUnavailableError)
    with pytest.raises(LogUnavailableError):
        writer.submit([decision()], 1)
    writer.close()
