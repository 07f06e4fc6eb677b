"""Checks: what must hold before the next stage may read; each name is a sentence then true."""

from collections.abc import Sequence

import dagster as dg
import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.column import Timing
from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.protocols import Split, protocol_named
from risk_platform.evaluation.leakage import TRIP_WIRE, single_input_auc, tripped
from risk_platform.evaluation.report import ChampionReport
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, INPUT_COLUMNS
from risk_platform.features.state import FeatureState
from risk_platform.handover.registry import Published, Registry
from risk_platform.orchestration.resources import Experiment
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.spark.clean import CLEANED_SCHEMA
from risk_platform.spark.features import columns_of
from risk_platform.spark.rules import Rule, broken_counts, identity_rules, range_rules
from risk_platform.spark.schema import months_since_1970, schema_gap
from risk_platform.spark.split import MONTHS_OBSERVED, SPLIT
from risk_platform.training.inputs import inputs_of

ROWS_COMPARED = 100
# Mean PD and default rate of the test split may differ by this share of the rate.
CALIBRATION_TOLERANCE = 0.25


@dg.asset_check(asset="cleaned_loans", blocking=True)
def cleaned_loans_match_contract(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """The table has the columns and types of the contract: no more, no fewer."""
    gap = schema_gap(cleaned_loans.schema, CLEANED_SCHEMA)
    return dg.AssetCheckResult(passed=not gap, metadata={"gap": dg.MetadataValue.json(gap)})


@dg.asset_check(asset="cleaned_loans", blocking=True)
def each_loan_stands_once(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Every loan has one row, and every row a loan's number."""
    row = cleaned_loans.agg(F.count("*").alias("rows"), F.countDistinct("id").alias("ids")).first()
    counts = {} if row is None else row.asDict()
    return dg.AssetCheckResult(passed=counts["rows"] == counts["ids"], metadata=counts)


@dg.asset_check(asset="cleaned_loans", additional_ins={"raw_loans": dg.AssetIn()}, blocking=True)
def no_raw_loan_is_lost(raw_loans: DataFrame, cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Raw loans = cleaned loans + those superseded by a newer snapshot of the same loan."""
    raw, kept = raw_loans.count(), cleaned_loans.count()
    loans = raw_loans.select(F.trim("id")).distinct().count()
    return dg.AssetCheckResult(
        passed=kept == loans,
        metadata={"raw": raw, "cleaned": kept, "superseded": raw - loans, "lost": loans - kept},
    )


@dg.asset_check(asset="cleaned_loans", blocking=True)
def values_are_plausible(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Numbers lie in the ranges of the contract, but for a few errors of entry."""
    return _kept(cleaned_loans, range_rules())


@dg.asset_check(asset="cleaned_loans", blocking=True)
def accounting_identities_hold(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Payments, balances and instalments agree with one another."""
    return _kept(cleaned_loans, identity_rules())


@dg.asset_check(asset="split_loans", blocking=True)
def splits_are_ordered_in_time(split_loans: DataFrame) -> dg.AssetCheckResult:
    """Validation begins after training ends, test after validation, and none of them is empty."""
    month = months_since_1970(F.col("issue_d"))
    rows = (
        split_loans.groupBy(SPLIT)
        .agg(F.min(month).alias("first"), F.max(month).alias("last"), F.count("*").alias("loans"))
        .collect()
    )
    spans = {row[SPLIT]: row.asDict() for row in rows}
    judged = [spans.get(split.value) for split in (Split.TRAIN, Split.VALIDATION, Split.TEST)]
    in_order = all(judged) and all(
        earlier["last"] < later["first"] for earlier, later in zip(judged, judged[1:], strict=False)
    )
    return dg.AssetCheckResult(passed=in_order, metadata={"spans": dg.MetadataValue.json(spans)})


@dg.asset_check(asset="split_loans", blocking=True)
def outcome_windows_are_complete(
    split_loans: DataFrame, experiment: Experiment
) -> dg.AssetCheckResult:
    """Every loan of a split was observed through the whole window; no other loan is used."""
    outcome = protocol_named(experiment.protocol).outcome
    used = F.col(SPLIT) != Split.UNUSED.value
    complete = (F.col(MONTHS_OBSERVED) >= outcome.months) & F.col(outcome.name).isNotNull()
    row = split_loans.agg(
        F.count_if(used & ~complete).alias("used_too_early"),
        F.count_if(~used & complete).alias("left_out_though_known"),
    ).first()
    counts = {} if row is None else row.asDict()
    return dg.AssetCheckResult(passed=not any(counts.values()), metadata=counts)


@dg.asset_check(asset="split_loans", blocking=True)
def models_see_nothing_later_than_the_application(split_loans: DataFrame) -> dg.AssetCheckResult:
    """No column that became known after funding goes on to the features."""
    known = [BY_NAME[name] for name in split_loans.columns if name in BY_NAME]
    late = [column.name for column in known if column.known is Timing.OUTCOME]
    sources = {source for feature in FEATURES for source in feature.sources}
    late += [name for name in sources if BY_NAME[name].known is Timing.OUTCOME]
    return dg.AssetCheckResult(passed=not late, metadata={"late": sorted(late)})


@dg.asset_check(asset="loan_features", additional_ins={"split_loans": dg.AssetIn(), "feature_state": dg.AssetIn()}, blocking=True)
def a_loan_has_the_same_features_in_bulk_and_alone(
    loan_features: DataFrame, split_loans: DataFrame, feature_state: FeatureState
) -> dg.AssetCheckResult:
    """A loan scored alone gets the very bits that it has in the table."""
    loans = split_loans.select("id", *INPUT_COLUMNS).limit(ROWS_COMPARED).toArrow()
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


@dg.asset_check(asset="loan_features", blocking=False)
def no_feature_is_empty_or_constant(
    loan_features: pa.Table, experiment: Experiment
) -> dg.AssetCheckResult:
    """Every feature varies over the training split; late columns may not reach back that far."""
    train = inputs_of(loan_features, Split.TRAIN, protocol_named(experiment.protocol))
    still = [name for name in FEATURE_NAMES if not _varies(train.feature(name))]
    return dg.AssetCheckResult(
        passed=not still, severity=dg.AssetCheckSeverity.WARN, metadata={"still": still}
    )


@dg.asset_check(asset="loan_features", blocking=True)
def no_single_input_gives_the_outcome_away(
    loan_features: pa.Table, experiment: Experiment
) -> dg.AssetCheckResult:
    """No input alone ranks defaults above the leakage trip-wire."""
    train = inputs_of(loan_features, Split.TRAIN, protocol_named(experiment.protocol))
    aucs = {n: single_input_auc(train.outcomes, train.feature(n)) for n in FEATURE_NAMES}
    suspects = tripped(aucs)
    best = sorted(((a, n) for n, a in aucs.items() if a is not None), reverse=True)[:5]
    return dg.AssetCheckResult(
        passed=not suspects,
        metadata={
            "limit": TRIP_WIRE,
            "suspects": dg.MetadataValue.json(suspects),
            "best": dg.MetadataValue.json({name: area for area, name in best}),
        },
    )


@dg.asset_check(asset="champion_report", blocking=True)
def champion_beats_the_base_rate(champion_report: ChampionReport) -> dg.AssetCheckResult:
    """The champion ranks better than chance, and its interval says so."""
    return dg.AssetCheckResult(
        passed=champion_report.auc.low > 0.5,
        metadata={"auc": champion_report.auc.value, "auc_low": champion_report.auc.low},
    )


@dg.asset_check(asset="champion_report", blocking=False)
def champion_is_calibrated(champion_report: ChampionReport) -> dg.AssetCheckResult:
    """Mean PD and default rate of the test split agree."""
    expected, seen = champion_report.test["mean_pd"], champion_report.test["default_rate"]
    return dg.AssetCheckResult(
        passed=abs(expected - seen) <= CALIBRATION_TOLERANCE * seen,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"mean_pd": expected, "default_rate": seen, "tolerance": CALIBRATION_TOLERANCE},
    )


@dg.asset_check(asset="registered_champion", blocking=True)
def fetched_model_scores_bit_for_bit(
    registered_champion: Published, registry: dg.ResourceParam[Registry]
) -> dg.AssetCheckResult:
    """Fetched from the registry, the model gives the examples the very scores of its card."""
    loaded = registry.load()
    scores = dict(zip(EXAMPLES, loaded.bundle.predict(example_columns()).tolist(), strict=True))
    return dg.AssetCheckResult(
        passed=scores == loaded.bundle.card.golden and loaded.digest == registered_champion.digest,
        metadata={"scores": dg.MetadataValue.json(scores), "version": loaded.version},
    )


def _kept(loans: DataFrame, rules: Sequence[Rule]) -> dg.AssetCheckResult:
    total = loans.count()
    counts = broken_counts(loans, rules)
    over = [rule.name for rule in rules if counts[rule.name] > rule.limit * total]
    broken = {name: count for name, count in counts.items() if count}
    return dg.AssetCheckResult(
        passed=not over,
        metadata={
            "loans": total,
            "rules": len(rules),
            "over_their_limit": over,
            "broken": dg.MetadataValue.json(dict(sorted(broken.items(), key=lambda i: -i[1]))),
        },
    )


def _alone(loan: pa.Table, state: FeatureState) -> np.ndarray:
    return build_features(columns_of(loan.to_batches()[0]), state)[0]


def _varies(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    return len(known) > 0 and bool(known.min() < known.max())
