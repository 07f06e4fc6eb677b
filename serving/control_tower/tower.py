"""The tower: one platform's sources, and the language in which a person reads them."""

from dataclasses import dataclass

from risk_platform.settings import Settings
from serving.control_tower.language import Speech
from serving.control_tower.sources.api import Api
from serving.control_tower.sources.log import Log
from serving.control_tower.sources.shelf import Origin, Shelf


@dataclass(frozen=True, slots=True)
class Tower:
    """What a page is drawn from.

    Parameters
    ----------
    settings
        Of the platform.
    api, log, shelf
        Its sources.
    say
        How the reader's language says things.
    """

    settings: Settings
    api: Api
    log: Log
    shelf: Shelf
    say: Speech

    def link(self, origin: Origin) -> str:
        """Return the address of Dagster's page of an asset."""
        return f"{self.settings.dagster_url}/assets/{origin.asset}"
