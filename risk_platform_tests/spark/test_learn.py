"""Spark learns from the loans that it is given what NumPy would, however they are parted."""

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession

from risk_platform.features.bins import BIN_WIDTH
from risk_platform.features.definitions import FEATURES, Kind
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import LOWER_QUANTILE, UPPER_QUANTILE, Bounds, winsorize
from risk_platform.scoring.reference import Population
from risk_platform.spark.features import columns_of, map_features
from risk_platform.spark.learn import USUAL, learn_state, state_of, summarise, summarise_columns
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.reference import population_of
from risk_platform_tests.made import made
from risk_platform_tests.spark.many_loans import INCOMES, PURPOSES


def assert_close(bounds: Bounds, values: NDArray[np.float64]) -> None:
    """Compare bounds with NumPy's quantiles, within the width of a bin."""
    quantiles = (bounds.lower, bounds.upper)
    wanted = np.quantile(values, quantiles, method="inverted_cdf")
    np.testing.assert_allclose((bounds.low, bounds.high), wanted, rtol=BIN_WIDTH)
    assert {bounds.low, bounds.high} <= set(values)


def test_bounds_are_the_outermost_quantiles(state: FeatureState) -> None:
    """Half a per mille on either side is cut, at a value that some loan has."""
    bounds = state.bounds["annual_inc"]
    assert (bounds.lower, bounds.upper) == (LOWER_QUANTILE, UPPER_QUANTILE)
    assert_close(bounds, INCOMES)
    assert INCOMES.min() < bounds.low < bounds.high < INCOMES.max()


def test_a_bound_is_learnt_of_derived_features_too(state: FeatureState) -> None:
    """A burden is clipped as a burden, not by the bounds of what it is made of."""
    assert_close(state.bounds["loan_to_income"], 10_000 / INCOMES)


@pytest.mark.parametrize(("lower", "upper"), [(0.0, 1.0), (0.01, 0.99), (0.25, 0.2501), (0.0, 0.5)])
def test_the_quantiles_are_those_that_are_asked_for(
    loans: DataFrame, lower: float, upper: float
) -> None:
    """0 and 1 are the smallest and the largest value."""
    bounds = learn_state(loans, winsorize(["annual_inc"], lower, upper)).bounds
    assert set(bounds) == {"annual_inc"}
    assert_close(bounds["annual_inc"], INCOMES)


def test_a_feature_can_have_quantiles_of_its_own(loans: DataFrame) -> None:
    """The others keep theirs."""
    bounds = learn_state(loans, USUAL | winsorize(["annual_inc"], 0.0, 0.9)).bounds
    assert (bounds["annual_inc"].lower, bounds["annual_inc"].upper) == (0.0, 0.9)
    assert bounds["annual_inc"].low == INCOMES.min()
    assert bounds["loan_to_income"].upper == UPPER_QUANTILE


def test_a_constant_is_bounded_by_itself(state: FeatureState) -> None:
    """Whatever another loan brings is drawn in to what training knew."""
    assert (state.bounds["open_acc"].low, state.bounds["open_acc"].high) == (10.0, 10.0)


def test_null_is_not_learnt_from_and_stays_null(files: PartFiles, state: FeatureState) -> None:
    """Bounds are those of the known values, and draw nothing in to them that is unknown."""
    assert (state.bounds["revol_util"].low, state.bounds["revol_util"].high) == (45.2, 45.2)
    assert made(map_features(files, state, []))["revol_util"][7].as_py() is None


def test_the_median_is_that_of_the_loans(state: FeatureState) -> None:
    """It is a value that some loan has."""
    median = np.quantile(INCOMES, 0.5, method="inverted_cdf")
    assert state.medians["annual_inc"] == pytest.approx(median, rel=BIN_WIDTH)
    assert state.medians["annual_inc"] in INCOMES


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
    assert set(state.categories) == {f.name for f in FEATURES if f.kind is Kind.CATEGORY}


def test_a_label_that_is_nowhere_given_makes_no_category(state: FeatureState) -> None:
    """Null is no label."""
    assert state.categories["verification_status_joint"] == ()


def test_only_the_loans_given_are_learnt_from(loans: DataFrame) -> None:
    """The incomes and labels of other loans leave no trace: nothing leaks from later splits."""
    cars = learn_state(loans.where("purpose = 'car'"))
    incomes = INCOMES[1::3]
    assert cars.categories["purpose"] == ("car",)
    median = np.quantile(incomes, 0.5, method="inverted_cdf")
    assert cars.medians["annual_inc"] == pytest.approx(median, rel=BIN_WIDTH)
    bounds = cars.bounds["annual_inc"]
    assert (bounds.low, bounds.high) == (incomes.min(), incomes.max())


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_the_order_and_parting_of_rows_do_not_matter(
    loans: DataFrame, state: FeatureState, parts: int
) -> None:
    """The same loans teach the same state, to the last bit of its JSON, on any number of tasks."""
    turned = loans.orderBy("annual_inc", ascending=False).repartition(parts)
    assert learn_state(turned).to_json() == state.to_json()


def test_how_many_loans_are_summarised_at_once_does_not_matter(
    loans: DataFrame, state: FeatureState, spark: SparkSession
) -> None:
    """Batches of a hundred make more summaries, and these add up to the same."""
    usual = spark.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
    try:
        assert learn_state(loans.coalesce(1)).to_json() == state.to_json()
    finally:
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(usual))


def test_labels_are_counted(loans: DataFrame) -> None:
    """Each purpose with its loans; of a co-applicant nothing is known, and so none is counted."""
    learnt = summarise(loans)
    assert learnt.loans == loans.count()
    assert learnt.labels["purpose"] == dict.fromkeys(sorted(PURPOSES), len(INCOMES) // 3)
    assert learnt.labels["verification_status_joint"] == {}


@pytest.mark.parametrize("parts", [1, 3])
def test_the_profile_is_the_same_for_any_parting(loans: DataFrame, parts: int) -> None:
    """To the last bit of its JSON: bins, counts, quartiles, what chance does."""
    turned = loans.orderBy("annual_inc", ascending=False).repartition(parts)
    assert profile_of(turned) == profile_of(loans)


def profile_of(loans: DataFrame) -> str:
    """Return the profile of loans as JSON."""
    return to_json(population_of(summarise(loans), draws=5))


def test_loans_at_hand_are_summarised_as_spark_does(files: PartFiles, loans: DataFrame) -> None:
    """The same bins and labels, without a session."""
    (path,) = files.paths
    (batch,) = pq.read_table(path).combine_chunks().to_batches()
    at_hand, by_spark = summarise_columns(columns_of(batch)), summarise(loans)
    assert to_json(population_of(at_hand, 2)) == to_json(population_of(by_spark, 2))
    assert state_of(at_hand) == state_of(by_spark)


def to_json(population: Population) -> str:
    """Return a profile as JSON."""
    return msgspec.json.encode(population).decode()


def test_nothing_is_learnt_from_no_loans(loans: DataFrame) -> None:
    """There are no bounds, no medians and no labels."""
    none = learn_state(loans.limit(0))
    assert (none.bounds, none.medians) == ({}, {})
    assert set(none.categories.values()) == {()}
