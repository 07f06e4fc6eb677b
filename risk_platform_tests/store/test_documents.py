"""Documents are published as tables are: whole or not at all, by the writer that began last."""

import itertools
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from risk_platform.errors.tables import (
    DamagedTableError,
    MissingTableError,
    MissingVersionError,
    StaleWriterError,
)
from risk_platform.store.documents import FILE, DocumentStore
from risk_platform.store.publications import KEPT_VERSIONS
from risk_platform_tests.object_store import BUCKET
from risk_platform_tests.store.disks import FailingLocalDisk, FailingMemoryDisk, OvertakenDisk
from risk_platform_tests.store.tables import is_linear, versions_on_disk

NAME = "loans"
LARGE = 200_000


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> DocumentStore:
    """Return an empty store on a disk of each kind."""
    folder = uuid.uuid4().hex
    if request.param == "local":
        return DocumentStore(tmp_path)
    if request.param == "memory":
        return DocumentStore(f"memory://{folder}")
    return DocumentStore(f"s3://{BUCKET}/{folder}", request.getfixturevalue("s3"))


def place(store: DocumentStore) -> str:
    """Return where the current version's file is."""
    return f"{store.home(NAME)}/{store.current(NAME).version}/{FILE}"


def test_what_was_published_last_is_read(store: DocumentStore) -> None:
    """Byte for byte; equal content has an equal digest, whatever the version is called."""
    first = store.publish(NAME, b'{"a": 1}')
    assert store.publish(NAME, b"{}").content != first.content
    again = store.publish(NAME, b'{"a": 1}')
    assert store.read(NAME) == b'{"a": 1}'
    assert (again.content, again.version) == (first.content, store.current(NAME).version)
    assert store.all_names() == [NAME]


def test_the_last_versions_stay_and_can_be_read_by_name(store: DocumentStore) -> None:
    """So many of the newest; the history names all that there ever were."""
    made = [store.publish(NAME, b"%d" % age).version for age in range(KEPT_VERSIONS + 2)]
    kept = made[-KEPT_VERSIONS:]
    assert [store.read(NAME, name) for name in kept] == [b"2", b"3", b"4", b"5", b"6"]
    assert [entry.version for entry in store.history(NAME)] == made[::-1]
    with pytest.raises(MissingVersionError, match=f"loans keeps no version '{made[1]}'"):
        store.read(NAME, made[1])
    assert is_linear(store)


def test_older_versions_are_swept(tmp_path: Path) -> None:
    """What nobody can read takes no room."""
    store = DocumentStore(tmp_path)
    made = [store.publish(NAME, b"%d" % age).version for age in range(KEPT_VERSIONS + 2)]
    assert versions_on_disk(store) == set(made[-KEPT_VERSIONS:])


def test_a_document_that_was_never_published_is_missing(store: DocumentStore) -> None:
    """The sentence names it and says what to do."""
    with pytest.raises(MissingTableError, match="loans does not exist yet: materialise"):
        store.read(NAME)
    assert store.all_names() == []


def test_a_flipped_bit_is_found_when_it_is_read(store: DocumentStore) -> None:
    """The size is right, the digest is not; the version before can be read."""
    before = store.publish(NAME, b"0.25").version
    store.publish(NAME, b"0.35")
    file = place(store)
    store.disk.pipe_file(file, b"0.75")
    for look in (store.read, store.verify):
        with pytest.raises(DamagedTableError, match=f"{file} is not what was published"):
            look(NAME)
    assert store.read(NAME, before) == b"0.25"


def test_a_lost_file_is_named(store: DocumentStore) -> None:
    """Whoever reads or verifies is told which."""
    store.publish(NAME, b"1")
    file = place(store)
    store.disk.rm(file)
    for look in (store.read, store.verify):
        with pytest.raises(DamagedTableError, match=f"{file} is missing"):
            look(NAME)


def test_a_writer_that_was_overtaken_is_refused(tmp_path: Path) -> None:
    """A zombie goes on after its retry has published, and publishes nothing."""
    retry = DocumentStore(tmp_path)
    zombie = DocumentStore(tmp_path, OvertakenDisk(FILE, lambda: retry.publish(NAME, b"retry")))
    with pytest.raises(StaleWriterError, match="began to write after it"):
        zombie.publish(NAME, b"zombie")
    assert retry.read(NAME) == b"retry"
    assert len(retry.history(NAME)) == 1
    assert is_linear(retry)


def test_a_writer_that_looked_too_early_is_refused(tmp_path: Path) -> None:
    """Between its file and its publication another began, and failed: nobody can tell."""
    other = DocumentStore(tmp_path)
    other.publish(NAME, b"before")
    late = DocumentStore(tmp_path, OvertakenDisk("00000004.json", other.log(NAME).claim))
    with pytest.raises(StaleWriterError):
        late.publish(NAME, b"late")
    assert other.read(NAME) == b"before"


def test_readers_never_see_part_of_a_document(tmp_path: Path) -> None:
    """While four writers publish, each reading is one writer's document, whole."""
    store = DocumentStore(tmp_path)
    store.publish(NAME, b"0" * LARGE)
    done = threading.Event()

    def read_on() -> set[bytes]:
        seen: set[bytes] = set()
        while not done.is_set():
            seen.add(store.read(NAME))
        return seen

    def write_on(letter: bytes) -> int:
        refused = 0
        for _ in range(10):
            try:
                store.publish(NAME, letter * LARGE)
            except StaleWriterError:
                refused += 1
        return refused

    with ThreadPoolExecutor(5) as pool:
        reader = pool.submit(read_on)
        refused = sum(pool.map(write_on, (b"1", b"2", b"3", b"4")))
        done.set()
    assert reader.result() <= {letter * LARGE for letter in (b"0", b"1", b"2", b"3", b"4")}
    assert len(store.history(NAME)) == 1 + 40 - refused
    assert is_linear(store)


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done, unanswered"])
@pytest.mark.parametrize("disk", [FailingLocalDisk, FailingMemoryDisk], ids=["local", "remote"])
def test_each_operation_may_fail(
    tmp_path: Path, disk: type[FailingLocalDisk | FailingMemoryDisk], *, after: bool
) -> None:
    """Whichever does, the old document or the new one is read, and the next writer goes on."""
    root = str(tmp_path) if disk is FailingLocalDisk else f"memory://{uuid.uuid4()}"
    seen: list[bytes] = []
    for moment in itertools.count(1):
        store, failing = DocumentStore(f"{root}/{moment}"), disk(moment, after=after)
        store.publish(NAME, b"1")
        try:
            DocumentStore(f"{root}/{moment}", failing).publish(NAME, b"2")
        except OSError:
            assert failing.failed
        seen.append(store.read(NAME))
        store.publish(NAME, b"3")
        assert store.read(NAME) == b"3"
        assert is_linear(store)
        if not failing.failed:
            break
    assert set(seen) == {b"1", b"2"}
    assert len(seen) > 10
