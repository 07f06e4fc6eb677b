"""Expected loss: PD x LGD x EAD, and what was lost in the end.

The rates are plain tables by grade, learnt on the defaults of validation: single loans lose more or
less by chance, and no model of LGD has explained much of it on these data.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.evaluation.metrics import BOOTSTRAP_SAMPLES, CONFIDENCE, Interval
from risk_platform.evaluation.predictions import Labels, Numbers, Predictions

# A grade with fewer defaults is given the rates of all grades.
FEWEST_DEFAULTS = 30
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRates:
    """What a default costs.

    Parameters
    ----------
    defaults
        How many it was learnt from.
    ead_share
        Exposure at default: principal still owed when payments ended, over the amount lent.
    lgd
        Loss given default: share of the exposure that recoveries, less the collector's fee, did
        not bring back by the snapshot. What came later is not in it.
    """

    defaults: int
    ead_share: float
    lgd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow:
    """Expected and realised loss of some loans, USD.

    Parameters
    ----------
    name
        A grade, or ``all``.
    loans, defaults
        How many.
    expected
        Sum over the loans of PD x LGD x EAD, known before any was lent.
    realised
        Principal lost by those that defaulted, net of recoveries.
    """

    name: str
    loans: int
    defaults: int
    expected: float
    realised: float

    @property
    def ratio(self) -> float:
        """Expected over realised: below 1 the loss was underrated; NaN where nothing was lost."""
        return self.expected / self.realised if self.realised else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class LossReport:
    """The back-test of expected loss on test.

    Parameters
    ----------
    rates
        Grade to its rates, and ``all``; empty where validation cannot tell them.
    rows
        All loans of test, then by grade.
    ratio
        Expected over realised of all, with its interval over resampled loans; ``None`` where
        nothing can be told.
    untold
        Loans of test that are left out since the books do not say what they paid.
    why_not
        Why nothing can be told; empty where it can.
    """

    rates: Mapping[str, LossRates]
    rows: tuple[LossRow, ...]
    ratio: Interval | None
    untold: int
    why_not: str = ""


def loss_report(validation: Predictions, test: Predictions, model: str) -> LossReport:
    """Learn what defaults cost on validation, and hold the expected loss of test against it."""
    told = ~np.isnan(test.money.loss)
    untold = int((~told).sum())
    rates = loss_rates(validation)
    if ALL not in rates or not test.outcomes[told].any():
        few = f"validation has fewer than {FEWEST_DEFAULTS} defaults whose losses the books tell"
        why = few if ALL not in rates else "no loan of test with known money defaulted"
        return LossReport(rates=rates, rows=(), ratio=None, untold=untold, why_not=why)
    grades = test.groups["grade"]
    expected = expected_losses(test.pds[model], test.money.asked, grades, rates)
    realised = np.where(test.outcomes == 1, test.money.loss, 0.0)
    parts = {ALL: told} | {g: told & (grades == g) for g in sorted(set(grades[told]) - {None})}
    rows = [_row(name, of, test, expected, realised) for name, of in parts.items()]
    ratio = _ratio(expected[told], realised[told])
    return LossReport(rates=rates, rows=tuple(rows), ratio=ratio, untold=untold)


def loss_rates(loans: Predictions) -> dict[str, LossRates]:
    """Return what defaults cost, by grade and of all; without the latter nothing can be told."""
    lost = (loans.outcomes == 1) & ~np.isnan(loans.money.loss)
    grades = loans.groups["grade"]
    parts = {ALL: lost} | {g: lost & (grades == g) for g in sorted(set(grades[lost]) - {None})}
    return {n: _rates(loans, of) for n, of in parts.items() if of.sum() >= FEWEST_DEFAULTS}


def expected_losses(
    pd: Numbers, amount: Numbers, grades: Labels, rates: Mapping[str, LossRates]
) -> Numbers:
    """Return each loan's PD x LGD x EAD in USD; a grade without rates takes those of all."""
    of = [rates.get(grade, rates[ALL]) for grade in grades]
    return pd * amount * np.array([one.ead_share * one.lgd for one in of])


def _rates(loans: Predictions, of: NDArray[np.bool_]) -> LossRates:
    exposure, loss = loans.money.exposure[of].sum(), loans.money.loss[of].sum()
    return LossRates(
        defaults=int(of.sum()),
        ead_share=float(exposure / loans.money.funded[of].sum()),
        lgd=float(loss / exposure) if exposure else 0.0,
    )


def _row(
    name: str, of: NDArray[np.bool_], test: Predictions, expected: Numbers, realised: Numbers
) -> LossRow:
    return LossRow(
        name=name,
        loans=int(of.sum()),
        defaults=int(test.outcomes[of].sum()),
        expected=float(expected[of].sum()),
        realised=float(realised[of].sum()),
    )


def _ratio(expected: Numbers, realised: Numbers) -> Interval:
    rng = np.random.default_rng(0)
    loans = len(expected)
    drawn = [rng.integers(0, loans, loans) for _ in range(BOOTSTRAP_SAMPLES)]
    ratios = [expected[rows].sum() / realised[rows].sum() for rows in drawn if realised[rows].any()]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    value = float(expected.sum() / realised.sum())
    return Interval(value=value, low=float(low), high=float(high))
