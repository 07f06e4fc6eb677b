"""Readers: landing, DuckDB and Spark on hostile files, and their speed from CSV to raw Parquet.

Of each file the table counts the loans that are neither read as they were written nor set aside:
lost, or spoilt without a word, such as by a mark in place of a byte. Who refuses a file loses none.
The last rows show the seconds for many good loans, all columns as text, with rejects kept.
"""

import csv
import gzip
import io
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from benchmarks.figures import show
from benchmarks.floor import scan
from risk_platform.contract.layouts import LAYOUT_2020
from risk_platform.errors.sources import SourceError
from risk_platform.settings import Settings
from risk_platform.sources.encoding import MARKS
from risk_platform.sources.files import find_files
from risk_platform.sources.generator.generate import generate
from risk_platform.sources.landing import land
from risk_platform.spark.session import prepare_environment, spark_config

LOANS, MANY, HIT = 200, 300_000, 50
NAMES = tuple(name or "index" for name in LAYOUT_2020)
ID, TITLE, LAST = NAMES.index("id"), NAMES.index("emp_title"), len(NAMES) - 1
STORED = "store_rejects"

Row = list[str]
# What a reader made of a file: the rows, and how many it set aside.
Read = tuple[Sequence[Sequence[str | None]], int]


def run() -> None:
    """Measure and show."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = Settings(home=folder, spark_master="local[2]")
        prepare_environment(settings.root, settings.spark_master)
        builder = SparkSession.builder
        for name, value in spark_config(settings).items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("OFF")
        duckdb.execute("SET enable_progress_bar = false")
        readers: dict[str, Callable[[Path], Read]] = {
            "landing": lambda path: by_landing(path, folder),
            "DuckDB": by_duckdb,
            "Spark": lambda path: by_spark(spark, path),
        }
        rows = _hostile(readers, folder) | _speed(spark, folder)
        spark.stop()
    show("readers", rows)


def _hostile(readers: Mapping[str, Callable[[Path], Read]], folder: Path) -> dict[str, dict]:
    good = _rows(generate(LOANS, 7, folder).csv)
    found: dict[str, dict[str, float]] = {}
    for number, (name, content) in enumerate(hostile_files(good).items()):
        path = folder / f"{number}.csv{'.gz' if content[:2] == gzip.compress(b'')[:2] else ''}"
        path.write_bytes(content)
        found[name] = {
            f"{reader}: lost": _lost(read, path, good) for reader, read in readers.items()
        }
    return found


def hostile_files(good: list[Row]) -> dict[str, bytes]:
    """Return files of good loans, each but the first with one thing wrong amid them."""
    whole = _csv(good)
    before, after = _csv(good[:HIT]), _csv(good[HIT:], header=False)

    def with_title(title: str) -> bytes:
        row = [*good[HIT]]
        row[TITLE] = title
        return before + _csv([row], header=False) + _csv(good[HIT + 1 :], header=False)

    def with_line(line: bytes) -> bytes:
        return before + line + b"\n" + after

    def odd(text: bytes) -> bytes:
        return with_title("@@@").replace(b"@@@", text)

    return {
        "nothing wrong": whole,
        "a quote that is never closed": odd(b'"Inc'),
        "a quote amid a word": odd(b'5" pipe'),
        "a line break within quotes": with_title("a\nb"),
        "a line of too few fields": with_line(b"1,2,3"),
        "a line of too many fields": with_line(b"," * (len(NAMES) + 3)),
        "a note": with_line(b"Loans that do not meet the credit policy"),
        "a byte that is no UTF-8": odd(b"caf\xe9"),
        "a NUL": odd(b"a\x00b"),
        "a text of 3 MB": with_title("x" * 3_000_000),
        "Windows line ends": whole.replace(b"\n", b"\r\n"),
        "cut gzip": gzip.compress(whole)[:-20_000],
    }


def by_landing(path: Path, folder: Path) -> Read:
    """Read by our landing."""
    loans, rejects = (folder / f"{path.name}-{kind}" for kind in ("loans", "rejects"))
    loans.mkdir()
    rejects.mkdir()
    [report] = land(find_files(str(path)), loans, rejects)
    table = pq.read_table(loans, columns=[NAMES[ID], NAMES[TITLE], NAMES[LAST]])
    return _matched(table.to_pylist()), sum(report.quarantined.values())


def by_duckdb(path: Path) -> Read:
    """Read by DuckDB, keeping what it rejects."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f'SELECT id, emp_title, "{NAMES[LAST]}" FROM {scan(path, 1, STORED)}'
        ).fetchall()
        rejected = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
    return _matched([dict(zip(_KEPT, row, strict=True)) for row in rows]), (rejected or (0,))[0]


