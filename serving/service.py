"""The service's own state: the champion that answers, and how it is replaced."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.models import BundleError, RegistryError
from risk_platform.handover.registry import LoadedModel, Registry
from risk_platform.scoring.bundle import prove
from risk_platform.scoring.score import Scored, score_application
from serving.reading import Application

log = logging.getLogger("serving")


class NotReadyError(RiskPlatformError):
    """There is no model to score with."""

    def __str__(self) -> str:
        """Say why."""
        return f"no model is loaded: {self.args[0]}"


@dataclass(frozen=True, slots=True)
class Champion:
    """A loaded model and since when it answers."""

    model: LoadedModel
    loaded_at: datetime


class ScoringService:
    """Score applications with the registry's champion, and follow the registry.

    Parameters
    ----------
    registry
        Where champions come from.
    poll_seconds
        How often to ask it for a new one.
    """

    def __init__(self, registry: Registry, poll_seconds: float) -> None:
        self._registry = registry
        self._poll_seconds = poll_seconds
        self._champion: Champion | None = None
        self._why_not = "the registry has not been asked yet"

    @property
    def champion(self) -> Champion:
        """The model that answers.

        Raises
        ------
        NotReadyError
            There is none.
        """
        if self._champion is None:
            raise NotReadyError(self._why_not)
        return self._champion

    def score(self, application: Application) -> tuple[Scored, LoadedModel]:
        """Score an application; also return the model that did."""
        model = self.champion.model
        today = datetime.now(UTC)
        month = (today.year - 1970) * 12 + today.month - 1
        return score_application(model.bundle, application, month), model

    def refresh(self) -> None:
        """Load the champion if it is another than the one that answers.

        A champion that cannot be loaded, or that does not give the hand-written applications the
        scores it was registered with, never replaces one that answers.
        """
        try:
            version = self._registry.version_of()
            if self._champion and self._champion.model.version == version:
                return
            model = self._registry.load()
            prove(model.bundle, model.version)
        except (RegistryError, BundleError, OSError) as error:
            self._why_not = str(error)
            log.warning("the champion was not refreshed: %s", error)
            return
        self._champion = Champion(model, datetime.now(UTC))
        log.info("version %d answers", model.version)

    async def follow(self) -> None:
        """Ask the registry again and again, until cancelled."""
        while True:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(self._poll_seconds)
