"""The ground of a drill: the platform that is put through it, and how hard."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from risk_platform.commands.drills.asking import ask_surely
from risk_platform.commands.drills.clients import Clients
from risk_platform.commands.drills.watch import State, state_of
from risk_platform.errors.drills import StoppedBeforeDrillError
from risk_platform.evaluation.drills import NOTHING_SEEN, Drill, Observed, Verdict
from risk_platform.simulation.applications import Applications, bodies, drawn
from risk_platform.simulation.scenarios import LEAGUE

# Drawn at a time: many enough for a mix, and few enough that nothing waits for them.
CHUNK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a drill takes place, and how hard it is.

    Parameters
    ----------
    url, clients
        The service, and who sends and watches.
    pool
        What ordinary applications are drawn from.
    resume, reinstate
        Let scoring run again after a stop; let a suspended key be served again. Both are what
        people do.
    suspended_by
        Tells by which rule a key was suspended last, as who operates the platform reads it.
    per_second, seed
        How many applications are sent in a second, and by which dice they are drawn.
    before, after
        How many ordinary applications come before the bad ones, and after a resume.
    most
        After how many bad applications a scenario is over; 0, or more than that: after its own
        number.
    patience_seconds
        How long a stop is waited for once all bad applications were sent.
    recovery_seconds
        How long the first decision after a resume is waited for.
    headway
        Is told how many bad applications are on their way, and how many there are to be.
    """

    url: str
    clients: Clients
    pool: Applications
    resume: Callable[[], None]
    reinstate: Callable[[str], None]
    suspended_by: Callable[[str], str]
    per_second: float = 100.0
    seed: int = 7
    before: int = 500
    after: int = 300
    most: int = 0
    patience_seconds: float = 60.0
    recovery_seconds: float = 30.0
    headway: Callable[[int, int], None] = lambda _sent, _of: None

    def ordinary(self) -> Iterator[bytes]:
        """Yield ordinary applications without end."""
        dice = np.random.default_rng(self.seed)
        while True:
            yield from bodies(drawn(self.pool, dice, CHUNK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model that answers: its version, and what it reads."""

    version: int
    digest: str
    features: frozenset[str]


def model_of(ground: Ground) -> Model:
    """Ask which model answers.

    Raises
    ------
    ServiceAwayError
        None does, or there is no scoring service.
    """
    said = ask_surely(ground.url, "/model", ground.clients.watching).json()
    return Model(
        version=said["version"], digest=said["digest"], features=frozenset(said["features"])
    )


def demand_running(ground: Ground) -> State:
    """Return how the gate stands, where it is open.

    Raises
    ------
    ServiceAwayError, StoppedBeforeDrillError
        Nobody can tell; scoring is stopped.
    """
    state = state_of(ask_surely(ground.url, "/serving-state", ground.clients.watching))
    if not state.is_running:
        raise StoppedBeforeDrillError(state.reason)
    return state


class Reporter:
    """Makes the reports of one drill, which is begun now.

    Parameters
    ----------
    scenario, ground, model
        What is done, where, and who answers.
    """

    def __init__(self, scenario: str, ground: Ground, model: Model) -> None:
        self._drill = Drill(
            scenario=scenario,
            about=LEAGUE[scenario],
            verdict=Verdict.SKIPPED,
            sentence="",
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            model_version=model.version,
            per_second=ground.per_second,
            clients=len(ground.clients.applying),
            seed=ground.seed,
        )

    def skipped(self, why: str) -> Drill:
        """Report that it was not done, and why."""
        return dataclasses.replace(self._drill, sentence=why)

    def found(
        self,
        verdict: Verdict,
        sentence: str,
        seconds: float | None,
        observed: Observed = NOTHING_SEEN,
    ) -> Drill:
        """Report how it went."""
        return dataclasses.replace(
            self._drill, verdict=verdict, sentence=sentence, seconds=seconds, observed=observed
        )
