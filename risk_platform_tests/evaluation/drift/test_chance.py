"""What chance does to samples is drawn once, and told for any size."""

import numpy as np
import pytest
from scipy.stats import chi2

from risk_platform.evaluation.drift.chance import SIZES, by_chance, psi_by_chance
from risk_platform.scoring.reference import LEVELS

EVEN = [2_000] * 100


def test_psi_by_chance_is_that_of_theory() -> None:
    """About (1/n + 1/m) times a chi-square of nine degrees of freedom."""
    drawn = by_chance(EVEN, np.random.default_rng(0), is_ordered=True)
    assert tuple(of.loans for of in drawn) == SIZES
    for of in drawn:
        scale = 1 / of.loans + 1 / sum(EVEN)
        np.testing.assert_allclose(of.psi, scale * chi2.ppf(LEVELS, 9), rtol=0.25)


def test_ks_by_chance_is_that_of_theory() -> None:
    """Kolmogorov's limit at the median, a little less for bins."""
    drawn = by_chance(EVEN, np.random.default_rng(0), is_ordered=True)
    for of in drawn:
        assert of.ks[0] * np.sqrt(of.loans) == pytest.approx(0.8276, rel=0.15)
        assert of.ks == tuple(sorted(of.ks))


def test_the_same_seed_draws_the_same() -> None:
    """A reference is the same, to the byte, whoever makes it."""
    one, again = (
        by_chance([5, 3, 900], np.random.default_rng(7), is_ordered=False) for _ in range(2)
    )
    assert one == again
    assert {of.ks for of in one} == {()}


@pytest.mark.parametrize(("loans", "size"), [(250, 500), (700, 700), (50_000, 20_000)])
def test_the_band_follows_the_size_of_the_window(loans: int, size: int) -> None:
    """Between the drawn sizes, below the smallest, and no lower than that of the largest."""
    drawn = by_chance([10**6] * 10, np.random.default_rng(0), is_ordered=True)
    found = psi_by_chance(drawn, loans)
    wanted = chi2.ppf(0.99, 9) / size * (2 if loans == 250 else 1)
    assert found == pytest.approx(wanted, rel=0.25)


def test_nothing_is_drawn_from_nothing() -> None:
    """And there is no band."""
    assert by_chance([], np.random.default_rng(0), is_ordered=True) == ()
    assert psi_by_chance((), 500) is None
    drawn = by_chance([9, 9], np.random.default_rng(0), is_ordered=True, draws=2)
    assert psi_by_chance(drawn, 0) is None
