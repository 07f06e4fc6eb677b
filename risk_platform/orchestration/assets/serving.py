"""Serving: the model that the scoring service answers with."""

from collections.abc import Iterator

import dagster as dg

from risk_platform.evaluation.gate import GateReport
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.models.promotions import Promotion
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.resources import Addresses, Governance
from risk_platform.orchestration.retries import retried_io
from risk_platform.scoring.bundle import example_scores, prove

# It takes its place by itself only while scores may leave, which drift ends. What the last report
# of drift said is not asked: it is of the model that this one follows, and of a day that may be
# long ago. Whoever launches a run passes by this, so the asset looks at the gate once more; and
# whatever Dagster does, the service obeys the gate.
WHILE_OPEN = (
    dg.AutomationCondition.eager()
    & dg.AutomationCondition.all_deps_blocking_checks_passed()
    & dg.AutomationCondition.asset_matches(
        "serving_gate",
        dg.AutomationCondition.all_checks_match(dg.AutomationCondition.check_passed()),
    )
)


@dg.asset(
    io_manager_key="documents",
    group_name="serving",
    kinds={"fastapi"},
    output_required=False,
    automation_condition=WHILE_OPEN,
)
def deployed_champion(
    context: dg.AssetExecutionContext,
    proposed_champion: GateReport,
    registry: dg.ResourceParam[Registry],
    governance: dg.ResourceParam[Governance],
    addresses: Addresses,
    gate_door: dg.ResourceParam[GateDoor],
) -> Iterator[dg.Output[Promotion]]:
    """The version that the scoring service answers with, and who let it lead.

    The registry's alias must be what the record of promotions says. The bundle is fetched through
    the door that the service uses, and must give the hand-written applications the very scores it
    gave when it was made. A running service picks the version up by itself within seconds; one that
    starts later starts with it. Nothing is deployed while scoring is stopped; before it was let run
    for the first time, the first champion is.
    """
    del proposed_champion  # what was decided stands in the record
    with gate_door.open() as (_, gate):
        state = gate.state()
    if said := _held_back(state):
        context.log.warning(said)
        context.log_event(dg.AssetObservation(context.asset_key, metadata={"held_back": said}))
        return
    promotions = governance.promotions(registry)
    with retried_io(context):
        promotions.demand_agreement()
        loaded = registry.load()
        promotion = promotions.record().led(loaded.version)
    prove(loaded.bundle, loaded.version)
    if promotion is None or promotion.digest != loaded.digest:
        raise dg.Failure(f"version {loaded.version} became champion meanwhile: run again")
    yield dg.Output(
        promotion,
        metadata={
            "version": loaded.version,
            "digest": loaded.digest,
            "by": promotion.by,
            "reason": promotion.reason,
            "in_mlflow": dg.MetadataValue.url(
                f"{addresses.mlflow}/#/models/{registry.model_name}/versions/{loaded.version}"
            ),
            "service": dg.MetadataValue.url(addresses.scoring),
            "scores": dg.MetadataValue.json(example_scores(loaded.bundle)),
        },
    )


def _held_back(state: GateState) -> str:
    """Say why nothing is deployed; empty while scoring runs, or was never let run yet."""
    if state.is_running or state.epoch == 0:
        return ""
    return (
        f"no champion is deployed while scoring is stopped (epoch {state.epoch}, by {state.by}: "
        f"{state.reason}). Once people have resumed it, materialise deployed_champion again"
    )
