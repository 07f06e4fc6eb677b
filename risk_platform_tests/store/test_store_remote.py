"""Tables on disks that are not this machine's: a server that speaks S3, and fsspec's memory."""

import os
import random
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fsspec import AbstractFileSystem
from pyspark.sql import SparkSession

from risk_platform.errors.tables import DamagedTableError, StaleWriterError, UnreachableStoreError
from risk_platform.spark.partwise import PartFiles
from risk_platform.store.disk import ask
from risk_platform.store.publications import KEPT_VERSIONS, LOG
from risk_platform.store.tables import TableStore
from risk_platform_tests.object_store import BUCKET, CREDENTIALS
from risk_platform_tests.store.tables import (
    TABLE,
    begin,
    is_linear,
    numbers,
    publish,
    publish_parts,
    write,
)


@pytest.fixture(params=["s3", "memory"])
def store(request: pytest.FixtureRequest) -> TableStore:
    """Return an empty store on a remote disk."""
    folder = uuid.uuid4().hex
    if request.param == "memory":
        return TableStore(f"memory://{folder}")
    return TableStore(f"s3://{BUCKET}/{folder}", request.getfixturevalue("s3"))


def found(store: TableStore) -> set[str]:
    """Return the folders of versions that are there."""
    paths = store.disk.ls(f"{store.root}/{TABLE}", detail=False)
    return {path.rstrip("/").rpartition("/")[2] for path in paths} - {LOG}


def test_versions_are_published_kept_and_swept(store: TableStore) -> None:
    """As on a local disk."""
    names = [publish(store, age) for age in range(KEPT_VERSIONS + 2)]
    assert numbers(store) == [KEPT_VERSIONS + 1]
    assert numbers(store, version=names[-2]) == [KEPT_VERSIONS]
    assert found(store) == set(names[-KEPT_VERSIONS:])
    assert is_linear(store)
    store.verify(TABLE)


def test_parts_are_kept(store: TableStore) -> None:
    """A version of one quarter leaves the other quarters as they were."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    publish_parts(store, ["q2"], {"q2": 22})
    assert numbers(store) == [1, 22]
    assert numbers(store, ["q2"]) == [22]


def test_a_zombie_is_refused(store: TableStore) -> None:
    """The store's conditional put decides."""
    zombie, writer = begin(store, 1)
    publish(store, 2)
    with pytest.raises(StaleWriterError):
        writer.close()
    assert zombie.manifest is None
    assert numbers(store) == [2]
    assert len(store.history(TABLE)) == 1


def test_a_zombie_that_looked_too_early_is_refused(store: TableStore) -> None:
    """Between its last look at the log and its publication another may begin."""
    claim = store.log(TABLE).claim()
    publish(store, 2)
    with pytest.raises(StaleWriterError):
        store.log(TABLE).publish(claim, store.current(TABLE))
    assert is_linear(store)


def test_a_lost_file_is_named(store: TableStore) -> None:
    """Readers of any kind are told before they read."""
    publish(store, 1)
    [file] = store.files(TABLE)
    store.disk.rm(file)
    with pytest.raises(DamagedTableError, match=f"{file} is missing"):
        store.local_parts(TABLE)


def test_a_changed_file_is_not_fetched(store: TableStore) -> None:
    """What is copied to this machine is verified on its way."""
    publish(store, 7)
    [file] = store.files(TABLE)
    content = bytearray(store.disk.cat_file(file))  # pyright: ignore[reportArgumentType]
    content[5] ^= 1
    store.disk.pipe_file(file, bytes(content))
    with pytest.raises(DamagedTableError, match=f"{file} is not what was published"):
        store.local_parts(TABLE)


def test_a_store_is_asked_whether_it_answers(
    s3: AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does, one without the bucket, one that nobody listens at."""
    told = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_MAX_ATTEMPTS": "1"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint_url)  # pyright: ignore[reportAttributeAccessIssue]
    ask(f"s3://{BUCKET}/tables")
    with pytest.raises(UnreachableStoreError, match="nobodys"):
        ask("s3://nobodys/tables")
    s3.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(UnreachableStoreError, match="cannot be reached"):
        ask(f"s3://{BUCKET}/tables")
    s3.clear_instance_cache()


ASKS = f"from risk_platform.store.disk import ask; ask('s3://{BUCKET}/tables')"


@pytest.mark.parametrize("in_environment", [None, "http://127.0.0.1:1"], ids=["not", "wrongly"])
def test_s3_is_found_by_the_lines_of_the_env_file(
    s3: AbstractFileSystem, tmp_path: Path, in_environment: str | None
) -> None:
    """Address and credentials in ``.env`` serve, unless the environment says otherwise."""
    told = {**CREDENTIALS, "AWS_ENDPOINT_URL": s3.endpoint_url}  # pyright: ignore[reportAttributeAccessIssue]
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in told.items()))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    if in_environment:
        environment["AWS_ENDPOINT_URL"] = in_environment
    command = [sys.executable, "-c", ASKS]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode == 0) is (in_environment is None), done.stderr
    assert in_environment is None or b"UnreachableStoreError" in done.stderr


def test_what_is_fetched_and_sent_passes_through_the_folder_that_is_named(
    s3: AbstractFileSystem, tmp_path: Path
) -> None:
    """A cluster's workers reach it; the machine's own temporary folder they do not."""
    scratch = tmp_path / "shared"
    store = TableStore(f"s3://{BUCKET}/{uuid.uuid4().hex}", s3, scratch=str(scratch))
    with store.new_version(TABLE) as version:
        assert version.folder.is_relative_to(scratch)
        write(version.folder, 7)
    assert not list(scratch.iterdir())
    [file] = PartFiles(store.local_parts(TABLE)).paths
    assert Path(file).is_relative_to(scratch)


def test_spark_reads_what_was_fetched(store: TableStore, spark: SparkSession) -> None:
    """It needs no connector of its own."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    files = PartFiles(store.local_parts(TABLE))
    assert sorted(row["number"] for row in files.read(spark).collect()) == [1, 2]


def test_writers_on_s3_are_put_in_order(s3: AbstractFileSystem) -> None:
    """Three at the same time publish one after the other."""
    store = TableStore(f"s3://{BUCKET}/{uuid.uuid4().hex}", s3)

    def until_published(number: int) -> None:
        while True:
            try:
                publish(store, number)
            except StaleWriterError:
                time.sleep(random.uniform(0, 1))  # noqa: S311 - or they overtake one another on and on
            else:
                return

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(until_published, range(3)))
    assert len(store.history(TABLE)) == 3
    assert is_linear(store)
