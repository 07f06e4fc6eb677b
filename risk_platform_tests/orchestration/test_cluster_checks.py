"""Checks of segments, each shown what it should let pass and what it should stop."""

import dagster as dg
import pytest

from risk_platform.evaluation.metrics import Interval
from risk_platform.evaluation.profiles import Profile
from risk_platform.orchestration.checks.clusters import filled, stable
from risk_platform.training.segmentation import Clustering, Segmentation, Stability
from risk_platform_tests.bundles import SEGMENTS


def profile(number: int, share: float) -> Profile:
    """Return the profile of a segment that holds such a share of the loans."""
    return Profile(
        number=number,
        name=SEGMENTS.names[number - 1],
        loans=round(1_000 * share),
        share=share,
        default_rate=Interval(value=0.1, low=0.08, high=0.12),
        ended=0,
        loss_rate=None,
        medians={},
        differences={},
        about="",
    )


def segmentation(*shares: float, agreement: float = 0.9) -> Segmentation:
    """Return a segmentation of such shares, and of such agreement with others."""
    return Segmentation(
        clustering=Clustering(
            method="k-means",
            figure="silhouette",
            tried=(),
            segments=SEGMENTS,
            stability=Stability(other_seed=1.0, other_sample=agreement),
            loans=1_000,
            chosen_on=1_000,
            fitted_on=1_000,
        ),
        profiles=tuple(profile(at + 1, share) for at, share in enumerate(shares)),
        outcome="default",
        ripeness="ripe",
    )


def test_segments_that_all_hold_borrowers_pass() -> None:
    """Each has its least share."""
    assert filled(segmentation(0.9, 0.1)).passed


@pytest.mark.parametrize("shares", [(1.0,), (0.99, 0.01)])
def test_an_empty_or_tiny_segment_stops_the_run(shares: tuple[float, ...]) -> None:
    """One that no profile speaks of holds nobody."""
    judged = filled(segmentation(*shares))
    assert not judged.passed
    assert judged.severity is dg.AssetCheckSeverity.ERROR
    expected = {"low FICO": shares[0], "high FICO": sum(shares[1:])}
    assert judged.metadata["shares"] == dg.MetadataValue.json(expected)


def test_segments_that_agree_with_others_pass() -> None:
    """At the limit, and with it."""
    assert stable(segmentation(0.5, 0.5, agreement=0.8)).passed


def test_segments_that_hang_on_the_sample_are_warned_of() -> None:
    """The run goes on, and the sentence says how to read them."""
    judged = stable(segmentation(0.5, 0.5, agreement=0.4))
    assert not judged.passed
    assert judged.severity is dg.AssetCheckSeverity.WARN
    assert "adjusted Rand index 0.40" in str(judged.description)
