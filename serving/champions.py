"""Champions: the model that answers, and how the next one takes its place."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from risk_platform.errors.models import BundleError, NotReadyError
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.score import warm_up

log = logging.getLogger("serving")

LOOK_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 8.0


@dataclass(frozen=True, slots=True)
class Champion:
    """A loaded model and since when it answers."""

    model: LoadedModel
    loaded_at: datetime


class Champions:
    """The champion of this process; it follows what leads in the cache.

    Parameters
    ----------
    cache
        Where a courier brings models.
    """

    def __init__(self, cache: ModelCache) -> None:
        self._cache = cache
        self._champion: Champion | None = None
        self._why_not = ""

    @property
    def champion(self) -> Champion:
        """The model that answers: whoever holds it ends with the one that they began with.

        Raises
        ------
        NotReadyError
            There is none.
        """
        if self._champion is None:
            raise NotReadyError(self._why_not or self._cache.trouble() or "none was brought yet")
        return self._champion

    def refresh(self) -> bool:
        """Put what leads in the place of the champion, if it is another; say whether that is well.

        What cannot be read, or does not score as when it was made, never replaces one that answers.
        """
        try:
            lead = self._cache.leads()
            if lead is None or self._is(lead.version, lead.digest):
                return True
            model = self._cache.load(lead)
            # What is compiled at the first score is compiled before anybody waits for it.
            warm_up(model.bundle)
        except (BundleError, OSError) as error:
            if str(error) != self._why_not:
                log.warning("the champion stays: %s", error)
            self._why_not = str(error)
            return False
        # One assignment: who scores sees the old one or the new one, and both are whole.
        self._champion, self._why_not = Champion(model, datetime.now(UTC)), ""
        log.info("version %d answers", model.version)
        return True

    @property
    def version(self) -> int:
        """The version that answers; 0: none does."""
        return 0 if self._champion is None else self._champion.model.version

    async def follow(self) -> None:
        """Look for what leads again and again, beside the event loop, until cancelled."""
        failures = 0
        while True:
            failures = 0 if await asyncio.to_thread(self.refresh) else failures + 1
            await asyncio.sleep(min(LOOK_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS))

    def _is(self, version: int, digest: str) -> bool:
        if self._champion is None:
            return False
        model = self._champion.model
        return (model.version, model.digest) == (version, digest)
