"""Sealing: what the sealer does when it is its turn."""

import logging
import time
from typing import NoReturn

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings

log = logging.getLogger("serving.sealer")

# A decision is sealed and anchored within about twice this.
SEAL_SECONDS = 2.0


def seal_for_ever(settings: Settings) -> NoReturn:
    """Seal what is new again and again, whatever the database."""
    sealer = Sealer(open_store(settings.sealer_database_url), Anchors(settings.anchors_file))
    while True:
        try:
            sealer.seal()
        except LogUnavailableError as error:
            log.warning("not sealed", extra={"sentence": str(error)})
        time.sleep(SEAL_SECONDS)