def by_spark(spark: SparkSession, path: Path) -> Read:
    """Read by Spark, keeping what it finds corrupt."""
    schema = ", ".join(f"`{name}` string" for name in (*NAMES, "_corrupt"))
    table = spark.read.csv(
        str(path),
        schema=schema,
        header=True,
        multiLine=True,
        escape='"',
        mode="PERMISSIVE",
        columnNameOfCorruptRecord="_corrupt",
        maxCharsPerColumn=-1,
    ).select(*_KEPT, "_corrupt")
    rows = [row.asDict() for row in table.collect()]
    return _matched([r for r in rows if not r["_corrupt"]]), sum(bool(r["_corrupt"]) for r in rows)


_KEPT = (NAMES[ID], NAMES[TITLE], NAMES[LAST])


def _matched(rows: Sequence[Mapping[str, str | None]]) -> list[tuple[str | None, ...]]:
    return [tuple(row[name] for name in _KEPT) for row in rows]


def _lost(read: Callable[[Path], Read], path: Path, good: list[Row]) -> float:
    try:
        rows, aside = read(path)
    except (SourceError, duckdb.Error, PySparkException, Py4JJavaError):
        return 0
    # The loan that was hit may be read with its odd title, or be set aside.
    seen = {(loan, last) for loan, title, last in rows if not {*MARKS} & {*(title or "")}}
    missing = sum((row[ID], row[LAST] or None) not in seen for row in good)
    return max(0, missing - aside)


def _rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        next(file)
        rows = list(csv.reader(file))[1:]
    return [row for row in rows if len(row) == len(NAMES) and row[ID]]


def _csv(rows: list[Row], *, header: bool = True) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if header:
        writer.writerow(LAYOUT_2020)
    writer.writerows(rows)
    return text.getvalue().encode()


def _speed(spark: SparkSession, folder: Path) -> dict[str, dict[str, float]]:
    path = generate(MANY, 7, folder / "many").csv
    out = folder / "many" / "raw"
    works: dict[str, Callable[[int], object]] = {
        "landing": lambda turn: _land_many(path, folder / f"many-{turn}"),
        "DuckDB": lambda _: duckdb.execute(
            f"COPY (FROM {scan(path, 2, STORED)}) TO '{out}.parquet' (COMPRESSION zstd)"
        ),
        "Spark": lambda _: (
            spark.read.csv(
                str(path),
                schema=", ".join(f"`{n}` string" for n in NAMES),
                multiLine=True,
                escape='"',
            )
            .write.mode("overwrite")
            .parquet(f"{out}-spark")
        ),
    }
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(2):
        for name, work in works.items():
            started = time.perf_counter()
            work(turn)
            seconds[name].append(time.perf_counter() - started)
    return {f"{MANY:,} loans by {name}": {"s": min(took)} for name, took in seconds.items()}


def _land_many(path: Path, folder: Path) -> None:
    for kind in ("loans", "rejects"):
        (folder / kind).mkdir(parents=True)
    land(find_files(str(path)), folder / "loans", folder / "rejects")
