"""Reasons: what raised the risk of one application most, in fixed sentences.

Contributions are exact, and add up within a reason; see ``reason_texts`` for which inputs are of
which. An input that the application does not give is a reason of its own, and one that is only
asked of two borrowers counts, where there is one, for there being one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.points import points_of_log_odds
from risk_platform.scoring.reason_texts import ALONE, MATTERS

# What the official commentary to Regulation B, 1002.9(b)(2), holds to be helpful at most.
MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that raised the risk.

    Parameters
    ----------
    code
        Stable: ``AA07`` for what is known, ``AM07`` where the same was not given.
    text, text_es
        The sentence, in English and in Spanish.
    contribution
        By how much it raised the log-odds of default, above 0.
    points
        The points that it took, above 0.
    """

    code: str
    text: str
    text_es: str
    contribution: float
    points: float


class Reasons:
    """Find the reasons of applications.

    Parameters
    ----------
    inputs
        What the model reads, in its order.

    Raises
    ------
    KeyError
        There is no sentence for one of them.
    """

    def __init__(self, inputs: Sequence[str]) -> None:
        matters = list(dict.fromkeys([*(MATTERS[name] for name in inputs), ALONE]))
        self._of_input = np.array([matters.index(MATTERS[name]) for name in inputs], dtype=np.intp)
        self._alone = matters.index(ALONE)
        self._many = len(matters)
        known = [(of.code, of.english, of.spanish) for of in matters]
        missing = [(of.missing_code, of.missing_english, of.missing_spanish) for of in matters]
        self._told = [*known, *missing]

    def of(
        self,
        contributions: NDArray[np.float64],
        lacking: NDArray[np.bool_],
        not_asked: NDArray[np.bool_],
    ) -> tuple[Reason, ...]:
        """Return what raised the risk, the strongest first, ``MOST`` at the most.

        Parameters
        ----------
        contributions
            Of each input, shape (inputs,), in log-odds.
        lacking
            Whether the application should have given the input and did not, shape (inputs,).
        not_asked
            Whether it is asked of two borrowers, and there is one, shape (inputs,).
        """
        places = np.where(not_asked, self._alone, self._of_input + self._many * lacking)
        sums = np.bincount(places, contributions, len(self._told))
        strongest = (-sums).argsort(kind="stable")[:MOST].tolist()
        return tuple(self._reason(at, float(sums[at])) for at in strongest if sums[at] > 0)

    def _reason(self, at: int, contribution: float) -> Reason:
        code, text, text_es = self._told[at]
        return Reason(
            code=code,
            text=text,
            text_es=text_es,
            contribution=contribution,
            points=points_of_log_odds(contribution),
        )
