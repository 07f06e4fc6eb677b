"""Protocols: who is judged, on what outcome, with which columns, and how the loans are divided.

A result is comparable only with results of the same protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from risk_platform.contract.column import Timing
from risk_platform.contract.outcome import Matured, Outcome, Resolved, Window
from risk_platform.contract.splits import (
    Cuts,
    Draw,
    Shares,
    SplitPlan,
    Volumes,
    divided,
)
from risk_platform.contract.vintages import FIRST_MONTH, month_name, month_named
from risk_platform.errors.protocols import (
    EmptySplitError,
    SplitDatesError,
    UnknownProtocolError,
    UnworkableProtocolError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Which loans a protocol is about.

    Parameters
    ----------
    term
        Only loans of so many months; ``None`` for all.
    individual
        Only loans of one borrower. Loans of files that do not say are of one: LendingClub took
        joint applications from 2015 on, and its files have said so since.
    """

    term: int | None = None
    individual: bool = False

    def __str__(self) -> str:
        """Say it in words."""
        term = f"{self.term} months" if self.term else "36 and 60 months"
        return f"{term}, {'individual' if self.individual else 'individual and joint'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The best figures that others have published under the rules of a protocol, on all loans."""

    auc: float
    ks: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One way of training and judging, fixed so that figures can be compared.

    Parameters
    ----------
    name, about
        What it is called and what it is for.
    population, outcome
        Who is judged, and what is predicted.
    timings
        The classes of columns that a model may read.
    division
        How the loans are divided; a command may name other dates.
    published
        What there is to beat.
    credible_auc
        No honest model of LendingClub's loans has ranked so well under these rules: one that does
        has seen the outcome.
    warning
        What is wrong with its figures, to be said beside them; empty for nothing.
    overridden
        Whether the dates are not the protocol's own.
    """

    name: str
    about: str
    population: Population
    outcome: Outcome
    timings: frozenset[Timing]
    division: Shares | Cuts | Draw
    published: Published | None = None
    credible_auc: float = 0.80
    warning: str = ""
    overridden: bool = False

    @property
    def label(self) -> str:
        """The name, with the dates where they were given: figures of two labels do not compare."""
        return f"{self.name} ({self.division})" if self.overridden else self.name

    def with_dates(self, dates: str) -> "Protocol":
        """Return the protocol with other months: ``2014-09,2014-12`` for validation and test.

        Raises
        ------
        SplitDatesError
            They are no two months in order, or the protocol does not divide by time.
        """
        if not dates:
            return self
        if isinstance(self.division, Draw):
            raise SplitDatesError(dates, f"protocol {self.name} draws its splits at random")
        own = self.division if isinstance(self.division, Cuts) else Cuts(FIRST_MONTH, FIRST_MONTH)
        cuts = replace(own, **_months_of(dates))
        if not cuts.train_from < cuts.validation_from < cuts.test_from < cuts.until:
            begin, end = month_name(cuts.train_from), month_name(cuts.until - 1)
            raise SplitDatesError(dates, f"they must follow one another between {begin} and {end}")
        return replace(self, division=cuts, overridden=True)

    def plan(self, volumes: Volumes) -> SplitPlan:
        """Divide the loans at hand.

        Parameters
        ----------
        volumes
            Issue month to the loans of this population that were issued in it.

        Raises
        ------
        EmptySplitError
            A split would have no loan, or loans of one outcome only.
        """
        division = self.division.divide(volumes)
        return SplitPlan(protocol=self.label, division=division, volumes=divided(division, volumes))


def _months_of(dates: str) -> dict[str, int]:
    try:
        validation, test = (month_named(name.strip()) for name in dates.split(","))
    except ValueError as error:
        raise SplitDatesError(dates, "give two months, such as 2014-09,2014-12") from error
    return {"validation_from": validation, "test_from": test}


_APPLICATION = frozenset({Timing.APPLICATION})
_WITH_PRICE = _APPLICATION | {Timing.PRICING}
_IN_TIME = Shares(train=0.70, validation=0.15)
_EVERYBODY = Population()


def _years(train: int, validation: int, test: int, until: str) -> Cuts:
    first = (f"{year}-01" for year in (train, validation, test))
    began, *cuts = map(month_named, first)
    return Cuts(*cuts, train_from=began, until=month_named(until))


_SEED_DATES = _years(2012, 2018, 2019, until="2020-04")

WINDOW12 = Protocol(
    name="window12",
    about="Default within 12 months on book, of all loans observed so long; works on any extract",
    population=_EVERYBODY,
    outcome=Window(12),
    timings=_WITH_PRICE,
    division=_IN_TIME,
    published=Published(auc=0.688, ks=0.280),
)
SEED12 = Protocol(
    name="seed12",
    about="The dates of `seed` made honest: default within 12 months, as far as observed so long",
    population=_EVERYBODY,
    outcome=Window(12),
    timings=_WITH_PRICE,
    division=_SEED_DATES,
)
SEED = Protocol(
    name="seed",
    about="2012-2017 against 2018 against 2019 to March 2020, of loans that have ended",
    population=_EVERYBODY,
    outcome=Resolved(),
    timings=_WITH_PRICE,
    division=_SEED_DATES,
    published=Published(auc=0.719, ks=0.322),
    warning="loans that ended early stand for their vintages: rates and figures are biased",
)
MATURED36 = Protocol(
    name="matured36",
    about="Loans of 36 months and one borrower whose term has ended, without the lender's price",
    population=Population(term=36, individual=True),
    outcome=Matured(),
    timings=_APPLICATION,
    division=_years(2010, 2013, 2014, until="2016-01"),
    published=Published(auc=0.670, ks=0.245),
    credible_auc=0.78,
)
TERM_ENDED = Protocol(
    name="term_ended",
    about="All loans whose term has ended, with the lender's price",
    population=_EVERYBODY,
    outcome=Matured(),
    timings=_WITH_PRICE,
    division=_IN_TIME,
    published=Published(auc=0.715, ks=0.314),
)
STRATIFIED = Protocol(
    name="stratified",
    about="A random fifth of the loans that have ended: for comparison with what is often done",
    population=_EVERYBODY,
    outcome=Resolved(),
    timings=_WITH_PRICE,
    division=Draw(validation=0.12, test=0.20),
    published=Published(auc=0.734),
    warning="training looks ahead, at loans issued after those that are judged",
)

_ALL = (WINDOW12, SEED12, SEED, MATURED36, TERM_ENDED, STRATIFIED)
PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({p.name: p for p in _ALL})


def protocol_named(name: str, dates: str = "") -> Protocol:
    """Return the protocol of that name, with other split dates where they are given.

    Raises
    ------
    UnknownProtocolError
        There is none; the message names those that are.
    SplitDatesError
        The dates cannot be its own.
    """
    if name not in PROTOCOLS:
        raise UnknownProtocolError(name, tuple(PROTOCOLS))
    return PROTOCOLS[name].with_dates(dates)


def plan_splits(protocol: Protocol, volumes: Mapping[str, Volumes]) -> SplitPlan:
    """Divide the loans at hand as a protocol says.

    Parameters
    ----------
    protocol
        The protocol.
    volumes
        Name of each protocol to its issue months and their loans.

    Raises
    ------
    UnworkableProtocolError
        They leave a split without loans that teach; the message names protocols that would work.
    """
    try:
        return protocol.plan(volumes[protocol.name])
    except EmptySplitError as error:
        works = tuple(name for name, found in volumes.items() if _works(PROTOCOLS[name], found))
        raise UnworkableProtocolError(protocol.label, str(error), works) from error


def _works(protocol: Protocol, volumes: Volumes) -> bool:
    try:
        protocol.plan(volumes)
    except EmptySplitError:
        return False
    return True
