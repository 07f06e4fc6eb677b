"""Rules of segments: which group a borrower is of, once features are on a common scale."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Row = tuple[float, ...]
Matrix = tuple[Row, ...]

# Weights are written with all their digits, and sum to 1 up to rounding.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Nearest:
    """A borrower is of the nearest centre, as the crow flies: what k-means learns.

    Parameters
    ----------
    centres
        Segment by segment, on the common scale.
    """

    centres: Matrix

    def __post_init__(self) -> None:
        """Refuse centres that are none.

        Raises
        ------
        ValueError
            They are not finite, or not all of one length.
        """
        _finite(self._centres, 2)

    @property
    def shape(self) -> tuple[int, int]:
        """How many segments and how many features."""
        return self._centres.shape[0], self._centres.shape[1]

    def assign(self, scaled: Floats) -> NDArray[np.int64]:
        """Return the segment of each row of shape (n, features)."""
        # One centre at a time: all at once would take as much memory again for each of them.
        distances = [np.square(scaled - centre).sum(axis=1) for centre in self._centres]
        return np.argmin(distances, axis=0)

    @cached_property
    def _centres(self) -> Floats:
        return np.array(self.centres, dtype=np.float64)


@dataclass(frozen=True)
class Mixture:
    """A borrower is of the likeliest of several normal distributions.

    Parameters
    ----------
    means, covariances, weights
        Of each distribution, on the common scale; the weights sum to 1.
    """

    means: Matrix
    covariances: tuple[Matrix, ...]
    weights: Row

    def __post_init__(self) -> None:
        """Refuse what is no mixture.

        Raises
        ------
        ValueError
            A figure is not finite, a weight not above 0, a covariance not symmetric and positive
            definite, or the parts are of different sizes.
        """
        means, weights = np.array(self.means), np.array(self.weights)
        covariances = np.array(self.covariances)
        for array, dimensions in ((means, 2), (covariances, 3), (weights, 1)):
            _finite(array, dimensions)
        segments, features = means.shape
        if weights.shape != (segments,) or covariances.shape != (segments, features, features):
            raise ValueError("means, covariances and weights of a mixture go together")
        if weights.min() <= 0 or abs(weights.sum() - 1) > ROUNDING:
            raise ValueError("weights of a mixture are above 0 and sum to 1")
        if not np.array_equal(covariances, covariances.transpose(0, 2, 1)):
            raise ValueError("a covariance is symmetric")
        _ = self._terms

    @property
    def shape(self) -> tuple[int, int]:
        """How many segments and how many features."""
        return len(self.means), len(self.means[0])

    def assign(self, scaled: Floats) -> NDArray[np.int64]:
        """Return the segment of each row of shape (n, features)."""
        return np.argmax(self.log_densities(scaled), axis=0)

    def log_densities(self, scaled: Floats) -> Floats:
        """Return the logarithm of each distribution's weighted density, shape (segments, n).

        Logarithms tell apart what lies so far out that the densities themselves are 0.
        """
        return np.stack(
            [
                constant - 0.5 * np.square(_times(scaled - mean, whitening)).sum(axis=1)
                for mean, whitening, constant in self._terms
            ]
        )

    @cached_property
    def _terms(self) -> list[tuple[Floats, Floats, float]]:
        """Mean, what makes its distribution round, and the logarithm of its height, for each."""
        terms: list[tuple[Floats, Floats, float]] = []
        for mean, covariance, weight in zip(
            self.means, self.covariances, self.weights, strict=True
        ):
            # Raises LinAlgError, a ValueError, where it is not positive definite.
            root = np.linalg.cholesky(np.array(covariance))
            height = np.log(weight) - np.log(np.diag(root)).sum()
            constant = height - 0.5 * len(mean) * np.log(2 * np.pi)
            whitening = np.asarray(np.linalg.inv(root).T, dtype=np.float64)
            terms.append((np.array(mean), whitening, float(constant)))
        return terms


Rule = Nearest | Mixture
_KINDS: Mapping[str, type[Rule]] = {"nearest": Nearest, "mixture": Mixture}


def rule_to(rule: Rule) -> dict[str, Any]:
    """Return a rule as what JSON can hold."""
    kind = next(name for name, of in _KINDS.items() if isinstance(rule, of))
    return {"kind": kind, **asdict(rule)}


def rule_from(data: Mapping[str, Any]) -> Rule:
    """Read what ``rule_to`` returned, after JSON.

    Raises
    ------
    ValueError, TypeError, KeyError
        It is none.
    """
    match data["kind"]:
        case "nearest":
            return Nearest(matrix(data["centres"]))
        case "mixture":
            covariances = tuple(map(matrix, data["covariances"]))
            return Mixture(matrix(data["means"]), covariances, row(data["weights"]))
        case kind:
            raise ValueError(f"there is no rule {kind!r} of segments")


def reordered(rule: Rule, order: Sequence[int]) -> Rule:
    """Return a rule whose segments stand in another order: of each place, who stands there."""
    match rule:
        case Nearest():
            return Nearest(tuple(rule.centres[at] for at in order))
        case Mixture():
            return Mixture(
                tuple(rule.means[at] for at in order),
                tuple(rule.covariances[at] for at in order),
                tuple(rule.weights[at] for at in order),
            )
    assert_never(rule)


def row(values: Any) -> Row:  # noqa: ANN401 - numbers, of JSON or of NumPy
    """Return numbers as a tuple."""
    return tuple(float(value) for value in values)


def matrix(values: Any) -> Matrix:  # noqa: ANN401
    """Return rows of numbers as a tuple of tuples."""
    return tuple(map(row, values))


def _times(rows: Floats, square: Floats) -> Floats:
    """Multiply each row by itself: a product of matrices rounds by how many rows there are."""
    return np.sum([rows[:, at, None] * square[at] for at in range(len(square))], axis=0)


def _finite(array: Floats, dimensions: int) -> None:
    if array.ndim != dimensions or not array.size or not np.isfinite(array).all():
        raise ValueError(f"segments want finite numbers in {dimensions} dimensions")
