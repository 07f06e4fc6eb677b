"""A healthy system is not stopped: in windows of one stable quarter nothing is drift.

Beside it, on the same windows, what the share of one per cent would do if it were read as anything
simpler. Zero stops of N windows mean that fewer than 3/N are stops, with 95 % confidence.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from risk_platform.evaluation.drift.comparison import Distance
from risk_platform.evaluation.drift.decision import DriftReport, judge_window
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.evaluation.drift.window import Window
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.handover.drift import Light
from risk_platform_tests.evaluation.drift.stable_quarter import Quarter
from serving import breaker

LOANS = 2_000

Naive = Callable[[Sequence[Distance]], bool]
# The unsafe twins, by what one per cent is taken for: a probability, a distance, a share of inputs.
NAIVE: Mapping[str, Naive] = {
    "any KS or chi-square with p < 0.01": lambda found: any(of.p < 0.01 for of in found),
    "any Jensen-Shannon distance > 0.01": lambda found: any(of.js > 0.01 for of in found),
    "more than 1 % of inputs with p < 0.05": lambda found: bool(
        np.mean([of.p < 0.05 for of in found]) > 0.01
    ),
}


def watched(quarter: Quarter, windows: int) -> tuple[Counter[Light], dict[str, float]]:
    """Judge windows one after the other; return the lights, and how often naive rules stop."""
    suspected, lights = frozenset[Signal](), Counter[Light]()
    stops = dict.fromkeys(NAIVE, 0)
    for seed in range(windows):
        window = quarter.bootstrapped(LOANS, seed)
        report = judge_window(quarter.bundle.reference, window, suspected)
        suspected = report.suspected
        lights[report.light] += 1
        found = values_of(report)
        stops = {name: many + NAIVE[name](found) for name, many in stops.items()}
    return lights, {name: many / windows for name, many in stops.items()}


def values_of(report: DriftReport) -> list[Distance]:
    """Return the distances of the values of all inputs."""
    return [of.distance for of in report.findings if of.signal.aspect is Aspect.VALUES]


@pytest.mark.parametrize("windows", [500, pytest.param(2_000, marks=pytest.mark.slow)])
def test_a_stable_quarter_is_never_stopped(quarter: Quarter, windows: int) -> None:
    """No stop and no warning; naive readings stop in a third of the windows, or in all."""
    lights, naive = watched(quarter, windows)
    reference = quarter.bundle.reference
    sys.stderr.write(
        f"\n{lights[Light.RED]} stops and {lights[Light.AMBER]} warnings in N = {windows:,} windows"
        f" of {LOANS:,} {quarter.source} loans, {len(reference.importance)} inputs,"
        f" reference {reference.population.loans:,}; naive readings stop in "
        + ", ".join(f"{share:.0%} ({name})" for name, share in naive.items())
    )
    assert lights == {Light.GREEN: windows}
    assert min(naive.values()) > 1 / 3
    assert naive["any Jensen-Shannon distance > 0.01"] == 1


@pytest.mark.parametrize("windows", [150, pytest.param(2_000, marks=pytest.mark.slow)])
def test_no_glance_at_a_stable_quarter_stops_anything(quarter: Quarter, windows: int) -> None:
    """While a window fills it is looked at again and again, with one large client and with many."""
    dice = np.random.default_rng(11)
    for seed in range(windows):
        window = quarter.bootstrapped(int(dice.integers(50, LOANS)), seed)
        names = np.array(["large", *"abcdefgh"], np.object_)
        share = dice.choice([0.1, 0.5, 0.9])
        keys = dice.choice(names, window.loans, p=[share, *[(1 - share) / 8] * 8])
        report = judge_window(quarter.bundle.reference, replace(window, keys=keys))
        assert report.light is not Light.RED, report.sentence


@pytest.mark.parametrize("windows", [500, pytest.param(2_000, marks=pytest.mark.slow)])
def test_the_breaker_stops_no_stable_quarter(quarter: Quarter, windows: int) -> None:
    """Two hundred decisions at a time, and what is left of them without any client."""
    extremes = quarter.bundle.extremes
    for seed in range(windows):
        many = (breaker.JUDGED, breaker.JUDGED // 2, breaker.JUDGED // 4)[seed % 3]
        seen = as_the_breaker_sees(quarter, quarter.bootstrapped(many, seed))
        assert [*breaker.tripping(seen, extremes)] == []


def as_the_breaker_sees(quarter: Quarter, window: Window) -> breaker.Window:
    """Return decisions with what is odd about them."""
    extremes, many = quarter.bundle.extremes, window.loans
    values = np.zeros((len(FEATURE_NAMES), many))
    for name in extremes.names:
        told = window.inputs[name]
        if told.dtype == np.object_:
            told = [np.nan if label is None else 0.0 for label in told.tolist()]
        values[FEATURE_NAMES.index(name)] = told
    return breaker.Window(
        marks=extremes.marks(values),
        pds=window.pds,
        keys=np.zeros(many, np.int32),
        at_us=np.zeros(many, np.int64),
        loans=np.arange(many),
    )
