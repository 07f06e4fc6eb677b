"""Gate: the candidate that shows all that is demanded is proposed, and leads if nobody is asked."""

from collections.abc import Iterator, Mapping

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.predictions import OUTCOME
from risk_platform.contract.splits import Split
from risk_platform.errors.models import BundleError, DigestMismatchError, UnknownVersionError
from risk_platform.evaluation.gate import (
    DEMANDED,
    LEADS,
    GateReport,
    JudgedLoans,
    Verdict,
    judge,
)
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.handover.promotions import Promotions, Proposal, now
from risk_platform.handover.registry import LoadedModel, Published, PublishedModels, Registry
from risk_platform.orchestration.metadata import figures
from risk_platform.orchestration.pools import REGISTRY
from risk_platform.orchestration.resources import Governance
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
    registry: dg.ResourceParam[Registry],
    governance: Governance,
) -> Iterator[dg.MaterializeResult[GateReport]]:
    """The candidate that passed the gate, under the alias ``challenger``.

    Candidates are fetched from the registry and judged anew, the best on validation first, until
    one shows all that is demanded. With ``RISK_PROMOTION=auto`` it then leads; otherwise somebody
    else than who ran this approves it by ``risk-platform approve``. Where none passes, what leads
    goes on leading.
    """
    promotions = governance.promotions(registry)
    champion = _readable(promotions, context)
    loans = drawn_applications(split_loans.where(F.col(SPLIT) == Split.TEST.value), LOOKED_AT)
    verdicts: list[Verdict] = []
    for name in leaderboard.ranked:
        with retried_io(context):
            model = registry.load(registered_candidates.versions[name].version)
        judged = _judged(loans, model_predictions, name)
        verdicts.append(judge(name, model, champion, judged, leaderboard.rules.credible_auc))
        if verdicts[-1].passed:
            break
        context.log.warning("%s is not proposed. %s", name, verdicts[-1].why_not)
    report = GateReport(protocol=leaderboard.rules.protocol, verdicts=tuple(verdicts))
    if passed := report.passed:
        of = registered_candidates.versions[passed.candidate]
        with retried_io(context):
            _propose(promotions, _proposal(context, report, of, governance), passed, governance)
    yield dg.MaterializeResult(
        value=report, metadata=_told(report, promotions), check_results=_results(report.shown)
    )


def _propose(
    promotions: Promotions, proposal: Proposal, passed: Verdict, governance: Governance
) -> None:
    promotions.propose(proposal)
    if governance.is_automatic:
        promotions.promote(passed.found[LEADS].said)


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


def _readable(promotions: Promotions, context: dg.AssetExecutionContext) -> LoadedModel | None:
    """Fetch what leads; what cannot be read any more cannot be compared, and need not be beaten."""
    with retried_io(context):
        try:
            return promotions.champion()
        except (BundleError, DigestMismatchError, UnknownVersionError) as error:
            context.log.warning("What leads cannot be compared: %s", error)
            return None


def _judged(loans: pa.RecordBatch, predictions: pa.Table, model: str) -> JudgedLoans:
    places = pc.index_in(loans.column("id"), predictions["id"].combine_chunks())
    rows = predictions.select([OUTCOME, model]).take(places)
    return JudgedLoans(
        applications=columns_of(loans),
        outcomes=rows[OUTCOME].to_numpy(),
        said=rows[model].to_numpy(),
    )


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
