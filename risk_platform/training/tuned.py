"""What a search for parameters is given and gives: its budget, its trials, and its choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to search.

    Parameters
    ----------
    trials
        How many trials the study is to have; those of earlier runs count. 0: none, the defaults.
    minutes
        After which this run begins or continues no trial. With the trials alone as a limit the
        result does not depend on the machine's speed.
    """

    trials: int
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched for whom, and where trials are kept.

    Parameters
    ----------
    protocol
        Label of the protocol that the loans belong to.
    folder
        Where trials are kept.
    budget
        How long to search.
    """

    protocol: str
    folder: Path
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One choice of parameters and how it did.

    Parameters
    ----------
    parameters
        The choice.
    losses
        Loss after each step, as the pruner saw it.
    pruned
        Whether it was given up.
    seconds
        How long it ran.
    """

    parameters: Mapping[str, int | float]
    losses: tuple[float, ...]
    pruned: bool
    seconds: float

    @property
    def loss(self) -> float:
        """The lowest loss that it reached."""
        return min(self.losses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What a search found.

    Parameters
    ----------
    study
        Its name: the protocol, the data and the search space.
    parameters
        The best choice among the trials that were not pruned; the defaults where there is none.
    trials
        All finished trials, in their order; the first is that of the defaults.
    resumed
        How many of them earlier runs had finished.
    budget
        Within which this run searched.
    seconds
        How long this run searched.
    """

    study: str
    parameters: Mapping[str, int | float]
    trials: tuple[Trial, ...]
    resumed: int
    budget: Budget
    seconds: float


def best_of(trials: Iterable[Trial]) -> Trial | None:
    """Return the trial that reached the lowest loss of those not pruned; ``None`` for none."""
    ended = [trial for trial in trials if not trial.pruned]
    return min(ended, key=lambda trial: trial.loss, default=None)
