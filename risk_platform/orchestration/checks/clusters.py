"""Clusters: no segment is empty, and none hangs on a seed or on which loans were drawn."""

import dagster as dg

from risk_platform.orchestration.metadata import figures
from risk_platform.training.clusters import SMALLEST
from risk_platform.training.segmentation import Segmentation

# Above 0.80 the agreement of two divisions counts as good (Steinley, Properties of the
# Hubert-Arabie adjusted Rand index, 2004).
GOOD = 0.80


@dg.asset_check(asset="clusters_kmeans", blocking=True)
def no_kmeans_segment_is_empty(clusters_kmeans: Segmentation) -> dg.AssetCheckResult:
    """Each segment holds its least share of the loans of training."""
    return filled(clusters_kmeans)


@dg.asset_check(asset="clusters_gaussian_mixture", blocking=True)
def no_mixture_segment_is_empty(clusters_gaussian_mixture: Segmentation) -> dg.AssetCheckResult:
    """Each segment holds its least share of the loans of training."""
    return filled(clusters_gaussian_mixture)


@dg.asset_check(asset="clusters_kmeans", blocking=False)
def kmeans_segments_are_stable(clusters_kmeans: Segmentation) -> dg.AssetCheckResult:
    """Fitted from other starts, or on other loans, borrowers are divided alike."""
    return stable(clusters_kmeans)


@dg.asset_check(asset="clusters_gaussian_mixture", blocking=False)
def mixture_segments_are_stable(clusters_gaussian_mixture: Segmentation) -> dg.AssetCheckResult:
    """Fitted from other starts, or on other loans, borrowers are divided alike."""
    return stable(clusters_gaussian_mixture)


def filled(found: Segmentation) -> dg.AssetCheckResult:
    """Judge the sizes of segments; one that no profile speaks of has no loan."""
    shares = {
        **dict.fromkeys(found.clustering.segments.names, 0.0),
        **{profile.name: profile.share for profile in found.profiles},
    }
    return dg.AssetCheckResult(
        passed=min(shares.values()) >= SMALLEST,
        metadata={"shares": dg.MetadataValue.json(shares), "least": SMALLEST},
    )


def stable(found: Segmentation) -> dg.AssetCheckResult:
    """Judge how far other seeds and other loans give the same segments."""
    stability = found.clustering.stability
    return dg.AssetCheckResult(
        passed=stability.least >= GOOD,
        severity=dg.AssetCheckSeverity.WARN,
        description=None
        if stability.least >= GOOD
        else f"Another seed or other loans divide borrowers otherwise (adjusted Rand index"
        f" {stability.least:.2f}): read these segments as a description, not as kinds of people.",
        metadata=figures(
            {
                "ari_other_seed": stability.other_seed,
                "ari_other_sample": stability.other_sample,
                "limit": GOOD,
            }
        ),
    )
