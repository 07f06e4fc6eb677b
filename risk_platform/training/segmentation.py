"""What segmentation gives: the segments, how they came about, and what they are like."""

from dataclasses import dataclass

from risk_platform.evaluation.profiles import Profile
from risk_platform.scoring.segments import Segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A number of segments that was tried, its figure, and the share of its smallest segment.

    The figure is ``None`` where there were not as many to be found.
    """

    segments: int
    figure: float | None
    smallest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """Adjusted Rand index of the division and another one: 1 the same, 0 no more alike than chance.

    Parameters
    ----------
    other_seed
        From other starts on the same loans.
    other_sample
        From other starts on other loans: as many where there are so many, else a half of all.
    """

    other_seed: float
    other_sample: float

    @property
    def least(self) -> float:
        """The worse of the two."""
        return min(self.other_seed, self.other_sample)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """A division of borrowers, and how it came about.

    Parameters
    ----------
    method, figure
        How it was fitted, and the name of the figure that its number of segments was chosen by.
    tried
        Each number of segments with its figure.
    segments
        The division.
    stability
        Whether other seeds and other loans would have given it too.
    loans, chosen_on, fitted_on
        Loans of the training split, of the sample that chose, and of those that were fitted on.
    """

    method: str
    figure: str
    tried: tuple[Tried, ...]
    segments: Segments
    stability: Stability
    loans: int
    chosen_on: int
    fitted_on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """A division with its profiles.

    Parameters
    ----------
    clustering
        The division.
    profiles
        Each segment that has a loan, on the training split.
    outcome
        What counts as default in them.
    ripeness
        How long the training split was observed, and how much of it is still open.
    """

    clustering: Clustering
    profiles: tuple[Profile, ...]
    outcome: str
    ripeness: str


def steadier(one: Clustering, other: Clustering) -> Clustering:
    """Return the division that is steadier at its worst; the first where they are alike.

    A borrower's segment must not hang on a seed, and silhouette and BIC do not compare.
    """
    return other if other.stability.least > one.stability.least else one
