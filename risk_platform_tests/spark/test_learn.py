"""Spark learns from the loans it is given what NumPy would, and maps the one function over them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from pyspark.sql import DataFrame

from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.features import (
    CATEGORIES,
    LOWER_QUANTILE,
    UPPER_QUANTILE,
    learn_state,
    map_features,
)
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


def test_bounds_are_the_outermost_quantiles(state: FeatureState) -> None:
    """Half a per mille on either side is cut, at a value that some loan has."""
    tails = (LOWER_QUANTILE, UPPER_QUANTILE)
    low, high = np.quantile(INCOMES, tails, method="inverted_cdf")
    assert state.bounds["annual_inc"] == (low, high)
    assert INCOMES.min() < low < high < INCOMES.max()


def test_a_bound_is_learnt_of_derived_features_too(state: FeatureState) -> None:
    """A burden is clipped as a burden, not by the bounds of what it is made of."""
    burdens = 10_000 / INCOMES
    low, high = np.quantile(burdens, (LOWER_QUANTILE, UPPER_QUANTILE), method="inverted_cdf")
    assert state.bounds["loan_to_income"] == (low, high)


def test_the_median_is_that_of_the_loans(state: FeatureState) -> None:
    """It is the lower of the two in the middle, and so a value that some loan has."""
    assert state.medians["annual_inc"] == np.quantile(INCOMES, 0.5, method="inverted_cdf")


def test_only_what_is_known_of_nearly_every_loan_has_a_median(state: FeatureState) -> None:
    """One per cent may be missing; what more loans lack, or all, stays unknown."""
    assert state.medians["dti"] == 15.5
    assert "revol_util" not in state.medians
    assert "revol_util" in state.bounds


def test_a_feature_that_no_loan_has_is_not_learnt(state: FeatureState) -> None:
    """There is neither bound nor median, and the feature is never clipped."""
    assert "sec_app_fico_mid" not in state.bounds.keys() | state.medians.keys()


def test_categories_are_the_labels_seen_in_order(state: FeatureState) -> None:
    """The order is the alphabet's, whatever the order of the rows."""
    assert state.categories["purpose"] == tuple(sorted(PURPOSES))
    assert state.categories["region"] == ("Pacific",)
    assert set(state.categories) == {feature.name for feature in CATEGORIES}


def test_a_label_that_is_nowhere_given_makes_no_category(state: FeatureState) -> None:
    """Null is no label."""
    assert state.categories["verification_status_joint"] == ()


def test_only_the_loans_given_are_learnt_from(loans: DataFrame) -> None:
    """The incomes and labels of other loans leave no trace: nothing leaks from later splits."""
    cars = learn_state(loans.where("purpose = 'car'"))
    incomes = INCOMES[1::3]
    assert cars.categories["purpose"] == ("car",)
    assert cars.medians["annual_inc"] == np.quantile(incomes, 0.5, method="inverted_cdf")
    assert cars.bounds["annual_inc"] == (incomes.min(), incomes.max())


def test_the_order_and_parting_of_rows_do_not_matter(loans: DataFrame, state: FeatureState) -> None:
    """The same loans teach the same state, to the last bit of its JSON."""
    turned = loans.orderBy("annual_inc", ascending=False).repartition(3)
    assert learn_state(turned).to_json() == state.to_json()


def test_nothing_is_learnt_from_no_loans(loans: DataFrame) -> None:
    """There are no bounds, no medians and no labels."""
    none = learn_state(loans.limit(0))
    assert (none.bounds, none.medians) == ({}, {})
    assert set(none.categories.values()) == {()}


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
