"""Intervals of all figures at once are those that sorting each sample anew would give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.evaluation.metrics import auc, bootstrap, ks, ranking
from risk_platform.evaluation.resampling import intervals, ranking_of


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 99)), min_size=2, max_size=80))
def test_counted_figures_are_the_plain_ones(drawn: list[tuple[int, int]]) -> None:
    """Whatever the ties."""
    outcomes = np.array([0, 1, *(of for of, _ in drawn[2:])], np.int8)
    pd = np.array([score / 100 for _, score in drawn])
    values, places = np.unique(pd, return_inverse=True)
    bad, good = (
        np.bincount(places[outcomes == kind], minlength=len(values)).astype(np.float64)
        for kind in (1, 0)
    )
    assert ranking_of(bad, good) == pytest.approx(ranking(outcomes, pd), abs=1e-9)


def test_intervals_are_as_wide_as_those_of_samples_that_are_sorted() -> None:
    """Of AUC and KS, by the figure's own function."""
    rng = np.random.default_rng(1)
    pd = rng.beta(2, 8, 4_000)
    outcomes = (rng.random(4_000) < pd).astype(np.int8)
    found = intervals(outcomes, pd)
    for name, figure in (("auc", auc), ("ks", ks)):
        sampled = bootstrap(figure, outcomes, pd, seed=9)
        assert found[name].value == sampled.value
        width = sampled.high - sampled.low
        assert found[name].high - found[name].low == pytest.approx(width, rel=0.25)
    assert all(one.low < one.value < one.high for one in found.values())


def test_a_loss_is_as_uncertain_as_how_many_default() -> None:
    """Its interval is that of loans that are drawn as they come, of whichever class."""
    rng = np.random.default_rng(1)
    pd = rng.beta(2, 30, 3_000)
    outcomes = (rng.random(3_000) < pd).astype(np.int8)
    drawn = (rng.integers(0, 3_000, 3_000) for _ in range(400))
    plain = [float(np.mean((pd[rows] - outcomes[rows]) ** 2)) for rows in drawn]
    low, high = np.quantile(plain, [0.025, 0.975])
    found = intervals(outcomes, pd)["brier"]
    assert found.high - found.low == pytest.approx(high - low, rel=0.25)


def test_ranks_are_judged_by_their_order_alone() -> None:
    """A grade is no probability: no loss is told of it."""
    outcomes = np.array([0, 1] * 50, np.int8)
    found = intervals(outcomes, (np.arange(100) % 7).astype(np.float64), are_pds=False)
    assert set(found) == {"auc", "gini", "ks", "pr_auc", "top_decile_capture"}
