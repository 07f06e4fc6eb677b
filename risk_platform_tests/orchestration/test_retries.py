"""Retries: what may pass by itself is tried again, and nothing else is."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import fsspec
import httpx
import pytest
from fsspec import AbstractFileSystem

from risk_platform.errors.sources import NotLendingClubError
from risk_platform.orchestration.io_managers import DocumentsIOManager
from risk_platform.orchestration.retries import ON_IO, retried_io
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.object_store import (
    BUCKET,
    CREDENTIALS,
    Front,
    client,
    front_of,
    object_store,
)
from risk_platform_tests.orchestration.small_platform import small_platform

AT_ONCE = dg.RetryPolicy(max_retries=2)


def attempts(work: Callable[[int], None]) -> tuple[bool, int]:
    """Return whether an asset was made whose work may fail, and how often it was tried."""

    @dg.asset
    def worked(context: dg.AssetExecutionContext) -> None:
        with retried_io(context, AT_ONCE):
            work(context.retry_number)

    done = dg.materialize([worked], raise_on_error=False)
    starts = [e for e in done.all_events if e.is_step_start or e.is_step_restarted]
    return done.success, len(starts)


def test_a_file_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    """A share that was away is back at the third attempt."""
    late = tmp_path / "late"

    def read(attempt: int) -> None:
        if attempt == AT_ONCE.max_retries:
            late.write_text("here")
        late.read_text()

    assert attempts(read) == (True, 3)


def test_a_file_that_stays_away_fails_in_the_end(tmp_path: Path) -> None:
    """Patience has its limit."""

    def read(_: int) -> None:
        (tmp_path / "none").read_text()

    assert attempts(read) == (False, 3)


def test_a_service_that_is_down_is_asked_again() -> None:
    """A refused connection may be a restart."""

    def ask(_: int) -> None:
        httpx.get("http://127.0.0.1:1")

    assert attempts(ask) == (False, 3)


def test_a_document_that_cannot_be_kept_is_made_again(tmp_path: Path) -> None:
    """A file stands where its folder should be, until the second attempt."""
    place = tmp_path / "documents"
    place.write_text("in the way")

    @dg.asset(io_manager_key="documents")
    def numbers(context: dg.AssetExecutionContext) -> list[int]:
        if context.retry_number:
            place.unlink()
        return [1, 2]

    done = dg.materialize(
        [numbers], resources={"documents": DocumentsIOManager(root=str(place), checks={})}
    )
    assert done.success
    assert json.loads(DocumentStore(place).read("numbers")) == [1, 2]


def test_what_is_wrong_with_a_file_stays_wrong() -> None:
    """An error of ours is not tried again."""

    def refuse(_: int) -> None:
        raise NotLendingClubError("a.csv", "its header lacks id")

    assert attempts(refuse) == (False, 1)


def test_whoever_interrupts_a_run_is_obeyed() -> None:
    """Ctrl-C and an order to end are no faults that pass."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    assert attempts(interrupt) == (False, 1)


def test_patience_grows() -> None:
    """Each wait is about twice as long as the one before."""
    plain = dg.RetryPolicy(max_retries=ON_IO.max_retries, delay=ON_IO.delay, backoff=ON_IO.backoff)
    assert [plain.calculate_delay(attempt) for attempt in (1, 2, 3)] == [2, 6, 14]


def test_a_foreign_file_fails_the_landing_at_once(tmp_path: Path) -> None:
    """A file that holds no loans is read once."""
    with small_platform(tmp_path) as platform:
        platform.raw_file.write_text("name,age\nme,7\n")
        done = platform.run("raw_loans", "quarantined_loans")
    events = [event.event_type for event in done.all_events]
    assert not done.success
    assert dg.DagsterEventType.STEP_UP_FOR_RETRY not in events


def reading(store: DocumentStore) -> Callable[[int], None]:
    """Return the work of reading a document."""

    def read(_: int) -> None:
        store.read("numbers")

    return read


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """Return a front of an S3 server, which fails as it is told to."""
    with object_store() as address, front_of(address) as made:
        yield made


@pytest.fixture
def disk(front: Front, monkeypatch: pytest.MonkeyPatch) -> AbstractFileSystem:
    """Return a client of the front that does not repeat by itself what was answered."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    front.fault = None
    return client(front.address)


@pytest.mark.parametrize("fault", [500, 503, 429, "hang up", "cut"])
def test_a_store_that_fails_for_a_while_is_asked_again(
    front: Front, disk: AbstractFileSystem, fault: int | str
) -> None:
    """Errors of the server, too many requests, lines that break: the second attempt succeeds."""
    store = DocumentStore(f"s3://{BUCKET}/{fault}", disk)
    store.publish("numbers", b"1" * 1_000)

    def read(attempt: int) -> None:
        front.fault = fault if attempt == 0 else None
        assert store.read("numbers") == b"1" * 1_000

    assert attempts(read) == (True, 2)


def test_what_a_store_failed_to_take_is_published_by_the_next_attempt(
    front: Front, disk: AbstractFileSystem
) -> None:
    """A document goes the way of every other, once the store is back."""
    store = DocumentStore(f"s3://{BUCKET}/published", disk)

    def publish(attempt: int) -> None:
        front.fault = 503 if attempt == 0 else None
        store.publish("numbers", b"2")

    assert attempts(publish) == (True, 2)
    assert store.read("numbers") == b"2"


def test_a_store_that_nobody_runs_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is refused may be a restart."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store = DocumentStore(f"s3://{BUCKET}/none", client("http://127.0.0.1:1"))
    assert attempts(reading(store)) == (False, 3)


@pytest.mark.parametrize("status", [401, 403])
def test_a_store_that_refuses_is_left_alone(
    front: Front, disk: AbstractFileSystem, status: int
) -> None:
    """Credentials that it does not take do not get better."""
    store = DocumentStore(f"s3://{BUCKET}/refused", disk)
    front.fault = status
    assert attempts(reading(store)) == (False, 1)


def test_a_bucket_that_is_missing_is_asked_for_once(disk: AbstractFileSystem) -> None:
    """Nobody makes one meanwhile."""
    store = DocumentStore("s3://nobodys/tables", disk)

    def publish(_: int) -> None:
        store.publish("numbers", b"1")

    assert attempts(publish) == (False, 1)


def test_credentials_that_are_missing_are_asked_for_once(
    front: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither environment, nor files, nor the machine has any."""
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
    bare = fsspec.filesystem("s3", endpoint_url=front.address, skip_instance_cache=True)
    store = DocumentStore(f"s3://{BUCKET}/bare", bare)
    assert attempts(reading(store)) == (False, 1)
