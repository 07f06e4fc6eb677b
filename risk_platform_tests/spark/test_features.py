"""Spark maps the one function over a table, and a loan has there what it has alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import CLEANED_SCHEMA, clean_loans
from risk_platform.spark.features import map_features
from risk_platform.spark.learn import learn_state
from risk_platform.spark.partwise import PartFiles
from risk_platform_tests.made import made, written
from risk_platform_tests.raw_loan import RAW_LOAN

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
ID, ISSUED = CLEANED_SCHEMA.field("id"), CLEANED_SCHEMA.field("issue_d")

LOANS = 3_000
INCOMES = np.random.default_rng(7).lognormal(11, 0.6, LOANS).round(2)
PURPOSES = ("small_business", "car", "house")


def raw_loans() -> list[dict[str, str]]:
    """Return loans of many incomes; ``dti`` lacks in 1 % of them, ``revol_util`` in a bit more."""
    return [
        {
            "id": str(number),
            "annual_inc": str(income),
            "purpose": PURPOSES[number % 3],
            "dti": "" if number < LOANS // 100 else "15.5",
            "revol_util": "" if number <= LOANS // 100 else "45.2",
        }
        for number, income in enumerate(INCOMES)
    ]


@pytest.fixture(scope="module")
def files(raw_parts: RawParts, tmp_path_factory: pytest.TempPathFactory) -> PartFiles:
    """Return where the loans are, cleaned."""
    cleaned = clean_loans(raw_parts(raw_loans()), {"a.csv": date(2019, 3, 1)}, {})
    return written(cleaned, tmp_path_factory.mktemp("cleaned"))


@pytest.fixture(scope="module")
def loans(files: PartFiles, spark: SparkSession) -> DataFrame:
    """Return the cleaned loans."""
    return files.read(spark).cache()


@pytest.fixture(scope="module")
def state(loans: DataFrame) -> FeatureState:
    """Return what is learnt from all of them."""
    return learn_state(loans)


def test_features_stand_beside_the_columns_that_are_carried(
    files: PartFiles, state: FeatureState
) -> None:
    """The carried columns keep their types, features are doubles in the order of the model."""
    mapped = made(map_features(files, state, [ID, ISSUED]))
    assert mapped.column_names == ["id", "issue_d", *FEATURE_NAMES]
    assert mapped.schema.types[:2] == [pa.string(), pa.date32()]
    assert set(mapped.schema.types[2:]) == {pa.float64()}


def test_an_input_can_be_carried_beside_the_features_made_of_it(
    files: PartFiles, state: FeatureState
) -> None:
    """A row's month of issue is handed on although ages are counted up to it."""
    row = made(map_features(files, state, [ISSUED])).slice(7, 1).to_pylist()[0]
    assert (str(row["issue_d"]), row["credit_age_months"]) == ("2016-03-01", 211.0)


def test_what_is_unknown_is_null(files: PartFiles) -> None:
    """A table has no NaN, which SQL would compare as a number."""
    unlearnt = FeatureState(bounds={}, medians={}, categories={})
    row = made(map_features(files, unlearnt, [])).slice(7, 1).to_pylist()[0]
    assert row["sec_app_fico_mid"] is None
    assert row["dti"] is None
    assert row["annual_inc"] == INCOMES[7]


def test_a_table_gets_the_features_of_its_applications(
    files: PartFiles, state: FeatureState
) -> None:
    """Each loan's bits are those that its raw record gives alone."""
    mapped = made(map_features(files, state, [ID])).to_pandas().set_index("id")
    for raw in raw_loans()[:40]:
        alone = build_features(parse_columns(INPUTS, [RAW_LOAN | raw]), state)[0]
        np.testing.assert_array_equal(mapped.loc[raw["id"]].to_numpy(np.float64), alone)
