"""Vintages: whether the loans themselves have drifted, whoever was asked to decide on them."""

from dataclasses import replace

import dagster as dg
from pydantic import Field
from pyspark.sql import SparkSession

from risk_platform.contract.vintages import quarter_name
from risk_platform.errors.tables import MissingTableError
from risk_platform.evaluation.drift.counted import seen_of_table
from risk_platform.evaluation.drift.decision import DriftReport, judge
from risk_platform.evaluation.drift.signals import Signal
from risk_platform.evaluation.drift_plots import vintages_plot
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.metadata import figures, plot
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.monitoring.looks import Pace
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import SparkResource
from risk_platform.scoring.reference import Reference
from risk_platform.spark.learn import summarise
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.reference import population_of


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
    confirmed where two vintages in a row suspect it. Scores are no part of it.
    """
    limits, session = Pace.of(gate_door.settings).limits, spark.spark_session
    reference = _reference(registry.load().bundle.reference, cleaned_loans, config, session)
    reports: dict[str, DriftReport] = {}
    suspected: frozenset[Signal] = frozenset()
    for vintage, parts in _by_vintage(cleaned_loans, config.by).items():
        learnt = summarise(cleaned_loans.only(parts).read(session))
        window = seen_of_table(reference, learnt.loans, learnt.numbers, learnt.labels, None)
        reports[vintage] = judge(reference, window, suspected, limits)
        suspected = reports[vintage].suspected
    return dg.MaterializeResult(
        metadata={
            "against": config.reference or "the champion's training loans",
            "vintages": vintages_table(reports),
            "distances": plot(vintages_plot(reports, limits.ks)),
            **figures({f"share_{name}": one.share for name, one in reports.items()}),
        }
    )


def vintages_table(reports: dict[str, DriftReport]) -> dg.TableMetadataValue:
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
