"""Serving: the model that the scoring service answers with."""

import dagster as dg

from risk_platform.handover.registry import Published, Registry
from risk_platform.orchestration.resources import Addresses
from risk_platform.orchestration.retries import retried_io
from risk_platform.scoring.bundle import example_scores, prove


@dg.asset(io_manager_key="documents", group_name="serving", kinds={"fastapi"})
def deployed_champion(
    context: dg.AssetExecutionContext,
    registered_champion: Published,
    registry: dg.ResourceParam[Registry],
    addresses: Addresses,
) -> Published:
    """The version that the scoring service answers with.

    The bundle is fetched through the door that the service uses, and must give the hand-written
    applications the very scores it gave when it was made. A running service picks the version up
    by itself within seconds; one that starts later starts with it.
    """
    with retried_io(context):
        loaded = registry.load()
    prove(loaded.bundle, loaded.version)
    if loaded.digest != registered_champion.digest:
        raise dg.Failure(f"version {loaded.version} became champion meanwhile: run again")
    context.add_output_metadata(
        {
            "version": loaded.version,
            "digest": loaded.digest,
            "in_mlflow": dg.MetadataValue.url(
                f"{addresses.mlflow}/#/models/{registry.model_name}/versions/{loaded.version}"
            ),
            "service": dg.MetadataValue.url(addresses.scoring),
            "scores": dg.MetadataValue.json(example_scores(loaded.bundle)),
        }
    )
    return registered_champion
