"""The door to the store between platform and service: decisions, verdicts and the gate."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings


@dataclass(frozen=True, slots=True)
class GateDoor:
    """Where the gate of the scoring service stands.

    It is no ``ConfigurableResource``: Dagster would show the password in the database's address.

    Parameters
    ----------
    settings
        Of the platform.
    """

    settings: Settings

    @contextmanager
    def open(self) -> Generator[tuple[Database, Gate]]:
        """Give the database and its gate for the block.

        Raises
        ------
        HandoverError
            The database does not answer, or is none of ours.
        """
        with closing(open_store(self.settings.database_url)) as database:
            yield database, Gate.of(self.settings, database)
