"""The service: the parts that routes ask."""

from collections.abc import Callable
from dataclasses import dataclass

from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.backlog import Backlog
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.models.cache import ModelCache
from serving.breaker import Breaker
from serving.champions import Champions


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringService:
    """What a process scores with, and where it writes what it decided.

    Parameters
    ----------
    cache, champions
        The models that were brought here, and which of them answers.
    log, gate, drift, backlog
        What was decided, whether anything may be, what the last report of drift found, and what
        waits to be sealed.
    breaker
        Who looks at what was decided while it is recorded.
    close
        Gives up what it holds of the database.
    """

    cache: ModelCache
    champions: Champions
    log: DecisionLog
    gate: Gate
    drift: DriftRecord
    backlog: Backlog
    breaker: Breaker
    close: Callable[[], None]


def service_of(cache: ModelCache, database: Database, gate: Gate | None = None) -> ScoringService:
    """Return the service of a cache of models and a database; without its gate, by a plain one."""
    gate = gate or Gate(database)
    return ScoringService(
        cache=cache,
        champions=Champions(cache),
        log=DecisionLog(database, gate),
        gate=gate,
        drift=DriftRecord(database),
        backlog=Backlog(database),
        breaker=Breaker(gate),
        close=database.close,
    )
