"""What the features learn is of the training split, at the quantiles that were asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

import dagster as dg
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.splits import Split
from risk_platform.definitions import build_definitions
from risk_platform.errors.protocols import WinsorizeError
from risk_platform.features.state import FeatureState
from risk_platform.orchestration.assets.features import Learning, learnt_features
from risk_platform.orchestration.resources import Experiment
from risk_platform.scoring.reference import Population
from risk_platform.settings import Settings
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.split import SPLIT
from risk_platform_tests.made import written

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
SplitLoans = Callable[[int], DataFrame]
EXPERIMENT = Experiment(protocol="window12")


@pytest.fixture
def split_loans(spark: SparkSession, raw_parts: RawParts, tmp_path: Path) -> SplitLoans:
    """Return a maker of ten training loans of usual incomes, and twenty later ones of others."""

    def make(later_incomes: int) -> DataFrame:
        rows = [{"id": str(n), "annual_inc": str(50_000 + 1_000 * n)} for n in range(10)]
        later = [
            {"id": str(n), "annual_inc": str(later_incomes), "purpose": "car"}
            for n in range(10, 30)
        ]
        number = F.col("id").cast("int")
        split = F.when(number < 10, Split.TRAIN.value).when(number < 20, Split.VALIDATION.value)
        cleaned = clean_loans(raw_parts([*rows, *later]), {"a.csv": date(2019, 3, 1)}, {})
        folder = tmp_path / str(later_incomes)
        folder.mkdir()
        loans = written(cleaned, folder).read(spark)
        return loans.withColumn(SPLIT, split.otherwise(Split.TEST.value))

    return make


def learnt(loans: DataFrame, experiment: Experiment = EXPERIMENT) -> FeatureState:
    """Return the state that the step makes of split loans."""
    state, _ = made(loans, experiment)
    assert isinstance(state, FeatureState)
    return state


def made(
    loans: DataFrame, experiment: Experiment = EXPERIMENT, *wanted: str
) -> list[FeatureState | Population]:
    """Return what the step makes of split loans, of all that it can make or of some."""
    step = learnt_features
    if wanted:
        step = step.subset_for({dg.AssetKey(name) for name in wanted}, None)
    with dg.build_asset_context() as context:
        results = cast("Learning", step(context, loans, experiment))
        return [result.value for result in results]


def test_nothing_is_learnt_from_later_loans(split_loans: SplitLoans) -> None:
    """Whatever validation and test loans bring, bounds, medians and labels stay what they were."""
    state = learnt(split_loans(1))
    assert learnt(split_loans(9_000_000)) == state
    assert (state.bounds["annual_inc"].low, state.bounds["annual_inc"].high) == (50_000, 59_000)
    assert state.categories["purpose"] == ("credit_card",)


def test_the_profile_is_of_the_training_split_alone(split_loans: SplitLoans) -> None:
    """Ten incomes, each in a bin of its own; whatever later loans bring leaves no trace."""
    _, profile = made(split_loans(1))
    assert isinstance(profile, Population)
    assert profile.loans == 10
    assert profile.numbers["annual_inc"].highs == tuple(range(50_000, 60_000, 1_000))
    assert profile.categories["purpose"].labels == ("credit_card",)
    assert profile.numbers["sec_app_fico_mid"].unknown == 10
    assert made(split_loans(9_000_000))[1] == profile


def test_either_can_be_made_alone(split_loans: SplitLoans) -> None:
    """As any asset can be chosen in the UI."""
    loans = split_loans(1)
    (profile,) = made(loans, EXPERIMENT, "reference_profile")
    assert isinstance(profile, Population)
    (state,) = made(loans, EXPERIMENT, "feature_state")
    assert isinstance(state, FeatureState)


def test_the_settings_say_where_to_cut(split_loans: SplitLoans) -> None:
    """The quantiles stand with the bounds in the state."""
    settings = Settings(winsorize_lower=0.1, winsorize_upper=0.9)
    bounds = learnt(split_loans(1), Experiment.of(settings)).bounds["annual_inc"]
    assert (bounds.lower, bounds.upper) == (0.1, 0.9)
    assert (bounds.low, bounds.high) == (50_000, 58_000)


def test_other_quantiles_make_another_version() -> None:
    """What was made with those of before shows as outdated."""
    settings = Settings(winsorize_upper=0.9)
    assert Experiment.of(settings).version != Experiment.of(Settings()).version


def test_quantiles_out_of_order_stop_the_code_location() -> None:
    """In one sentence, before anything is made."""
    settings = Settings(winsorize_lower=0.9, winsorize_upper=0.1)
    with pytest.raises(WinsorizeError, match=r"lower 0\.9 and upper 0\.1"):
        build_definitions(settings)
