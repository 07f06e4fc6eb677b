"""Features: of one state, the same in bulk and alone, alive, and none of them a leak."""

import dagster as dg
import numpy as np
import pyarrow as pa
import pyarrow.dataset as pa_dataset
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.splits import Split
from risk_platform.evaluation.leakage import (
    CERTAINTY,
    TRIP_WIRE,
    certainty,
    label_certainty,
    single_input_auc,
    spotless,
    tripped,
)
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUT_COLUMNS
from risk_platform.features.state import FeatureState
from risk_platform.orchestration.findings import in_short
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.features import columns_of, states_of
from risk_platform.store.tables import TableStore
from risk_platform.training.inputs import Inputs, inputs_of

ROWS_COMPARED = 200


@dg.asset_check(
    asset="loan_features",
    additional_ins={"split_loans": dg.AssetIn(), "feature_state": dg.AssetIn()},
    blocking=True,
)
def a_loan_has_the_same_features_in_bulk_and_alone(
    loan_features: DataFrame, split_loans: DataFrame, feature_state: FeatureState
) -> dg.AssetCheckResult:
    """A loan scored alone gets the very bits that it has in the table."""
    # The smallest hashes are a sample of all quarters, the same in every run.
    sample = split_loans.orderBy(F.xxhash64("id")).limit(ROWS_COMPARED)
    loans = sample.select("id", *INPUT_COLUMNS).toArrow()
    ids = loans["id"].to_pylist()
    bulk = loan_features.where(F.col("id").isin(ids)).select("id", *FEATURE_NAMES).toArrow()
    place = {number: row for row, number in enumerate(bulk["id"].to_pylist())}
    table = np.column_stack([bulk[name].to_numpy() for name in FEATURE_NAMES])
    alone = [_alone(loans.slice(row, 1), feature_state) for row in range(loans.num_rows)]
    differ = [
        number
        for number, features in zip(ids, alone, strict=True)
        if not np.array_equal(features, table[place[number]], equal_nan=True)
    ]
    return dg.AssetCheckResult(passed=not differ, metadata={"compared": len(ids), "differ": differ})


@dg.asset_check(
    asset="loan_features", additional_ins={"feature_state": dg.AssetIn()}, blocking=True
)
def every_quarter_was_made_with_the_feature_state(
    feature_state: FeatureState, store: dg.ResourceParam[TableStore]
) -> dg.AssetCheckResult:
    """No quarter is left of a run with another state: make all of them anew after a new one."""
    states = states_of(store.dataset("loan_features"))
    astray = [quarter for quarter, state in states.items() if state != feature_state.digest]
    said = "were made with another feature state: make every quarter of loan_features anew."
    return dg.AssetCheckResult(
        passed=not astray,
        description=f"{len(astray)} of {len(states)} quarters {said}" if astray else None,
        metadata={"quarters": len(states), "made_with_another": astray},
    )


@dg.asset_check(asset="loan_features", blocking=False)
def no_feature_is_empty_or_constant(
    loan_features: pa_dataset.Dataset, experiment: Experiment
) -> dg.AssetCheckResult:
    """Every feature varies over the training split; late columns may not reach back that far."""
    train = inputs_of(loan_features, Split.TRAIN, experiment.rules)
    still = [name for name in train.names if not _varies(train.feature(name))]
    return dg.AssetCheckResult(
        passed=not still, severity=dg.AssetCheckSeverity.WARN, metadata={"still": still}
    )


@dg.asset_check(asset="loan_features", blocking=True)
def no_single_input_gives_the_outcome_away(
    loan_features: pa_dataset.Dataset, experiment: Experiment
) -> dg.AssetCheckResult:
    """No input alone ranks defaults above the leakage trip-wire, or knows of some for certain."""
    train = inputs_of(loan_features, Split.TRAIN, experiment.rules)
    aucs = {n: single_input_auc(train.outcomes, train.feature(n)) for n in train.names}
    rates = {name: _certainty(train, name) for name in train.names}
    safe = {name: _spotless(train, name) for name in train.names}
    suspects, certain = tripped(aucs), tripped(rates, CERTAINTY)
    spared = {name: which for name, which in safe.items() if which}
    best = sorted(((a, n) for n, a in aucs.items() if a is not None), reverse=True)[:5]
    return dg.AssetCheckResult(
        passed=not (suspects or certain or spared),
        description=in_short(
            f"`{name}` alone gives the outcome away: some of it was known later than the decision."
            for name in {**suspects, **certain, **spared}
        ),
        metadata={
            "limit": TRIP_WIRE,
            "suspects": dg.MetadataValue.json(suspects),
            "limit_of_certainty": CERTAINTY,
            "certain": dg.MetadataValue.json(certain),
            "never_default": dg.MetadataValue.json(spared),
            "best": dg.MetadataValue.json({name: area for area, name in best}),
        },
    )


def _certainty(train: Inputs, name: str) -> float | None:
    of = label_certainty if name in train.categories else certainty
    return of(train.outcomes, train.feature(name))


def _spotless(train: Inputs, name: str) -> str:
    return spotless(train.outcomes, train.feature(name), are_labels=name in train.categories)


def _alone(loan: pa.Table, state: FeatureState) -> NDArray[np.float64]:
    return build_features(columns_of(loan.to_batches()[0]), state)[0]


def _varies(values: NDArray[np.float64]) -> bool:
    known = values[~np.isnan(values)]
    return len(known) > 0 and bool(known.min() < known.max())
