"""Delivery: what leads by the record and by the registry is brought into the cache, and what led.

A decision is decided again by the model that it came by, so that this stays as long as decisions of
it do.
"""

import time
from datetime import UTC, datetime

from risk_platform.handover.log.ages import KEPT_MONTHS, months_before
from risk_platform.handover.models.cache import REFUSED_SECONDS, Lead, ModelCache
from risk_platform.handover.models.promotions import Promotion, Promotions, written

# A month more than decisions: a service that is cut off answers with what led last a while longer.
KEPT_MODELS_MONTHS = KEPT_MONTHS + 1


def deliver(promotions: Promotions, cache: ModelCache) -> Lead:
    """Bring the version that leads into the cache, if it is not there, and let it lead there too.

    Where it is another than before, what led too long ago is let go of.

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
    lead = _bring(promotions.leader(), promotions, cache)
    if cache.let_lead(lead):
        cache.keep({lead.digest, *(one.digest for one in _kept(promotions))})
    return lead


class Archive:
    """Who brings what led before, a version at a time.

    Parameters
    ----------
    promotions
        What led, and where to fetch it.
    cache
        Where to.
    """

    def __init__(self, promotions: Promotions, cache: ModelCache) -> None:
        self._promotions, self._cache = promotions, cache
        self._due = dict[str, float]()

    def look_after_one(self) -> None:
        """Bring one version into the cache, if it is not there whole: the newest that is due.

        What leads is none of them. Each is due again after a while, whatever became of it, so that
        one that cannot be had keeps no other from being brought.

        Raises
        ------
        DamagedRecordError
            What led cannot be told.
        ForeignChampionError, RegistryError, BundleError
            It cannot be fetched, or did not pass its trial.
        """
        now = time.monotonic()
        for promotion in _kept(self._promotions)[1:]:
            if self._due.get(promotion.digest, now) <= now:
                self._due[promotion.digest] = now + REFUSED_SECONDS
                _bring(promotion, self._promotions, self._cache)
                return


def _kept(promotions: Promotions) -> tuple[Promotion, ...]:
    """Return what decisions that are kept may have come by, the newest first."""
    since = months_before(datetime.now(UTC), KEPT_MODELS_MONTHS)
    return promotions.record().led_since(written(since))


def _bring(promotion: Promotion, promotions: Promotions, cache: ModelCache) -> Lead:
    """Bring a version into the cache, unless it is there, whole and unchanged."""
    lead = Lead(
        version=promotion.version,
        digest=promotion.digest,
        by=promotion.by,
        at=promotion.at,
    )
    if not cache.holds(lead.digest):
        with cache.arriving() as folder:
            cache.admit(promotions.fetch(promotion, folder), lead)
    return lead
