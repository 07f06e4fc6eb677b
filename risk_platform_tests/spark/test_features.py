"""Spark maps the one function over a table, and a loan has there what it has alone."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from pyspark.sql import DataFrame

from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.features import map_features
from risk_platform.spark.learn import learn_state
from risk_platform_tests.raw_loan import RAW_LOAN

RawTable = Callable[[Sequence[Mapping[str, str]]], DataFrame]

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
def loans(raw_table: RawTable) -> DataFrame:
    """Return the loans, cleaned."""
    return clean_loans(raw_table(raw_loans()), {"a.csv": "2019-03"}).cache()


@pytest.fixture(scope="module")
def state(loans: DataFrame) -> FeatureState:
    """Return what is learnt from all of them."""
    return learn_state(loans)


def test_features_stand_beside_the_columns_that_are_carried(
    loans: DataFrame, state: FeatureState
) -> None:
    """The carried columns keep their types, features are doubles in the order of the model."""
    mapped = map_features(loans, state, ["id", "issue_d"])
    assert mapped.columns == ["id", "issue_d", *FEATURE_NAMES]
    assert [dtype for _, dtype in mapped.dtypes[:3]] == ["string", "date", "double"]
    assert {dtype for _, dtype in mapped.dtypes[2:]} == {"double"}


def test_an_input_can_be_carried_beside_the_features_made_of_it(
    loans: DataFrame, state: FeatureState
) -> None:
    """A row's month of issue is handed on although ages are counted up to it."""
    row = map_features(loans.where("id = 7"), state, ["issue_d"]).collect()[0]
    assert (str(row["issue_d"]), row["credit_age_months"]) == ("2016-03-01", 211.0)


def test_what_is_unknown_is_null(loans: DataFrame) -> None:
    """A table has no NaN, which SQL would compare as a number."""
    unlearnt = FeatureState(bounds={}, medians={}, categories={})
    row = map_features(loans.where("id = 7"), unlearnt, []).collect()[0]
    assert row["sec_app_fico_mid"] is None
    assert row["dti"] is None
    assert row["annual_inc"] == INCOMES[7]


def test_a_table_gets_the_features_of_its_applications(
    loans: DataFrame, state: FeatureState
) -> None:
    """Each loan's bits are those that its raw record gives alone."""
    mapped = map_features(loans, state, ["id"]).toPandas().set_index("id")
    for raw in raw_loans()[:40]:
        alone = build_features(parse_columns(INPUTS, [RAW_LOAN | raw]), state)[0]
        np.testing.assert_array_equal(mapped.loc[raw["id"]].to_numpy(np.float64), alone)
