"""The reference: what those were like whom a model was trained on; drift is judged against it.

It is made once, with the model, and travels in its bundle: those loans are never read again. An
input is kept as it was before anything learnt is applied to it, so that what is missing, or lies
beyond the bounds of training, can still be seen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import msgspec

# Which quantiles of the distances that chance makes are kept.
LEVELS = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """How far samples of one size are from the reference by chance alone.

    Parameters
    ----------
    loans
        The size of the samples.
    ks, js, psi
        Of the distances of Kolmogorov and Smirnov, of Jensen and Shannon and of the population
        stability index the quantiles at ``LEVELS``; no Kolmogorov-Smirnov for categories.
    """

    loans: int
    ks: tuple[float, ...]
    js: tuple[float, ...]
    psi: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberProfile:
    """A number of many loans, in bins of about as many loans each.

    Parameters
    ----------
    lowest
        The smallest value; ``None`` where it was never known.
    highs
        The largest value of each bin, rising: each is one that some loan has.
    counts
        Loans in each bin.
    unknown
        Loans of which it is not known.
    quartiles
        Lower quartile, median and upper quartile; ``None`` where it was never known.
    chance
        What chance does to samples of several sizes, the smallest first.
    """

    lowest: float | None
    highs: tuple[float, ...]
    counts: tuple[int, ...]
    unknown: int
    quartiles: tuple[float, float, float] | None
    chance: tuple[Chance, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bins that are none.

        Raises
        ------
        ValueError
            Bins are out of order, empty, or not told in full.
        """
        edges = (*(() if self.lowest is None else (self.lowest,)), *self.highs)
        # The lowest bin may hold one value, which is its smallest and its largest.
        rising = all(low < high for low, high in zip(self.highs, self.highs[1:], strict=False))
        told = (self.lowest is None) == (self.quartiles is None) == (not self.highs)
        if not rising or not told or list(edges) != sorted(edges):
            raise ValueError("bins of a number rise, and it has quartiles if it has bins")
        _demand_counts(self.counts, len(self.highs), self.unknown, least=1)

    @property
    def known(self) -> int:
        """Loans of which it is known."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryProfile:
    """A category of many loans.

    Parameters
    ----------
    labels, counts
        The labels that training saw, and loans of each.
    unknown
        Loans of which it is not known.
    chance
        What chance does to samples of several sizes, the smallest first.
    """

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    unknown: int
    chance: tuple[Chance, ...] = ()

    def __post_init__(self) -> None:
        """Refuse labels that are none.

        Raises
        ------
        ValueError
            One stands twice, or they are not counted.
        """
        if len({*self.labels}) != len(self.labels):
            raise ValueError("a label of a category stands once")
        _demand_counts(self.counts, len(self.labels), self.unknown, least=0)

    @property
    def known(self) -> int:
        """Loans of which it is known."""
        return sum(self.counts)


Profile = NumberProfile | CategoryProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """What loans were like when they were applied for.

    Parameters
    ----------
    loans
        How many there are.
    numbers, categories
        Feature to its profile.
    """

    loans: int
    numbers: Mapping[str, NumberProfile]
    categories: Mapping[str, CategoryProfile]

    def __post_init__(self) -> None:
        """Refuse profiles that do not go together.

        Raises
        ------
        ValueError
            A profile is of other loans.
        """
        if any(of.known + of.unknown != self.loans for of in self.features.values()):
            raise ValueError("all profiles of a population are of the same loans")

    @property
    def features(self) -> dict[str, Profile]:
        """Each feature with its profile, numbers first."""
        return {**self.numbers, **self.categories}

    def only(self, names: Collection[str]) -> "Population":
        """Return the same loans, and of them some features.

        Raises
        ------
        KeyError
            A feature has no profile.
        """
        if missing := sorted({*names} - self.features.keys()):
            raise KeyError(*missing)
        return replace(
            self,
            numbers={name: of for name, of in self.numbers.items() if name in names},
            categories={name: of for name, of in self.categories.items() if name in names},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreProfile:
    """What a model and its policy made of loans that it was trained on, or of a sample of them.

    Parameters
    ----------
    pds
        Profile of the PDs.
    mean_pd
        Their mean.
    approval_rate
        Share that the policy approves.
    imputed_share
        Share of an application's columns that were asked for and not given, on average.
    """

    pds: NumberProfile
    mean_pd: float
    approval_rate: float
    imputed_share: float

    def __post_init__(self) -> None:
        """Refuse shares that are none.

        Raises
        ------
        ValueError
            One is not between 0 and 1, or there are no PDs.
        """
        shares = (self.mean_pd, self.approval_rate, self.imputed_share)
        if not all(0 <= share <= 1 for share in shares) or not self.pds.known:
            raise ValueError("scores are told by shares between 0 and 1, of some loans")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a model's loans were like, and what it made of them.

    Parameters
    ----------
    population
        The loans that it was trained on, by each of its inputs.
    importance
        Input to its share of what the model makes of all of them.
    scores
        What it made of the loans.
    """

    population: Population
    importance: Mapping[str, float]
    scores: ScoreProfile

    def __post_init__(self) -> None:
        """Refuse importances that do not go with the inputs.

        Raises
        ------
        ValueError
            An input has none, or one is no share.
        """
        is_share = all(0 <= share <= 1 for share in self.importance.values())
        if self.population.features.keys() != self.importance.keys() or not is_share:
            raise ValueError("each input of a reference has its importance, between 0 and 1")

    def to_json(self) -> str:
        """Return the reference as JSON, the same text for the same reference."""
        return msgspec.json.encode(self, order="deterministic").decode()

    @classmethod
    def from_json(cls, text: str) -> "Reference":
        """Read what ``to_json`` wrote.

        Raises
        ------
        ValueError
            It is none.
        """
        return msgspec.json.decode(text, type=cls)


def _demand_counts(counts: Collection[int], bins: int, unknown: int, least: int) -> None:
    if len(counts) != bins or unknown < 0 or any(count < least for count in counts):
        raise ValueError("each bin or label has its count, and none is below nothing")
