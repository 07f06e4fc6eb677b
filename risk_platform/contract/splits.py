"""Splits: which part a loan plays, and how a protocol divides the loans among the parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk_platform.contract.vintages import FIRST_MONTH, LAST_MONTH, month_name
from risk_platform.errors.protocols import EmptySplitError


class Split(StrEnum):
    """The part that a loan plays; ``UNUSED``: its outcome is not known, or it is of no concern."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    UNUSED = "unused"


# An interval of an AUC needs two of each.
FEWEST_OF_A_CLASS = 2
PLAYED = (Split.TRAIN, Split.VALIDATION, Split.TEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The loans of a population that were issued in one month, or in several.

    Parameters
    ----------
    loans, known, defaults
        All of them; those whose outcome is known; those of these that defaulted.
    months_observed
        Months on book, at the snapshot, of the youngest loan whose outcome is known; 0 for none.
    """

    loans: int = 0
    known: int = 0
    defaults: int = 0
    months_observed: int = 0

    @property
    def share_open(self) -> float:
        """Share of the loans whose outcome is not known; 0 where there is no loan."""
        return 1 - self.known / self.loans if self.loans else 0.0

    def __add__(self, other: "Volume") -> "Volume":
        """Return the loans of both."""
        youngest = [volume.months_observed for volume in (self, other) if volume.known]
        return Volume(
            loans=self.loans + other.loans,
            known=self.known + other.known,
            defaults=self.defaults + other.defaults,
            months_observed=min(youngest, default=0),
        )

    def __str__(self) -> str:
        """Say how ripe the loans are: the badge beside every figure about them."""
        return (
            f"{self.known:,} loans, observed for {self.months_observed} months or more; "
            f"{self.share_open:.1%} of their vintages still open"
        )


Volumes = Mapping[int, Volume]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where time is cut: first issue months of validation and of test, since January 1970.

    Parameters
    ----------
    validation_from, test_from
        Before the first there is training.
    train_from, until
        First month of training, and the first after test.
    """

    validation_from: int
    test_from: int
    train_from: int = FIRST_MONTH
    until: int = LAST_MONTH + 1

    def divide(self, volumes: Volumes) -> "Cuts":
        """Return these cuts; they are the same whatever the loans."""
        del volumes
        return self

    def split_of(self, month: int) -> Split:
        """Return the split of an issue month."""
        if not self.train_from <= month < self.until:
            return Split.UNUSED
        if month < self.validation_from:
            return Split.TRAIN
        return Split.VALIDATION if month < self.test_from else Split.TEST

    def __str__(self) -> str:
        """Name the months."""
        validation, test = map(month_name, (self.validation_from, self.test_from))
        return f"validation from {validation}, test from {test}"


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the loans whose outcome is known, in time; test is the rest."""

    train: float
    validation: float

    def divide(self, volumes: Volumes) -> Cuts:
        """Cut time so that each split holds about its share; a month is never divided.

        Raises
        ------
        EmptySplitError
            There are fewer months than splits.
        """
        months = sorted(month for month, volume in volumes.items() if volume.known)
        if len(months) < len(PLAYED):
            raise EmptySplitError(f"loans with a known outcome of {len(months)} issue months only")
        validation = _first_month_after(volumes, months, self.train)
        test = _first_month_after(volumes, months, self.train + self.validation)
        validation = min(max(validation, months[1]), months[-2])
        test = max(test, months[months.index(validation) + 1])
        return Cuts(validation_from=validation, test_from=test)

    def __str__(self) -> str:
        """Name the shares."""
        test = 1 - self.train - self.validation
        return f"first {self.train:.0%} / {self.validation:.0%} / {test:.0%} in time"


@dataclass(frozen=True, slots=True)
class Draw:
    """Shares of the loans drawn at random: training sees what came after test.

    Parameters
    ----------
    validation, test
        Shares; training is the rest.
    seed
        The same seed draws the same loans, by their ids.
    """

    validation: float
    test: float
    seed: int = 7

    def divide(self, volumes: Volumes) -> "Draw":
        """Return this draw; it is the same whatever the loans."""
        del volumes
        return self

    def __str__(self) -> str:
        """Name the shares."""
        train = 1 - self.validation - self.test
        return f"random {train:.0%} / {self.validation:.0%} / {self.test:.0%}, seed {self.seed}"


Division = Cuts | Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlan:
    """How the loans at hand are divided.

    Parameters
    ----------
    protocol
        The protocol's label; with the dates, where they were given and are not its own.
    division
        Where time is cut, or how loans are drawn.
    volumes
        Split to its loans: how many there are, and how ripe.
    """

    protocol: str
    division: Division
    volumes: Mapping[Split, Volume]


def divided(division: Division, volumes: Volumes) -> dict[Split, Volume]:
    """Return the loans of each split; of a draw, all loans for each, as their months are mixed.

    Raises
    ------
    EmptySplitError
        A split has no loan whose outcome is known, or they all ended alike but for one.
    """
    found: dict[Split, Volume] = dict.fromkeys(PLAYED, Volume())
    for month, volume in volumes.items():
        of_month = PLAYED if isinstance(division, Draw) else (division.split_of(month),)
        for split in of_month:
            if split in found:
                found[split] += volume
    for split, volume in found.items():
        if not volume.known:
            raise EmptySplitError(f"no loan with a known outcome for the {split.value} split")
        payers = volume.known - volume.defaults
        if min(volume.defaults, payers) < FEWEST_OF_A_CLASS:
            raise EmptySplitError(
                f"{volume.known:,} loans for the {split.value} split, of which"
                f" {volume.defaults} defaulted; at least {FEWEST_OF_A_CLASS} must, and as many not"
            )
    return found


def _first_month_after(volumes: Volumes, months: list[int], share: float) -> int:
    wanted = share * sum(volumes[month].known for month in months)
    seen = 0
    for month in months:
        if seen >= wanted:
            return month
        seen += volumes[month].known
    return months[-1]
