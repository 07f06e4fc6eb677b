"""Serving: the model that the scoring service answers with."""

import dagster as dg

from risk_platform.handover.registry import Published, Registry
from risk_platform.orchestration.resources import ServiceAddress
from risk_platform.scoring.examples import EXAMPLES, example_columns


@dg.asset(io_manager_key="documents", group_name="serving", kinds={"fastapi"})
def deployed_champion(
    context: dg.AssetExecutionContext,
    registered_champion: Published,
    registry: dg.ResourceParam[Registry],
    service: ServiceAddress,
) -> Published:
    """The version that the scoring service answers with.

    The bundle is fetched through the door that the service uses, and must give the hand-written
    applications the very scores it gave when it was made. A running service picks the version up
    by itself within seconds; one that starts later starts with it.
    """
    loaded = registry.load()
    scores = dict(zip(EXAMPLES, loaded.bundle.predict(example_columns()).tolist(), strict=True))
    if loaded.digest != registered_champion.digest or scores != loaded.bundle.card.golden:
        raise dg.Failure("the registry's champion does not score as the registered one did")
    context.add_output_metadata(
        {
            "version": loaded.version,
            "digest": loaded.digest,
            "service": dg.MetadataValue.url(service.url),
            "scores": dg.MetadataValue.json(scores),
        }
    )
    return registered_champion
