"""The machine that a platform runs on, and whether a drill may lay hands on it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.settings import Settings, is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A platform's home on this machine.

    Parameters
    ----------
    settings
        Of the platform.
    database, gate
        What it logs into, and its gate.
    """

    settings: Settings
    database: Database
    gate: Gate

    def why_not(self, url: str) -> str:
        """Say why nothing may be done to it; empty where it may.

        Parameters
        ----------
        url
            Of the service that the drill is about.
        """
        if not self.settings.drills:
            return "it lays hands on the platform: RISK_DRILLS=true lets it"
        if not is_loopback(urlsplit(url).hostname or ""):
            return f"{url} is not on this machine"
        return ""
