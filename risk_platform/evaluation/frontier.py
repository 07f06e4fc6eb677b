"""The frontier of policies: what approving from each score on would have brought, on test.

Held against the lender's sub-grade at equal volume. All of it was seen: a cut-off that is chosen by
looking at these loans does better on them than it will on others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from risk_platform.evaluation.losses import ALL, LossRates, expected_losses
from risk_platform.evaluation.metrics import BOOTSTRAP_SAMPLES, CONFIDENCE, Interval
from risk_platform.evaluation.predictions import Numbers, Predictions
from risk_platform.evaluation.profit import FEWEST_LOANS, Approval, resampled
from risk_platform.scoring.points import points
from risk_platform.scoring.policy import Policy

# Volumes at which a cut-off is looked for: whole points are what a policy is written in.
SOUGHT = tuple(share / 100 for share in range(4, 101, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Loans that one way approves and the other does not; those that tie at the edge in part.

    Parameters
    ----------
    loans, defaults
        How many.
    loss
        Principal lost, net of recoveries, USD.
    """

    loans: float
    defaults: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """Approving from a score on.

    Parameters
    ----------
    points
        The lowest score that is approved.
    loans, share
        How many are, and of all.
    mean_pd
        Of these.
    default_rate, loss
        Of these, with intervals over resampled loans; the loss is principal lost within the
        outcome's time, net of recoveries, USD.
    expected_loss
        Sum of PD x LGD x EAD of these, USD; ``None`` where validation could not tell what defaults
        cost.
    incumbent_default_rate, incumbent_loss
        Of as many loans, the safest by sub-grade.
    profit, incumbent_profit
        USD, of loans whose money is complete; ``None`` where those are too few.
    swapped_in, swapped_out
        What the model approves and the sub-grade would not, and the other way round.
    """

    points: int
    loans: int
    share: float
    mean_pd: float
    default_rate: Interval
    loss: Interval
    expected_loss: float | None
    incumbent_default_rate: Interval
    incumbent_loss: Interval
    profit: Interval | None
    incumbent_profit: Interval | None
    swapped_in: Swap
    swapped_out: Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFrontier:
    """What each cut-off would have brought.

    Parameters
    ----------
    protocol, model
        By which rules loans are judged, and who scored them.
    loans, defaults, out_of
        Loans of test whose losses the books tell and that have a sub-grade, how many of these
        defaulted, and how many loans test has.
    complete
        How many of them have complete money.
    approve_from, decline_below
        The policy in force, in points.
    cut_offs
        By rising volume.
    why_no_profit
        Why no profit is told; empty where it is.
    """

    protocol: str
    model: str
    loans: int
    defaults: int
    out_of: int
    complete: int
    approve_from: int
    decline_below: int
    cut_offs: tuple[CutOff, ...]
    why_no_profit: str = ""


@dataclass(frozen=True, slots=True)
class _Book:
    """Loans whose losses are told: arrays of shape (n,); profit is 0 where it is not complete."""

    pd: Numbers
    points: Numbers
    rank: Numbers
    default: Numbers
    loss: Numbers
    expected: Numbers | None
    profit: Numbers | None


def frontier_of(
    protocol: str, test: Predictions, model: str, rates: dict[str, LossRates], policy: Policy
) -> PolicyFrontier:
    """Work out what each cut-off would have brought.

    Parameters
    ----------
    protocol
        Its label.
    test
        The loans.
    model
        Whose PDs are cut.
    rates
        What defaults cost, as ``losses.loss_rates`` learnt it on validation.
    policy
        In force: its cut-off is one of those that are told.
    """
    told = ~np.isnan(test.money.loss) & ~np.isnan(test.sub_grade)
    complete = told & test.money.is_complete & ~np.isnan(test.money.profit)
    count = int(complete.sum())
    why = "" if count >= FEWEST_LOANS else _why_no_profit(count, int(told.sum()))
    book = _book(test, model, told, rates, complete if not why else None)
    return PolicyFrontier(
        protocol=protocol,
        model=model,
        loans=len(book.pd),
        defaults=int(book.default.sum()),
        out_of=len(told),
        complete=count,
        approve_from=policy.approve_from,
        decline_below=policy.decline_below,
        cut_offs=_cut_offs(book, policy.approve_from) if len(book.pd) else (),
        why_no_profit=why,
    )


def _why_no_profit(complete: int, loans: int) -> str:
    return (
        f"of {loans:,} loans {complete:,} have complete money, their term having ended by the "
        f"snapshot: fewer than {FEWEST_LOANS}. Protocols of ended terms can tell"
    )


