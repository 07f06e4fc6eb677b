"""The champion: better than chance, calibrated, true to credit sense, and the same once fetched."""

import math

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.splits import Split
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.evaluation.monotone import Swept, sweep_columns, sweep_inputs, violations
from risk_platform.evaluation.report import ChampionReport
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.handover.registry import Published, Registry
from risk_platform.scoring.bundle import example_scores
from risk_platform.spark.features import columns_of
from risk_platform.spark.split import SPLIT

# Mean PD and default rate of the test split may differ by this share of the rate.
CALIBRATION_TOLERANCE = 0.25
CHANCE = 0.5
# Applications in which each column is moved.
APPLICATIONS = 200


@dg.asset_check(asset="champion_report", blocking=True)
def champion_beats_the_base_rate(champion_report: ChampionReport) -> dg.AssetCheckResult:
    """The champion ranks better than chance, and says more than the rate of the test split."""
    rate, loss = champion_report.test["default_rate"], champion_report.test["log_loss"]
    base = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
    return dg.AssetCheckResult(
        passed=champion_report.auc.low > CHANCE and loss < base,
        metadata={
            "auc": champion_report.auc.value,
            "auc_low": champion_report.auc.low,
            "log_loss": loss,
            "log_loss_of_the_base_rate": base,
        },
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


@dg.asset_check(
    asset="champion_report", additional_ins={"leaderboard": dg.AssetIn()}, blocking=False
)
def champion_leads_on_validation(
    champion_report: ChampionReport, leaderboard: Leaderboard
) -> dg.AssetCheckResult:
    """No other candidate ranks better on validation than the champion does."""
    led = champion_report.model == leaderboard.leader
    return dg.AssetCheckResult(
        passed=led,
        severity=dg.AssetCheckSeverity.WARN,
        description=None if led else f"{leaderboard.leader} ranks better on validation.",
        metadata={"champion": champion_report.model, "leader": leaderboard.leader},
    )


@dg.asset_check(asset="registered_champion", blocking=True)
def fetched_model_scores_bit_for_bit(
    registered_champion: Published, registry: dg.ResourceParam[Registry]
) -> dg.AssetCheckResult:
    """Fetched from the registry, the model gives the examples the very scores of its card."""
    loaded = registry.load()
    scores = example_scores(loaded.bundle)
    return dg.AssetCheckResult(
        passed=scores == loaded.bundle.card.golden and loaded.digest == registered_champion.digest,
        metadata={"scores": dg.MetadataValue.json(scores), "version": loaded.version},
    )


@dg.asset_check(
    asset="registered_champion", additional_ins={"split_loans": dg.AssetIn()}, blocking=True
)
def fetched_model_keeps_to_credit_sense(
    registered_champion: Published,
    split_loans: DataFrame,
    registry: dg.ResourceParam[Registry],
) -> dg.AssetCheckResult:
    """Fetched from the registry, the model never takes what is better for what is worse.

    Each raw column that feeds a directed feature is moved over its values in applications of the
    test split, and so is each directed input by itself; no PD may go against credit sense. A step
    of a column says nothing where it moves features that are free as well: such steps are untold.
    """
    bundle = registry.load(registered_champion.version).bundle
    # The smallest hashes are a sample of all quarters, the same in every run.
    tested = split_loans.where(F.col(SPLIT) == Split.TEST.value).orderBy(F.xxhash64("id"))
    sample = tested.limit(APPLICATIONS).select(*INPUT_COLUMNS).toArrow().combine_chunks()
    applications = columns_of(sample.to_batches()[0])
    columns, inputs = sweep_columns(bundle, applications), sweep_inputs(bundle, applications)
    return dg.AssetCheckResult(
        passed=not violations([*columns, *inputs]),
        metadata={
            "applications": sample.num_rows,
            "against_credit_sense": dg.MetadataValue.json(violations([*columns, *inputs])),
            "columns": _swept_table(columns),
            "inputs": _swept_table(inputs),
        },
    )


def _swept_table(sweeps: list[Swept]) -> dg.TableMetadataValue:
    columns = {"name": "string", "PD goes": "string", "steps": "int"}
    columns |= {"untold": "int", "violations": "int"}
    rows = [(of.name, of.direction, of.told, of.untold, of.violations) for of in sweeps]
    return dg.MetadataValue.table(
        [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()]),
    )
