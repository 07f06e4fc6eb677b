"""Monitoring: how the gate of the scoring service stands, and what is decided while it is open."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
from pydantic import TypeAdapter

from risk_platform.errors.sources import OutcomesError
from risk_platform.evaluation.drift.outcomes import Outcome, read_outcomes
from risk_platform.evaluation.drift.sampled import left_out, page_of, sampled
from risk_platform.evaluation.drift.verdict_page import with_verdict
from risk_platform.evaluation.drift_plots import distances_plot
from risk_platform.handover.clock import iso_of
from risk_platform.handover.drift import Light
from risk_platform.handover.gating.news import latest_news, news_of
from risk_platform.handover.models.registry import Registry, Told
from risk_platform.orchestration.metadata import figures, findings_table, plot
from risk_platform.orchestration.monitoring.days import (
    DayFindings,
    DayReport,
    Days,
    figures_of,
    findings_of,
)
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.monitoring.looks import Pace
from risk_platform.orchestration.partitions import DAYS
from risk_platform.orchestration.resources import Addresses, Governance
from risk_platform.orchestration.retries import retried_io
from risk_platform.orchestration.tags import GATE_EVENT, OUTCOMES
from risk_platform.settings import Settings
from risk_platform.store.durable import replace_file

WITHIN, UNDERSTOOD = "drift_is_within_limits", "outcomes_are_understood"

prediction_log = dg.AssetsDefinition(
    specs=[
        dg.AssetSpec(
            "prediction_log",
            group_name="monitoring",
            kinds={"sqlite", "postgres"},
            partitions_def=DAYS,
            description=(
                "The decisions of the scoring service, as it writes them down: what was sent, what "
                "was answered, and by which model. This platform reads it and does not make it."
            ),
        )
    ]
)


@dg.asset(group_name="monitoring", kinds={"sqlite", "postgres"})
def serving_gate(
    context: dg.AssetExecutionContext, gate_door: dg.ResourceParam[GateDoor]
) -> dg.MaterializeResult:
    """How the gate of the scoring service stands: whether scores leave, since when, by whom, why.

    The gate itself stands in the database of decisions, and moves without waiting for a run; this
    puts each of its moves into the graph, in a run of its own. Anybody stops scoring, and so do
    drift, a breaker and an ended lease; people alone let it run again.
    """
    with gate_door.open() as (database, gate):
        event = context.run.tags.get(GATE_EVENT, "")
        state, news = gate.state(), news_of(database, event) or latest_news(database)
    told: dict[str, dg.MetadataValue] = {
        "scoring": dg.MetadataValue.text("runs" if state.is_running else "is stopped"),
        "epoch": dg.MetadataValue.int(state.epoch),
        "reason": dg.MetadataValue.text(state.reason),
        "by": dg.MetadataValue.text(state.by),
        "since": dg.MetadataValue.text(iso_of(state.at_us)),
        "lease_seconds": dg.MetadataValue.float(state.lease_seconds),
        "suspended_keys": dg.MetadataValue.json(sorted(state.suspended)),
    }
    if news:
        told["event"] = dg.MetadataValue.text(news.sentence)
        told["event_at"] = dg.MetadataValue.text(iso_of(news.at_us))
        told["event_id"] = dg.MetadataValue.text(news.event_id)
    return dg.MaterializeResult(metadata=told)


@dg.asset(
    deps=[prediction_log],
    partitions_def=DAYS,
    group_name="monitoring",
    kinds={"evidently", "mlflow"},
    check_specs=[
        dg.AssetCheckSpec(
            WITHIN,
            asset="drift_report",
            description=(
                "Nothing is gross, and what is suspected for the second day carries no more of the "
                "model than RISK_DRIFT_SHARE."
            ),
        ),
        dg.AssetCheckSpec(
            UNDERSTOOD,
            asset="drift_report",
            description=(
                "Each row of the file that RISK_OUTCOMES names says what became of a decision. "
                "Where one does not, none of it counts, and the report gives its estimate alone."
            ),
        ),
    ],
)
def drift_report(
    context: dg.AssetExecutionContext,
    gate_door: dg.ResourceParam[GateDoor],
    registry: dg.ResourceParam[Registry],
    governance: dg.ResourceParam[Governance],
    addresses: Addresses,
) -> dg.MaterializeResult:
    """How far a day's decisions are from the training loans of the model that made them.

    Each input by its distances, with the customary band and one that knows the day's size; what
    became of those that drifted, and what that does to the mean PD; how scores, approvals and
    missing fields moved; how the model did, where outcomes are told, and until then an estimate
    that says so. Evidently draws a page of a sample, beside which the findings are kept as JSON;
    figures go to MLflow. Scoring is stopped by the sensor that looks at decisions all the time, not
    by this.
    """
    day, settings = context.partition_key, gate_door.settings
    limits, (outcomes, check) = Pace.of(settings).limits, _outcomes(settings)
    promotions = governance.promotions(registry)
    with gate_door.open() as (database, _), retried_io(context):
        made = Days(database, promotions, limits, outcomes).report(day)
    if made is None:
        said = "nothing was decided that day"
        within = dg.AssetCheckResult(check_name=WITHIN, passed=True, description=said)
        return dg.MaterializeResult(metadata={"sentence": said}, check_results=[within, check])
    page = settings.pages_folder / "drift" / f"{day}.html"
    missing = _draw(made, page)
    picture = distances_plot(made.report, limits.ks)
    with retried_io(context):
        told = Told(
            params={"light": str(made.report.light), "model_version": made.model.version},
            metrics=figures_of(made),
            figures={"distances": picture},
            texts={"drift.html": page.read_text()},
        )
        tags = {"dagster_run_id": context.run.run_id, "day": day}
        run_id = registry.tell("drift", day, told, tags)
    metadata = {
        **_told(made),
        "page": dg.MetadataValue.path(page),
        "not_drawn": dg.MetadataValue.json(list(missing)),
        "mlflow_run_id": dg.MetadataValue.text(run_id),
        "in_mlflow": dg.MetadataValue.url(f"{addresses.mlflow}/#/experiments"),
        "distances": plot(picture),
    }
    return dg.MaterializeResult(
        metadata=metadata,
        check_results=[_judged(made, is_late=OUTCOMES in context.run.tags), check],
    )


def _outcomes(settings: Settings) -> tuple[Mapping[str, Outcome], dg.AssetCheckResult]:
    """Return what became of decisions, if that is told, and whether it could be understood."""
    if not settings.outcomes:
        said = "RISK_OUTCOMES names no file"
        return {}, dg.AssetCheckResult(check_name=UNDERSTOOD, passed=True, description=said)
    try:
        outcomes = read_outcomes(Path(settings.outcomes).expanduser())
    except OutcomesError as error:
        return {}, dg.AssetCheckResult(check_name=UNDERSTOOD, passed=False, description=str(error))
    told = {"outcomes": len(outcomes)}
    return outcomes, dg.AssetCheckResult(check_name=UNDERSTOOD, passed=True, metadata=told)


def _draw(made: DayReport, page: Path) -> tuple[str, ...]:
    """Have the page of a day drawn, what was found kept beside it, for those who show it.

    Returns the inputs that are in no picture of the page.
    """
    findings = TypeAdapter(DayFindings).dump_json(findings_of(page.stem, made))
    replace_file(page.with_suffix(".json"), findings)
    reference = made.model.bundle.reference
    before, now = sampled(reference, made.window)
    missing = left_out(reference, before)
    drawn = page_of(reference, before, now)
    replace_file(page, with_verdict(drawn, made.report, made.explanations, missing).encode())
    return missing


def _told(made: DayReport) -> dict[str, dg.MetadataValue]:
    ours, others = made.decisions
    said = [one.sentence for one in made.explanations]
    return {
        "light": dg.MetadataValue.text(str(made.report.light)),
        "sentence": dg.MetadataValue.text(made.report.sentence),
        "model_version": dg.MetadataValue.int(made.model.version),
        "decisions_read": dg.MetadataValue.int(made.window.loans),
        "decisions_by_it": dg.MetadataValue.int(ours),
        "decisions_by_others": dg.MetadataValue.int(others),
        "explained": dg.MetadataValue.md("\n".join(f"* {one}" for one in said) or "nothing to say"),
        "performance": dg.MetadataValue.text(_performance(made)),
        "inputs": findings_table(made.report.findings),
        **figures(figures_of(made)),
    }


def _performance(made: DayReport) -> str:
    if known := made.realised:
        said = f"{known.basis}, {known.loans:,} loans by month {known.months}"
        return f"{said}, {known.left_out:,} left out as they are not known for so long"
    if told := made.estimate:
        return f"{told.basis}, {told.loans:,} loans, {told.months} months"
    return "nothing is known"


def _judged(made: DayReport, *, is_late: bool) -> dg.AssetCheckResult:
    """Say whether a day drifted; a report for the sake of outcomes, months later, alarms nobody."""
    is_watched = is_late or made.report.light is Light.AMBER
    return dg.AssetCheckResult(
        check_name=WITHIN,
        passed=made.report.light in (Light.GREEN, Light.INSUFFICIENT),
        severity=dg.AssetCheckSeverity.WARN if is_watched else dg.AssetCheckSeverity.ERROR,
        description=made.report.sentence,
    )