def _book(
    test: Predictions,
    model: str,
    told: np.ndarray,
    rates: dict[str, LossRates],
    complete: np.ndarray | None,
) -> _Book:
    pd, grades = test.pds[model][told], test.groups["grade"][told]
    profit = None if complete is None else np.where(complete, test.money.profit, 0.0)[told]
    return _Book(
        pd=pd,
        points=np.array([points(one) for one in pd], dtype=np.float64),
        rank=test.sub_grade[told],
        default=test.outcomes[told].astype(np.float64),
        loss=np.where(test.outcomes == 1, test.money.loss, 0.0)[told],
        expected=expected_losses(pd, test.money.asked[told], grades, rates)
        if ALL in rates
        else None,
        profit=profit,
    )


def _cut_offs(book: _Book, in_force: int) -> tuple[CutOff, ...]:
    """Return a cut-off for about each volume that is sought, and the one in force."""
    ordered = np.sort(book.points)[::-1]
    places = [max(0, round(share * len(ordered)) - 1) for share in SOUGHT]
    sought = {int(ordered[place]) for place in places} | {in_force}
    found = [at for at in sorted(sought, reverse=True) if (book.points >= at).any()]
    ways = Approval(-book.points), Approval(book.rank)
    values = _figures(book, ways, found, np.ones_like(book.pd))
    samples = _samples(book, ways, found)
    return tuple(
        _cut_off(book, at, _intervals(values[:, n], samples[:, :, n])) for n, at in enumerate(found)
    )


def _cut_off(book: _Book, at: int, figure: Callable[[int], Interval]) -> CutOff:
    """Return what one cut-off brought; ``figure`` gives those of ``_figures`` by their places."""
    approved = book.points >= at
    loans = int(approved.sum())
    by_grade = _by_grade(book.rank, loans)
    return CutOff(
        points=at,
        loans=loans,
        share=loans / len(approved),
        mean_pd=float(book.pd[approved].mean()),
        default_rate=figure(0),
        loss=figure(1),
        expected_loss=None if book.expected is None else float(book.expected[approved].sum()),
        incumbent_default_rate=figure(2),
        incumbent_loss=figure(3),
        profit=None if book.profit is None else figure(4),
        incumbent_profit=None if book.profit is None else figure(5),
        swapped_in=_swap(book, approved * (1 - by_grade)),
        swapped_out=_swap(book, (1 - approved) * by_grade),
    )


def _swap(book: _Book, weights: Numbers) -> Swap:
    return Swap(
        loans=float(weights.sum()),
        defaults=float(weights @ book.default),
        loss=float(weights @ book.loss),
    )


def _by_grade(rank: Numbers, loans: int) -> Numbers:
    """Return how much of each loan is among the safest by sub-grade; ties at the edge in part."""
    edge = np.sort(rank)[loans - 1]
    safer, tied = rank < edge, rank == edge
    return safer + tied * (loans - safer.sum()) / tied.sum()


def _figures(
    book: _Book, ways: tuple[Approval, Approval], cut_offs: Sequence[int], weights: Numbers
) -> Numbers:
    """Return default rate and loss by model, the same by grade, and both profits: (6, cut-offs)."""
    model, grade = ways
    volumes = [model.volume(-at, weights) for at in cut_offs]
    rows: list[Numbers] = []
    for by in (model, grade):
        defaults = by.profit(book.default, volumes, weights)
        rows += [defaults / np.maximum(volumes, 1.0), by.profit(book.loss, volumes, weights)]
    profit = np.zeros_like(book.pd) if book.profit is None else book.profit
    rows += [by.profit(profit, volumes, weights) for by in (model, grade)]
    return np.vstack(rows)


def _samples(book: _Book, ways: tuple[Approval, Approval], cut_offs: Sequence[int]) -> Numbers:
    """Return the figures of resampled loans, shape (resampled, 6, cut-offs)."""
    rng, loans = np.random.default_rng(0), len(book.pd)
    return np.array(
        [_figures(book, ways, cut_offs, resampled(rng, loans)) for _ in range(BOOTSTRAP_SAMPLES)]
    )


def _intervals(values: Numbers, samples: Numbers) -> Callable[[int], Interval]:
    """Return what gives the figure at a place with its interval."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0)

    def figure(place: int) -> Interval:
        return Interval(value=float(values[place]), low=float(low[place]), high=float(high[place]))

    return figure
