"""Rounds: what a courier does when it is its turn. It alone of the service imports MLflow."""

import logging
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.delivery import deliver
from risk_platform.handover.models.promotions import Promotions
from risk_platform.settings import Settings
from risk_platform.store.disk_errors import client_errors

log = logging.getLogger("serving.courier")

# For all of asking, fetching and trying out.
ROUND_SECONDS = 90.0
LONGEST_PAUSE_SECONDS = 15.0


def make_rounds(settings: Settings, round_seconds: float = ROUND_SECONDS) -> None:
    """Bring what leads again and again, at ever longer intervals while something is wrong.

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
        retry=retry_if_exception_type((RiskPlatformError, OSError, *client_errors())),
        wait=wait_exponential(settings.model_poll_seconds, max=LONGEST_PAUSE_SECONDS),
        before_sleep=tell,
    )
    pause = threading.Event()
    while True:
        patiently(make_round)
        _tell(cache, "")
        pause.wait(settings.model_poll_seconds)


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
