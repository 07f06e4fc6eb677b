"""What tests of several packages are handed: a Spark session, raw loans, the real ones."""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import hypothesis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from risk_platform.contract.columns import SOURCE_FILE, SOURCE_RECORD
from risk_platform.handover.database import SERVER_SETTINGS
from risk_platform.settings import Settings
from risk_platform.sources.landing import RAW_SCHEMA
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.session import prepare_environment, spark_config
from risk_platform_tests.postgresql import Server, running_server
from risk_platform_tests.raw_loan import RAW_LOAN

# The tests' many JVMs do not live long enough for the better compiler to pay: it takes a third.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
# No test is timed: a busy machine is slow.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

Rows = Sequence[Mapping[str, str]]
REAL_LOANS = Path(os.environ.get("RISK_REAL_LOANS", "../shared/lendingclub"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; otherwise keep the order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Return the session of the test run, configured as the platform's own."""
    settings = Settings(
        home=tmp_path_factory.mktemp("spark"), spark_master="local[2]", spark_driver_memory="1g"
    )
    prepare_environment(settings.root, settings.spark_master)
    builder = SparkSession.builder
    for name, value in spark_config(settings).items():
        builder = builder.config(name, value)
    session = builder.config("spark.sql.warehouse.dir", str(settings.root)).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def raw_parts(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Rows], PartFiles]:
    """Return a maker of landed loans: each row is the plain raw loan with what a test changes."""

    def make(rows: Rows) -> PartFiles:
        records = [
            {name: text or None for name, text in (RAW_LOAN | dict(row)).items()}
            | {SOURCE_FILE: row.get(SOURCE_FILE, "a.csv"), SOURCE_RECORD: number}
            for number, row in enumerate(rows, start=1)
        ]
        path = tmp_path_factory.mktemp("landed") / "part.parquet"
        pq.write_table(pa.Table.from_pylist(records, RAW_SCHEMA), path)
        return PartFiles({"2016-01-01": [str(path)]})

    return make


@pytest.fixture
def raw_csv(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of raw files: a header and rows, each the raw loan with its changes."""

    def write(name: str, rows: Rows, columns: Sequence[str] = tuple(RAW_LOAN)) -> Path:
        path = tmp_path / name
        with path.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([(RAW_LOAN | dict(row)).get(c, "") for c in columns] for row in rows)
        return path

    return write


@pytest.fixture(scope="session")
def real_loans() -> Path:
    """Return the folder of the real loans; tests of them are skipped where it is missing."""
    if not REAL_LOANS.is_dir():
        pytest.skip(f"no real loans at {REAL_LOANS}: set RISK_REAL_LOANS")
    return REAL_LOANS


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a running PostgreSQL; tests that need one are skipped where none is installed.

    Two tests at once may leave one's process without a turn for longer than a transaction may
    idle: that limit has a test of its own, on a server of its own.
    """
    with pytest.MonkeyPatch.context() as patched, running_server() as server:
        patched.setitem(SERVER_SETTINGS, "idle_in_transaction_session_timeout", 10_000)
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database for decisions, of either engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'decisions.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.url(server.new_database())
