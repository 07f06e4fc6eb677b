"""DeLong's test gives the published figures, agrees with resampling, and knows when nothing is."""

import numpy as np
import pytest

from risk_platform.evaluation.delong import auc_interval, delong
from risk_platform.evaluation.metrics import Outcomes, Scores, auc, bootstrap

# Patients with ovarian cancer: total protein, K-G score, and whether surgery helped (DeLong et al.
# 1988). SAS/STAT's manual compares their areas, in "Comparing Receiver Operating Characteristic
# Curves" of PROC LOGISTIC; there the score is turned to 10 less itself.
PATIENTS = """
5.8 10 0  6.3 5 1  6.8 3 1  4.8 6 0  5.8 3 1  4.0 5 0  5.7 8 0  5.6 5 1  5.7 5 1  6.7 6 1
5.4 4 1  6.6 6 1  6.6 5 1  5.7 5 1  7.0 4 1  6.7 4 0  4.4 6 1  7.6 4 0  6.6 6 0  5.8 6 1
6.8 7 1  4.7 8 0  7.4 5 1  7.4 5 1  6.6 6 1  8.2 6 1  7.0 5 1  6.5 4 1  5.1 5 1  4.7 6 1
6.8 6 0  4.0 7 0  6.1 5 1  6.3 7 1  7.7 6 1  6.2 5 1  5.7 9 0  4.8 7 1  6.2 8 0  7.0 7 1
5.7 6 1  6.9 5 1  6.6 5 1
"""
PROTEIN, SCORE, HELPED = np.array(PATIENTS.split(), dtype=np.float64).reshape(-1, 3).T


def drawn(seed: int, loans: int = 3_000) -> tuple[Outcomes, Scores, Scores]:
    """Draw loans with a true PD and a grade that was blurred from it."""
    rng = np.random.default_rng(seed)
    pd = rng.beta(2, 8, loans)
    outcomes = (rng.random(loans) < pd).astype(np.int8)
    return outcomes, pd, np.round(pd * 40 + rng.normal(0, 4, loans))


def test_the_published_example_comes_out() -> None:
    """Areas 0.6478 and 0.7258, difference -0.0780 with error 0.1046, p 0.4561."""
    found = delong(HELPED.astype(np.int8), PROTEIN, 10 - SCORE)
    half = (found.difference.high - found.difference.low) / 2
    assert (round(found.first, 4), round(found.second, 4)) == (0.6478, 0.7258)
    assert round(found.difference.value, 4) == -0.0780
    assert half / 1.959964 == pytest.approx(0.1046, abs=5e-5)
    assert round(found.p_value, 4) == 0.4561


@pytest.mark.parametrize(("values", "error"), [(PROTEIN, 0.1000), (10 - SCORE, 0.1028)])
def test_the_published_errors_of_single_areas_come_out(values: Scores, error: float) -> None:
    """As the same manual lists them."""
    found = auc_interval(HELPED.astype(np.int8), values)
    assert (found.high - found.value) / 1.959964 == pytest.approx(error, abs=5e-5)


def test_areas_are_those_of_all_pairs() -> None:
    """Midranks count as the plain area does, ties and all."""
    outcomes, pd, grade = drawn(1)
    found = delong(outcomes, pd, grade)
    assert found.first == pytest.approx(auc(outcomes, pd), abs=1e-12)
    assert found.second == pytest.approx(auc(outcomes, grade), abs=1e-12)


def test_the_interval_is_that_of_resampled_loans() -> None:
    """Differences of samples of the loans spread as the formula says."""
    outcomes, pd, grade = drawn(2)
    rng = np.random.default_rng(0)
    bad, good = np.flatnonzero(outcomes == 1), np.flatnonzero(outcomes == 0)
    gaps: list[float] = []
    for _ in range(400):
        rows = np.concatenate([rng.choice(bad, len(bad)), rng.choice(good, len(good))])
        gaps.append(auc(outcomes[rows], pd[rows]) - auc(outcomes[rows], grade[rows]))
    found = delong(outcomes, pd, grade).difference
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(np.std(gaps), rel=0.1)


def test_an_area_has_the_interval_of_its_bootstrap() -> None:
    """The one that needs no samples is as wide."""
    outcomes, pd, _ = drawn(3)
    exact, sampled = auc_interval(outcomes, pd), bootstrap(auc, outcomes, pd)
    assert exact.high - exact.low == pytest.approx(sampled.high - sampled.low, rel=0.15)


def test_of_equally_good_scores_few_differ() -> None:
    """One time in twenty p is below 0.05, as it should be."""
    rng = np.random.default_rng(4)
    low = 0
    for _ in range(300):
        outcomes = (rng.random(400) < 0.3).astype(np.int8)
        signal = outcomes + rng.normal(size=400)
        first, second = signal + rng.normal(size=(2, 400))
        low += delong(outcomes, first, second).p_value < 0.05
    assert 5 <= low <= 26


def test_a_score_does_not_differ_from_itself() -> None:
    """Nor from its own points: the gap is 0 and p is 1."""
    outcomes, pd, _ = drawn(5)
    found = delong(outcomes, pd, np.log(pd))
    assert (found.difference.value, found.p_value) == (0.0, 1.0)


def test_loans_without_one_of_the_scores_are_left_out() -> None:
    """Both are judged on the same loans, and their number is told."""
    outcomes, pd, grade = drawn(6)
    grade[:100] = np.nan
    found = delong(outcomes, pd, grade)
    assert found.loans == len(pd) - 100
    assert found.first == pytest.approx(auc(outcomes[100:], pd[100:]), abs=1e-12)
