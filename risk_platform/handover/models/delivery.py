"""Delivery: what leads by the record and by the registry is brought into the cache."""

from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.handover.models.promotions import Promotions


def deliver(promotions: Promotions, cache: ModelCache) -> Lead:
    """Bring the version that leads into the cache, if it is not there, and let it lead there too.

    Raises
    ------
    NoChampionError, ForeignChampionError, DamagedRecordError
        Nothing leads, or record and registry disagree about it.
    RegistryError, BundleError
        It cannot be fetched, or did not pass its trial.

    Notes
    -----
    Whatever is raised, what led in the cache leads on.
    """
    promotion = promotions.leader()
    lead = Lead(
        version=promotion.version,
        digest=promotion.digest,
        by=promotion.by,
        at=promotion.at,
    )
    if not cache.holds(lead.digest):
        with cache.arriving() as folder:
            cache.admit(promotions.fetch(promotion, folder), lead)
    cache.let_lead(lead)
    return lead
