"""The champion: better than chance, calibrated, and the same once fetched."""

import math

import dagster as dg

from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.evaluation.report import ChampionReport
from risk_platform.handover.registry import Published, Registry
from risk_platform.scoring.bundle import example_scores

# Mean PD and default rate of the test split may differ by this share of the rate.
CALIBRATION_TOLERANCE = 0.25
CHANCE = 0.5


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
