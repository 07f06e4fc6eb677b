"""No skew between training and serving: a table's features are those of its applications.

Raw text goes both ways: through landing, Spark and batches of Arrow as a table; and through
the parser one record at a time, as the service reads an application. The two are equal bit by bit.
"""

import csv
import gzip
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from pyspark.sql import SparkSession

from risk_platform.contract.vintages import quarter_folders
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.sources.files import find_files
from risk_platform.sources.generator.generate import generate
from risk_platform.sources.landing import land
from risk_platform.spark.clean import CLEANED_SCHEMA, clean_loans
from risk_platform.spark.features import map_features
from risk_platform.spark.learn import learn_state
from risk_platform.spark.partwise import PartFiles, Partwise, write_parts
from risk_platform.spark.survey import superseded_records, survey

LOANS = 300
REAL_FILE = "lc_uniform_2016.csv.gz"

Matrix = NDArray[np.float64]


@pytest.fixture(scope="module")
def generated_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a raw file of generated loans."""
    return generate(LOANS, 7, tmp_path_factory.mktemp("generated")).csv


@pytest.fixture(scope="module")
def real_csv(real_loans: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a raw file of some hundred real loans, cut from a longer one."""
    if not (real_loans / REAL_FILE).is_file():
        pytest.skip(f"no {REAL_FILE} in {real_loans}")
    path = tmp_path_factory.mktemp("real") / "real.csv"
    with (
        gzip.open(real_loans / REAL_FILE, "rt", newline="") as rows,
        path.open("w", newline="") as file,
    ):
        csv.writer(file).writerows(islice(csv.reader(rows), LOANS + 1))
    return path


def in_bulk(spark: SparkSession, folder: Path) -> tuple[list[str], Matrix, FeatureState]:
    """Return ids, features and what was learnt, the way of a table."""
    raw = files_of(folder)
    snapshots, replaced = survey(spark, raw)
    cleaned = clean_loans(raw, snapshots, superseded_records(replaced))
    loans = written_by_spark(spark, cleaned, folder / "cleaned")
    state = learn_state(loans.read(spark))
    features = map_features(loans, state, [CLEANED_SCHEMA.field("id")])
    rows = pq.ParquetDataset(written_by_spark(spark, features, folder / "features").paths).read()
    columns = [rows[name].to_numpy() for name in FEATURE_NAMES]
    return rows["id"].to_pylist(), np.column_stack(columns), state


def written_by_spark(spark: SparkSession, table: Partwise, folder: Path) -> PartFiles:
    """Have a table made in a folder."""
    folder.mkdir()
    write_parts(spark, table, folder)
    return files_of(folder)


def files_of(folder: Path) -> PartFiles:
    """Return the files of a table that is kept by quarter."""
    parts = quarter_folders(folder)
    return PartFiles({part: [*map(str, place.iterdir())] for part, place in parts.items()})


def one_by_one(folder: Path, ids: Sequence[str], state: FeatureState) -> Matrix:
    """Return the features of the raw records of these loans, the way of an application."""
    paths = files_of(folder).paths
    records = pa_dataset.dataset(paths).to_table(columns=[*{"id", *INPUT_COLUMNS}]).to_pylist()
    by_id = {record["id"].strip(): record for record in records}
    alone = [build_features(parse_columns(INPUTS, [by_id[loan]]), state) for loan in ids]
    return np.concatenate(alone)


@pytest.mark.parametrize("source", ["generated_csv", "real_csv"])
def test_a_loan_has_the_same_bits_in_a_table_and_alone(
    spark: SparkSession, tmp_path: Path, request: pytest.FixtureRequest, source: str
) -> None:
    """Of all loans and all features, unknown ones among them, none differs in a single bit."""
    path: Path = request.getfixturevalue(source)
    loans, rejects = tmp_path / "loans", tmp_path / "rejects"
    loans.mkdir()
    rejects.mkdir()
    land(find_files(str(path)), loans, rejects)
    ids, table, state = in_bulk(spark, loans)
    alone = one_by_one(loans, ids, state)
    assert table.shape == (len(ids), len(FEATURE_NAMES))
    assert len(ids) > LOANS // 2
    assert 0 < np.isnan(table).mean() < 0.5
    np.testing.assert_array_equal(table.view(np.int64), _one_nan(alone).view(np.int64))


def _one_nan(matrix: Matrix) -> Matrix:
    """Return the matrix with every NaN in the form that Arrow's null becomes."""
    return np.where(np.isnan(matrix), np.nan, matrix)
