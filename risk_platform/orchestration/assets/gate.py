"""Gate: the candidate that shows all that is demanded is proposed, and leads if nobody is asked."""

from collections.abc import Iterator, Mapping

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.predictions import OUTCOME
from risk_platform.contract.protocols import Protocol
from risk_platform.contract.splits import Split
from risk_platform.errors.models import (
    BundleError,
    DigestMismatchError,
    ForeignChampionError,
    ForeignContractError,
    ForeignFeaturesError,
    UnknownVersionError,
)
from risk_platform.evaluation.gate import (
    DEMANDED,
    LEADS,
    GateReport,
    JudgedLoans,
    Limits,
    Rival,
    Verdict,
    judge,
)
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.features.definitions import features_of
from risk_platform.handover.models.promotions import Promotions, Proposal, Way, now
from risk_platform.handover.models.registry import Published, PublishedModels, Registry
from risk_platform.orchestration.metadata import figures
from risk_platform.orchestration.pools import REGISTRY
from risk_platform.orchestration.resources import Experiment, Governance
from risk_platform.orchestration.retries import retried_io
from risk_platform.spark.features import columns_of, drawn_applications
from risk_platform.spark.split import SPLIT

PROPOSED = dg.AssetKey("proposed_champion")
# Applications that candidates and champion are both asked of, or all of the test split: enough to
# tell apart two AUCs that differ by a hundredth.
LOOKED_AT = 50_000


@dg.asset(
    io_manager_key="documents",
    group_name="registry",
    kinds={"mlflow"},
    pool=REGISTRY,
    check_specs=[
        dg.AssetCheckSpec(name, asset=PROPOSED, description=demand.about)
        for name, demand in DEMANDED.items()
    ],
)
def proposed_champion(
    context: dg.AssetExecutionContext,
    registered_candidates: PublishedModels,
    leaderboard: Leaderboard,
    model_predictions: pa.Table,
    split_loans: DataFrame,
    experiment: Experiment,
    registry: dg.ResourceParam[Registry],
    governance: dg.ResourceParam[Governance],
) -> Iterator[dg.MaterializeResult[GateReport]]:
    """The candidate that passed the gate, under the alias ``challenger``.

    Candidates are fetched from the registry and judged anew, the best on validation first, until
    one shows all that is demanded. With ``RISK_PROMOTION=auto`` it then leads, unless what leads
    was rolled back to, cannot be compared or was moved by hand, or the protocol warns of its own
    figures; otherwise somebody else than who ran this approves it by ``risk-platform approve``.
    Where none passes, what leads stays.
    """
    promotions = governance.promotions(registry)
    with retried_io(context):
        promotions.settle(context.run.run_id)
        rival, is_open = rival_of(promotions, context.run.run_id, leaderboard.rules.protocol)
    loans = drawn_applications(split_loans.where(F.col(SPLIT) == Split.TEST.value), LOOKED_AT)
    applications, told = columns_of(loans), _told_of(loans, model_predictions)
    limits = _limits(experiment.rules, leaderboard)
    verdicts: list[Verdict] = []
    for name in leaderboard.ranked:
        with retried_io(context):
            model = registry.load(registered_candidates.versions[name].version)
        judged = JudgedLoans(
            applications=applications,
            outcomes=told[OUTCOME].to_numpy(),
            said=told[name].to_numpy(),
        )
        verdicts.append(judge(name, model, rival, judged, limits))
        if verdicts[-1].passed:
            break
        context.log.warning("%s is not proposed. %s", name, verdicts[-1].why_not)
    report = GateReport(protocol=leaderboard.rules.protocol, verdicts=tuple(verdicts))
    if passed := report.passed:
        of = registered_candidates.versions[passed.candidate]
        with retried_io(context):
            promotions.propose(_proposal(context, report, of, governance))
            if governance.is_automatic and is_open and not experiment.rules.warning:
                _let_lead(promotions, of.version, passed, context.run.run_id)
    yield dg.MaterializeResult(
        value=report, metadata=_told(report, promotions), check_results=_results(report.shown)
    )


def rival_of(promotions: Promotions, run_id: str, protocol: str) -> tuple[Rival, bool]:
    """Return what leads, and whether it may be followed without asking a person.

    A person is asked after a rollback, where alias and record disagree, and where what leads cannot
    be compared but for the reason that nothing leads, or that our contract has changed since.
    """
    leads = promotions.record().rival_of(run_id)
    if leads is None:
        return Rival(model=None, why_none="Nothing leads yet."), not promotions.disagreement()
    is_open = leads.way is not Way.ROLLBACK and not promotions.disagreement()
    name = f"Version {leads.version} leads"
    try:
        model = promotions.load(leads)
    except (ForeignContractError, ForeignFeaturesError) as error:
        return Rival(
            model=None, why_none=f"{name}, and cannot be asked any more: {error}."
        ), is_open
    except (BundleError, ForeignChampionError, DigestMismatchError, UnknownVersionError) as error:
        return Rival(model=None, why_none=f"{name}, and cannot be asked: {error}."), False
    if model.bundle.card.protocol != protocol:
        other = model.bundle.card.protocol
        return Rival(model=None, why_none=f"{name}, by another protocol ({other})."), False
    return Rival(model=model), is_open


def _let_lead(promotions: Promotions, version: int, passed: Verdict, run_id: str) -> None:
    leads = promotions.record().champion
    if leads is None or (leads.version, leads.run_id) != (version, run_id):
        promotions.promote(version, passed.found[LEADS].said)


def _limits(protocol: Protocol, leaderboard: Leaderboard) -> Limits:
    return Limits(
        credible_auc=protocol.credible_auc,
        inputs={feature.name for feature in features_of(protocol.timings)},
        candidates=len(leaderboard.ranked),
    )


def _results(verdict: Verdict) -> list[dg.AssetCheckResult]:
    return [
        dg.AssetCheckResult(
            check_name=name,
            passed=found.passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=found.said,
            metadata=figures(found.figures),
        )
        for name, found in verdict.found.items()
    ]


def _told_of(loans: pa.RecordBatch, predictions: pa.Table) -> pa.Table:
    """Return the stored predictions of loans, in their order."""
    places = pc.index_in(loans.column("id"), predictions["id"].combine_chunks())
    if places.null_count:
        raise dg.Failure("split_loans and model_predictions are of two runs: make both again")
    return predictions.take(places)


def _proposal(
    context: dg.AssetExecutionContext, report: GateReport, of: Published, governance: Governance
) -> Proposal:
    return Proposal(
        version=of.version,
        digest=of.digest,
        candidate=report.shown.candidate,
        protocol=report.protocol,
        by=governance.proposer,
        run_id=context.run.run_id,
        at=now(),
    )


def _told(report: GateReport, promotions: Promotions) -> Mapping[str, dg.MetadataValue]:
    leads = promotions.record().champion
    columns = {"candidate": "string", "version": "int", "passed": "bool", "why not": "string"}
    rows = [(one.candidate, one.version, one.passed, one.why_not) for one in report.verdicts]
    told = {
        "judged": dg.MetadataValue.table(
            [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
            schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()]),
        ),
        "proposed": dg.MetadataValue.text(report.passed.candidate if report.passed else "none"),
    }
    if leads is None:
        return told | {"champion": dg.MetadataValue.text("none: risk-platform approve names one")}
    said = f"version {leads.version}, by {leads.by} on {leads.at} ({leads.way}): {leads.reason}"
    return told | {"champion": dg.MetadataValue.text(said)}
