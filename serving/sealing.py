"""Sealing: what the sealer does when it is its turn."""

import logging
import time
from typing import NoReturn

from risk_platform.errors.handover import HandoverError, LogUnavailableError
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings

log = logging.getLogger("serving.sealer")

# A decision is sealed and anchored within about twice this.
SEAL_SECONDS = 2.0
# What a person must mend is said again this often.
REFUSED_SECONDS = 30.0


def seal_for_ever(settings: Settings) -> NoReturn:
    """Seal what is new again and again, whatever the database."""
    sealer = Sealer(open_store(settings.sealer_database_url), Anchors(settings.anchors_file))
    while True:
        time.sleep(seal_once(sealer))


def seal_once(sealer: Sealer) -> float:
    """Seal what is new, or say why not, and return after how many seconds to do so again."""
    try:
        sealer.seal()
    except LogUnavailableError as error:
        log.warning("not sealed", extra={"sentence": str(error)})
    except HandoverError as error:
        log.error("sealing refused", extra={"sentence": str(error)})  # noqa: TRY400
        return REFUSED_SECONDS
    return SEAL_SECONDS
