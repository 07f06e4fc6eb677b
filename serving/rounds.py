"""Rounds: what a courier does when it is its turn. It alone of the service imports MLflow."""

import logging
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.delivery import Archive, deliver
from risk_platform.handover.models.promotions import Promotions
from risk_platform.settings import Settings
from risk_platform.store.disk_errors import client_errors

log = logging.getLogger("serving.courier")

# For all of asking, fetching and trying out.
ROUND_SECONDS = 90.0
LONGEST_PAUSE_SECONDS = 15.0
FORESEEN = (RiskPlatformError, OSError, *client_errors())


def make_rounds(settings: Settings, round_seconds: float = ROUND_SECONDS) -> None:
    """Bring what leads again and again, at ever longer intervals while something is wrong.

    What led before is brought beside it.

    Parameters
    ----------
    settings
        Of the platform.
    round_seconds
        How long a round may take; one that takes longer ends this process.
    """
    cache = ModelCache(settings.models_folder)
    cache.sweep()

    def make_round() -> None:
        with _watched(cache, round_seconds):
            deliver(Promotions.of(settings), cache)

    def tell(state: RetryCallState) -> None:
        _tell(cache, str(state.outcome.exception()) if state.outcome else "")

    patiently = Retrying(
        retry=retry_if_exception_type(FORESEEN),
        wait=wait_exponential(settings.model_poll_seconds, max=LONGEST_PAUSE_SECONDS),
        before_sleep=tell,
    )
    patiently(make_round)
    # Beside the rounds, which no version that cannot be had is to hold up; and after the first one,
    # so that a machine that is new answers with what leads before it fetches what led.
    older = threading.Thread(target=_look_after_older, args=(settings, cache), daemon=True)
    older.start()
    while older.is_alive():
        _tell(cache, "")
        time.sleep(settings.model_poll_seconds)
        patiently(make_round)


def _look_after_older(settings: Settings, cache: ModelCache) -> None:
    """Bring what led before, one version in each round; tell once of each trouble."""
    archive, told = Archive(Promotions.of(settings), cache), set[str]()
    while True:
        try:
            archive.look_after_one()
        except FORESEEN as error:
            if str(error) not in told:
                log.warning("what led before cannot be brought: %s", error)
            told.add(str(error))
        time.sleep(settings.model_poll_seconds)


def _tell(cache: ModelCache, trouble: str) -> None:
    """Tell what is wrong, once for each thing that is."""
    if trouble == cache.trouble():
        return
    cache.tell(trouble)
    if trouble:
        log.warning("no newer model: %s", trouble)


@contextmanager
def _watched(cache: ModelCache, seconds: float) -> Generator[None]:
    """End this process if the block takes too long.

    A limit for each answer, which clients have, bounds no conversation: a server that sends a byte
    now and then is never late. The next courier begins anew.
    """

    def give_up() -> None:
        _tell(cache, f"the model registry took longer than {seconds:g} seconds")
        os._exit(1)

    watch = threading.Timer(seconds, give_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
