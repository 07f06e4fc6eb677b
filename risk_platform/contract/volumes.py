"""Volumes: a vintage with far fewer loans than those before and after it has lost some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from risk_platform.contract.judgement import tolerated
from risk_platform.contract.vintages import quarter_starts

# The thinnest quarter, 2008-Q3 when LendingClub waited for its licence, holds a quarter of what
# stands beside it in generated loans, whose months have the volumes of the real samples.
SMALLEST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Hole:
    """A vintage with too few loans.

    Parameters
    ----------
    vintage, loans
        The quarter by its first day, and its loans.
    beside
        How many stand in the fuller quarters on either side, of the side that has fewer.
    is_wide
        Whether it is one of three or more empty quarters: an extract may leave years out, where a
        book that has lost loans lacks a quarter or two.
    """

    vintage: str
    loans: int
    beside: int
    is_wide: bool = False


def holes(loans: Mapping[str, int]) -> list[Hole]:
    """Find the vintages that hold too few loans.

    The first and the last are not judged: they may be cut by the extract.

    Parameters
    ----------
    loans
        Quarter of issue, by its first day, to the number of its loans; 0 where it is not named.
    """
    quarters = quarter_starts()
    volumes = [loans.get(quarter, 0) for quarter in quarters]
    found: list[Hole] = []
    for at, (quarter, here) in enumerate(zip(quarters, volumes, strict=True)):
        before, after = volumes[:at][::-1], volumes[at + 1 :]
        beside = _beside(before, after)
        if _is_thin(here, beside):
            found.append(Hole(quarter, here, beside))
        elif here == 0 and _is_thin(0, beside := min(_first(before), _first(after))):
            found.append(Hole(quarter, 0, beside, is_wide=True))
    return found


def _beside(before: Sequence[int], after: Sequence[int]) -> int:
    """Return what stands beside a hole of one or two quarters; the nearest ones come first."""
    wider = (max(before[:2], default=0), max(after[:2], default=0))
    return max(min(wider[0], *after[:1] or [0]), min(wider[1], *before[:1] or [0]))


def _first(volumes: Sequence[int]) -> int:
    return next((loans for loans in volumes if loans), 0)


def _is_thin(loans: int, beside: int) -> bool:
    """Tell whether loans are fewer than the smallest share of those beside, and than by chance."""
    chance = tolerated(beside, SMALLEST_SHARE) - SMALLEST_SHARE * beside
    return loans < SMALLEST_SHARE * beside - chance
