"""Serving: the model that the scoring service answers with."""

import dagster as dg

from risk_platform.evaluation.gate import GateReport
from risk_platform.handover.models.promotions import Promotion
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.resources import Addresses, Governance
from risk_platform.orchestration.retries import retried_io
from risk_platform.scoring.bundle import example_scores, prove


@dg.asset(io_manager_key="documents", group_name="serving", kinds={"fastapi"})
def deployed_champion(
    context: dg.AssetExecutionContext,
    proposed_champion: GateReport,
    registry: dg.ResourceParam[Registry],
    governance: dg.ResourceParam[Governance],
    addresses: Addresses,
) -> Promotion:
    """The version that the scoring service answers with, and who let it lead.

    The registry's alias must be what the record of promotions says. The bundle is fetched through
    the door that the service uses, and must give the hand-written applications the very scores it
    gave when it was made. A running service picks the version up by itself within seconds; one that
    starts later starts with it.
    """
    del proposed_champion  # what was decided stands in the record
    promotions = governance.promotions(registry)
    with retried_io(context):
        promotions.demand_agreement()
        loaded = registry.load()
        promotion = promotions.record().led(loaded.version)
    prove(loaded.bundle, loaded.version)
    if promotion is None or promotion.digest != loaded.digest:
        raise dg.Failure(f"version {loaded.version} became champion meanwhile: run again")
    context.add_output_metadata(
        {
            "version": loaded.version,
            "digest": loaded.digest,
            "by": promotion.by,
            "reason": promotion.reason,
            "in_mlflow": dg.MetadataValue.url(
                f"{addresses.mlflow}/#/models/{registry.model_name}/versions/{loaded.version}"
            ),
            "service": dg.MetadataValue.url(addresses.scoring),
            "scores": dg.MetadataValue.json(example_scores(loaded.bundle)),
        }
    )
    return promotion
