"""Vintages: whether the loans themselves have drifted, whoever was asked to decide on them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import dagster as dg
from pydantic import Field
from pyspark.sql import DataFrame, SparkSession

from risk_platform.contract.vintages import quarter_name
from risk_platform.errors.tables import MissingTableError
from risk_platform.evaluation.drift.counted import scores_seen, seen_of_table
from risk_platform.evaluation.drift.decision import DriftReport, judge
from risk_platform.evaluation.drift.explained import Explanation
from risk_platform.evaluation.drift.scored import explained_by, scored_window
from risk_platform.evaluation.drift.signals import Signal
from risk_platform.evaluation.drift_plots import vintages_plot
from risk_platform.features.parse import Columns
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.metadata import figures, plot
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.monitoring.looks import Pace
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import SparkResource
from risk_platform.scoring.reference import Reference
from risk_platform.spark.features import columns_of, drawn_applications
from risk_platform.spark.learn import summarise
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.reference import population_of

# So many loans of a vintage are scored: PDs are told to a hundredth of their spread by them.
SCORED = 10_000


class Vintages(dg.Config):
    """What is held against what.

    Parameters
    ----------
    by
        ``year`` or ``quarter`` of issue.
    reference
        Quarters of the loans that others are held against, by their first days: from one on and up
        to another, ``2012-01-01:2015-10-01``. Empty: the champion's training loans.
    """

    by: str = Field("year", pattern="^(year|quarter)$")
    reference: str = Field("", pattern=r"^(\d{4}-\d{2}-01:\d{4}-\d{2}-01)?$")


@dg.asset(group_name="monitoring", kinds={"pyspark"}, deps=["deployed_champion"], pool=SPARK)
def drift_of_vintages(
    config: Vintages,
    cleaned_loans: PartFiles,
    registry: dg.ResourceParam[Registry],
    spark: SparkResource,
    gate_door: dg.ResourceParam[GateDoor],
) -> dg.MaterializeResult:
    """Whether loans of later vintages are still those that the champion was trained on.

    Each vintage of the loan table, by year or by quarter of issue, is summarised by Spark and held
    against the training loans, or against vintages that are named, as decisions are: an input is
    confirmed where two vintages in a row suspect it. The champion scores a sample of each, by which
    what drifted is explained, with what it does to the mean PD; and the scores themselves are held
    against those of the training loans.
    """
    limits, session = Pace.of(gate_door.settings).limits, spark.spark_session
    bundle = registry.load().bundle
    reference = _reference(bundle.reference, cleaned_loans, config, session)
    # The scores of vintages that are named are not known.
    has_scores = not config.reference
    reports: dict[str, DriftReport] = {}
    explanations: dict[str, tuple[Explanation, ...]] = {}
    suspected: frozenset[Signal] = frozenset()
    for vintage, parts in _by_vintage(cleaned_loans, config.by).items():
        loans = cleaned_loans.only(parts).read(session)
        learnt, sample = summarise(loans), scored_window(bundle, _drawn(loans))
        scores = scores_seen(reference, sample) if has_scores and sample.loans else None
        window = seen_of_table(reference, learnt.loans, learnt.numbers, learnt.labels, scores)
        reports[vintage] = judge(reference, window, suspected, limits)
        explanations[vintage] = explained_by(sample, reports[vintage], reference, bundle)
        suspected = reports[vintage].suspected
    return dg.MaterializeResult(
        metadata={
            "against": config.reference or "the champion's training loans",
            "vintages": vintages_table(reports),
            "explained": _listed(explanations),
            "distances": plot(vintages_plot(reports, limits.ks)),
            **figures(figures_of_vintages(reports)),
        }
    )


def figures_of_vintages(reports: Mapping[str, DriftReport]) -> dict[str, float]:
    """Return the figures of each vintage."""
    told = {f"share_{name}": one.share for name, one in reports.items()}
    for name, one in reports.items():
        if one.scores:
            told |= {f"pd_psi_{name}": one.scores.pds.psi, f"mean_pd_{name}": one.scores.mean_pd[1]}
    return told


def _listed(explanations: Mapping[str, Sequence[Explanation]]) -> dg.MarkdownMetadataValue:
    said = [f"* {name}: {one.sentence}" for name, of in explanations.items() for one in of]
    return dg.MetadataValue.md("\n".join(said) or "nothing to say")


def _drawn(loans: DataFrame) -> Columns:
    return columns_of(drawn_applications(loans, SCORED))


def vintages_table(reports: Mapping[str, DriftReport]) -> dg.TableMetadataValue:
    """Return what is said of each vintage, as a table."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "vintage": vintage,
                    "loans": report.loans,
                    "light": str(report.light),
                    "share": round(report.share, 4),
                    "drifted": ", ".join(report.drifted),
                    "sentence": report.sentence,
                }
            )
            for vintage, report in reports.items()
        ]
    )


def _reference(
    champions: Reference, loans: PartFiles, config: Vintages, session: SparkSession
) -> Reference:
    """Return what vintages are held against; the inputs weigh what they do in the champion."""
    if not config.reference:
        return champions
    first, last = config.reference.split(":")
    parts = [part for part in loans.of if first <= part <= last]
    if not parts:
        raise MissingTableError(f"cleaned_loans of {config.reference}")
    population = population_of(summarise(loans.only(parts).read(session)))
    return replace(champions, population=population.only(champions.population.features))


def _by_vintage(loans: PartFiles, by: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in sorted(loans.of):
        found.setdefault(_named(part, by), []).append(part)
    return found


def _named(part: str, by: str) -> str:
    return part[:4] if by == "year" else quarter_name(part)
