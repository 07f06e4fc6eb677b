"""The sealer: a process beside the service that seals and anchors what was decided.

Within the service it would hold up scores, which share one interpreter with it.
"""

import logging
import time

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.beside import work

log = logging.getLogger("serving.sealer")

# A decision is sealed and anchored within about twice this.
SEAL_SECONDS = 2.0


def main() -> None:
    """Seal again and again."""
    settings = Settings()

    def seal() -> None:
        sealer = Sealer(open_store(settings.database_url), Anchors(settings.anchors_file))
        while True:
            try:
                sealer.seal()
            except LogUnavailableError as error:
                log.warning("not sealed", extra={"sentence": str(error)})
            time.sleep(SEAL_SECONDS)

    work(settings.root / "sealer.lock", seal)


if __name__ == "__main__":
    main()
