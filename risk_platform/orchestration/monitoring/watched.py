"""Watched: the model that leads, against whose reference decisions are held."""

from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.handover.models.delivery import deliver
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.models.promotions import Promotions
from risk_platform.settings import Settings


class Watched:
    """The model that leads, read once for as long as it does.

    Parameters
    ----------
    settings
        Of the platform. The service's own cache of models has one writer; this keeps another.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings, self._cache = settings, ModelCache(settings.root / "watched")
        self._held: tuple[Lead, LoadedModel] | None = None

    def model(self) -> LoadedModel:
        """Return the model that leads now, every byte of it checked.

        Raises
        ------
        NoChampionError, ForeignChampionError, DamagedRecordError
            Nothing leads, or record and registry disagree about it.
        RegistryError, BundleError
            It cannot be fetched, or is not what was promoted.
        """
        lead = deliver(Promotions.of(self._settings), self._cache)
        if self._held is None or self._held[0] != lead:
            self._held = lead, self._cache.load(lead)
        return self._held[1]
