"""Points: a probability of default on the scale that lenders read."""

import math
from bisect import bisect_right
from enum import StrEnum

# 600 points at odds of 50 payers to 1 defaulter, and 20 points double the odds: the common
# scaling of scorecards (Siddiqi, Credit Risk Scorecards, 2006, chapter 6).
BASE_POINTS, BASE_ODDS, POINTS_TO_DOUBLE = 600.0, 50.0, 20.0
_FACTOR = POINTS_TO_DOUBLE / math.log(2)


class Band(StrEnum):
    """Risk in a word, by points."""

    VERY_LOW = "very low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"


# Lowest points of each band but the worst, at odds of 12.5, 25, 50 and 100 to 1.
_FLOORS = (560, 580, 600, 620)
_FROM_WORST = tuple(reversed(Band))


def points(pd: float) -> int:
    """Return the points of a probability of default strictly between 0 and 1, rounded."""
    odds = (1 - pd) / pd
    return round(BASE_POINTS + _FACTOR * math.log(odds / BASE_ODDS))


def points_of_log_odds(log_odds: float) -> float:
    """Return how many points so much more log-odds of default take, not rounded."""
    return _FACTOR * log_odds


def band(score: int) -> Band:
    """Return the band of a score in points."""
    return _FROM_WORST[bisect_right(_FLOORS, score)]
