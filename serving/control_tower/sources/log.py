"""The log of decisions, as the tower reads it: counted and sampled, never loaded, never written."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from risk_platform.errors.tower import NoLogError
from risk_platform.handover.clock import to_us
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, DriftVerdict
from risk_platform.handover.gating.events import Action
from risk_platform.handover.gating.history import Event, recent_events
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Audit, Auditor
from risk_platform.handover.log.tallies import Recent, Sample, Tallies
from risk_platform.settings import Settings


class Log:
    """The log of one platform.

    Parameters
    ----------
    settings
        Of the platform. Each method raises ``NoLogError`` where nobody ever started the service,
        and ``HandoverError`` where the database is away, or of an earlier release.
    """

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings.database_url)
        self._anchors = settings.anchors_file

    def counts(self, edges: Sequence[datetime]) -> list[int]:
        """Return how many decisions there were between each two moments."""
        self._demand_file()
        return Tallies(self._database).counts([to_us(at) for at in edges])

    def sample(self, since: datetime, until: datetime) -> Sample:
        """Return decisions of a time at even distances."""
        self._demand_file()
        return Tallies(self._database).sample(to_us(since), to_us(until))

    def latest(self, most: int) -> list[Recent]:
        """Return the last decisions, the newest first."""
        self._demand_file()
        return Tallies(self._database).latest(most)

    def events(
        self, most: int, since: datetime | None = None, actions: Collection[Action] = ()
    ) -> list[Event]:
        """Return the last events of the gate, the newest first."""
        self._demand_file()
        since_us = to_us(since) if since else 0
        return recent_events(self._database, most, since_us=since_us, actions=actions)

    def verdicts(self, most: int) -> list[DriftVerdict]:
        """Return the last verdicts of drift, the newest first."""
        self._demand_file()
        return DriftRecord(self._database).recent(most)

    def audit(self) -> Audit:
        """Verify the whole log, as ``risk-platform log verify`` does."""
        self._demand_file()
        return Auditor(self._database, Anchors(self._anchors)).audit()

    def close(self) -> None:
        """Give up its connections."""
        self._database.close()

    def _demand_file(self) -> None:
        """Refuse a file that is not there: SQLite would make an empty one."""
        engine = self._database.engine
        file = engine.url.database
        if not self._database.is_postgresql and file and not Path(file).is_file():
            raise NoLogError
