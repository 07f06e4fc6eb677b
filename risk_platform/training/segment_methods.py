"""Methods of segmentation: k-means and Gaussian mixtures, fitted by Spark, kept as data."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.ml.clustering import GaussianMixture, GaussianMixtureModel, KMeans
from pyspark.ml.evaluation import ClusteringEvaluator
from pyspark.ml.wrapper import JavaModel
from pyspark.sql import DataFrame

from risk_platform.scoring.rules import Matrix, Mixture, Nearest, Rule, matrix, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """When a fit ends.

    Parameters
    ----------
    shift
        K-means: when no centre moves by more, in standard deviations.
    gain
        A mixture: when a round adds less to the mean log-likelihood of a loan. Spark's own
        tolerance is of the sum over all loans: a fixed one would never be met by many.
    rounds
        Or after so many.
    """

    shift: float
    gain: float
    rounds: int


# Enough to compare numbers of segments. What is kept must have come to rest: centres that move by a
# fiftieth a round still move a long way, and two fits of the same loans agree by 0.8, not by 1.0.
ROUGH = Care(shift=0.02, gain=1e-3, rounds=20)
THOROUGH = Care(shift=0.002, gain=1e-3, rounds=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted division.

    Parameters
    ----------
    rule
        Which segment a borrower is of.
    loss
        What fitting makes small: of two fits with as many segments the lower is better.
    model
        Spark's own.
    """

    rule: Rule
    loss: float
    model: JavaModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way of dividing borrowers.

    Parameters
    ----------
    name, figure
        What it is called, and the figure that its number of segments is chosen by.
    is_lower_better
        Whether a lower figure is better.
    fit
        From a cached table with vectors in ``features``, the number of segments, a seed, and
        when to end; ``None`` where there are not as many segments to be found.
    judge
        From the table and a fit on it, the figure.
    """

    name: str
    figure: str
    is_lower_better: bool
    fit: Callable[[DataFrame, int, int, Care], Fit | None]
    judge: Callable[[DataFrame, Fit], float]


def fit_kmeans(data: DataFrame, segments: int, seed: int, care: Care) -> Fit | None:
    """Fit k-means.

    ``None`` where fewer borrowers differ than there are to be segments.
    """
    model = KMeans(k=segments, seed=seed, tol=care.shift, maxIter=care.rounds).fit(data)
    centres = model.clusterCenters()
    if len(centres) < segments:
        return None
    return Fit(rule=Nearest(matrix(centres)), loss=model.summary.trainingCost, model=model)


def silhouette(data: DataFrame, fit: Fit) -> float:
    """Return the mean silhouette by squared distance, -1 to 1.

    Source: Rousseeuw, Silhouettes: a graphical aid, 1987.
    """
    return ClusteringEvaluator().evaluate(fit.model.transform(data))


def fit_mixture(data: DataFrame, segments: int, seed: int, care: Care) -> Fit | None:
    """Fit a Gaussian mixture.

    ``None`` where a distribution has no width: it has closed in on borrowers who are alike.
    """
    tolerance = care.gain * data.count()
    model = GaussianMixture(k=segments, seed=seed, tol=tolerance, maxIter=care.rounds).fit(data)
    rule = _mixture(model)
    if rule is None:
        return None
    return Fit(rule=rule, loss=-model.summary.logLikelihood, model=model)


def bic(data: DataFrame, fit: Fit) -> float:
    """Return the Bayesian information criterion: what a mixture misses, and what it learnt for it.

    Source: Schwarz, Estimating the dimension of a model, 1978.
    """
    return free_parameters(*fit.rule.shape) * math.log(data.count()) + 2 * fit.loss


def free_parameters(segments: int, features: int) -> int:
    """Count what a mixture learns: weights that sum to 1, means, and symmetric covariances."""
    return segments - 1 + segments * features * (features + 3) // 2


def _mixture(model: GaussianMixtureModel) -> Mixture | None:
    gaussians = model.gaussians
    try:
        return Mixture(
            means=matrix(gaussian.mean for gaussian in gaussians),
            covariances=tuple(_symmetric(gaussian.cov.toArray()) for gaussian in gaussians),
            weights=row(model.weights),
        )
    except ValueError:
        return None


def _symmetric(covariance: NDArray[np.float64]) -> Matrix:
    return matrix((covariance + covariance.T) / 2)


KMEANS = Method(
    name="k-means",
    figure="silhouette",
    is_lower_better=False,
    fit=fit_kmeans,
    judge=silhouette,
)
MIXTURE = Method(
    name="Gaussian mixture", figure="BIC", is_lower_better=True, fit=fit_mixture, judge=bic
)
