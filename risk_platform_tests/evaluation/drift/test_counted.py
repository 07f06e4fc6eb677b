"""A window is counted in the bins of its reference, whether from arrays or from a summary."""

from collections import Counter

import numpy as np

from risk_platform.evaluation.drift.counted import (
    ScoresSeen,
    Seen,
    counted,
    seen,
    seen_of_table,
)
from risk_platform.evaluation.drift.decision import judge
from risk_platform.features.bins import bins_of
from risk_platform.handover.drift import Light
from risk_platform.scoring.reference import CategoryProfile, NumberProfile
from risk_platform_tests.evaluation.drift.small_world import (
    REFERENCE,
    Loans,
    loans,
    number,
    window_of,
    with_input,
)

AGES = NumberProfile(
    lowest=1.0, highs=(2.0, 5.0, 9.0), counts=(3, 3, 3), unknown=1, quartiles=(2.0, 4.0, 6.0)
)
HOMES = CategoryProfile(labels=("OWN", "RENT"), counts=(5, 5), unknown=0)


def test_numbers_fall_into_bins_up_to_their_edge() -> None:
    """Below the lowest and above the highest value are bins of their own."""
    found = counted(AGES, np.array([0.5, 1.0, 2.0, 2.5, 5.0, 9.0, 9.5, np.nan, np.inf]))
    assert found.counts.tolist() == [1, 2, 2, 1, 2]
    assert (found.known, found.unknown, found.outside) == (8, 1, 3)


def test_the_reference_itself_falls_into_its_own_counts() -> None:
    """Edges are values of loans, so that ties stay on their side."""
    of = loans(20_000, seed=1)
    for name, profile in REFERENCE.population.numbers.items():
        found = counted(profile, of[name])
        assert tuple(found.counts.tolist()) == (0, *profile.counts, 0)
        assert (found.unknown, found.outside) == (profile.unknown, 0)


def test_labels_are_counted_and_strangers_apart() -> None:
    """``None`` is unknown, and no stranger."""
    found = counted(HOMES, np.array(["RENT", None, "YACHT", "OWN", "RENT"], np.object_))
    assert found.counts.tolist() == [1, 2]
    assert (found.known, found.unknown, found.outside) == (4, 1, 1)


def table_of(of: Loans, scores: ScoresSeen | None) -> Seen:
    """Count what Spark would say of a table of these loans."""
    numbers = {name: bins_of(number(of, name)) for name in REFERENCE.population.numbers}
    labels = {"purpose": Counter(of["purpose"].tolist())}
    return seen_of_table(REFERENCE, len(of["dti"]), numbers, labels, scores)


def test_a_table_is_judged_by_its_summary_as_its_loans_would_be() -> None:
    """The same verdict, and distances within a thousandth: a bin counts as its smallest value."""
    of = loans(5_000, seed=7)
    of = with_input(of, "fico_mid", number(of, "fico_mid") + 10)
    from_arrays = seen(REFERENCE, window_of(of))
    one, other = (
        judge(REFERENCE, window, ()) for window in (from_arrays, table_of(of, from_arrays.scores))
    )
    assert one.light is other.light is Light.AMBER
    assert one.suspected == other.suspected
    for a, b in zip(one.findings, other.findings, strict=True):
        assert a.signal == b.signal
        assert abs(a.distance.psi - b.distance.psi) < 1e-3
        assert abs((a.distance.ks or 0) - (b.distance.ks or 0)) < 1e-3


def test_a_table_needs_no_scores() -> None:
    """Inputs are judged all the same; of scores nothing is said."""
    report = judge(REFERENCE, table_of(loans(5_000, seed=7), None), ())
    assert (report.light, report.scores) == (Light.GREEN, None)
