"""Protocols: who is judged, on what outcome, with which columns, and where time is cut.

A result is comparable only with results of the same protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from risk_platform.contract.column import Timing
from risk_platform.contract.outcome import Window
from risk_platform.errors.protocols import EmptySplitError, UnknownProtocolError


class Split(StrEnum):
    """The part that a loan plays, by its month of issue; ``UNUSED``: its outcome is not known."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where time is cut: the first issue month of validation and of test, since January 1970."""

    validation_from: int
    test_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One way of training and judging, fixed so that figures can be compared.

    Parameters
    ----------
    name, about
        What it is called and what it is for.
    outcome
        What is predicted.
    timings
        The classes of columns that a model may read.
    train, validation
        Shares of the observed loans, in time; test is the rest.
    """

    name: str
    about: str
    outcome: Window
    timings: frozenset[Timing]
    train: float
    validation: float

    def cut(self, volumes: Mapping[int, int]) -> Cuts:
        """Cut time so that each split holds about its share; a month is never divided.

        Parameters
        ----------
        volumes
            Issue month to the number of loans whose outcome is known.

        Raises
        ------
        EmptySplitError
            The data at hand leave a split without a loan.
        """
        months = sorted(month for month, loans in volumes.items() if loans > 0)
        if len(months) < len(Split) - 1:
            raise EmptySplitError(self.name, len(months))
        validation = _first_month_after(volumes, months, self.train)
        test = _first_month_after(volumes, months, self.train + self.validation)
        validation = min(max(validation, months[1]), months[-2])
        test = max(test, months[months.index(validation) + 1])
        return Cuts(validation_from=validation, test_from=test)


def _first_month_after(volumes: Mapping[int, int], months: list[int], share: float) -> int:
    wanted = share * sum(volumes[month] for month in months)
    seen = 0
    for month in months:
        if seen >= wanted:
            return month
        seen += volumes[month]
    return months[-1]


WINDOW12 = Protocol(
    name="window12",
    about="All loans observed for 12 months; default within 12 months on book; any extract",
    outcome=Window(12),
    timings=frozenset({Timing.APPLICATION, Timing.PRICING}),
    train=0.70,
    validation=0.15,
)

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({p.name: p for p in (WINDOW12,)})


def protocol_named(name: str) -> Protocol:
    """Return the protocol of that name.

    Raises
    ------
    UnknownProtocolError
        There is none; the message names those that are.
    """
    if name not in PROTOCOLS:
        raise UnknownProtocolError(name, tuple(PROTOCOLS))
    return PROTOCOLS[name]
