"""Windows: decisions that are held against a reference together, and no key's more than its share.

Whoever holds one key could otherwise hide, under a flood of his own, what all others send.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.monitored import Values

# Of a window one key gives at the most so much; of fewer than five keys each an equal share.
LARGEST_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Decisions, in their order.

    Parameters
    ----------
    inputs
        Input of the model to its values, shape (n,), before anything learnt was applied to them, as
        ``scoring.monitored`` gives them: NaN or ``None`` where unknown.
    pds
        What the model said, shape (n,).
    approved
        What the policy said, shape (n,).
    imputed
        Which share of its columns each was asked for and did not give, shape (n,).
    keys
        Whose each is, shape (n,).
    """

    inputs: Mapping[str, Values]
    pds: NDArray[np.float64]
    approved: NDArray[np.bool_]
    imputed: NDArray[np.float64]
    keys: NDArray[np.object_]

    @property
    def loans(self) -> int:
        """How many decisions there are."""
        return len(self.pds)

    @property
    def shares(self) -> dict[str, float]:
        """Key to its share of the decisions, the largest first."""
        names, counts = np.unique(self.keys, return_counts=True)
        largest = np.argsort(-counts, kind="stable")
        return {str(names[at]): float(counts[at] / self.loans) for at in largest}

    def only(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Window":
        """Return some of the decisions."""
        return Window(
            inputs={name: values[rows] for name, values in self.inputs.items()},
            pds=self.pds[rows],
            approved=self.approved[rows],
            imputed=self.imputed[rows],
            keys=self.keys[rows],
        )


def fair(window: Window, fewest: int = 0, seed: int = 0) -> Window:
    """Return a window of which no key gives more than a fifth, or than an equal share.

    Where a key has more, some of its decisions are left out, evenly over the window: the seed says
    where that begins. So many that fewer than ``fewest`` remained are not: of one large client and
    a small one a window would otherwise never be enough to judge either.
    """
    names, inverse, counts = np.unique(window.keys, return_inverse=True, return_counts=True)
    if not len(names):
        return window
    most = max(_most(counts, max(LARGEST_SHARE, 1 / len(names))), _leaving(counts, fewest))
    if counts.max() <= most:
        return window
    starts = np.random.default_rng(seed).random(len(names))
    kept = [
        _evenly(np.flatnonzero(inverse == key), most, start) for key, start in enumerate(starts)
    ]
    return window.only(np.sort(np.concatenate(kept)))


def _most(counts: NDArray[np.intp], share: float) -> int:
    """Return how many decisions a key may have, so that it has a share of what is then left.

    With ``cut`` keys cut to ``most``, ``most = share * (cut * most + others)``.
    """
    largest_first = np.sort(counts)[::-1].tolist()
    others = sum(largest_first)
    for cut, count in enumerate(largest_first):
        most = share * others / (1 - share * cut)
        if count <= most:
            return int(most)
        others -= count
    return largest_first[-1]


def _leaving(counts: NDArray[np.intp], fewest: int) -> int:
    """Return how many decisions a key may have at the least, so that so many remain of all."""
    left, remain = fewest, len(counts)
    for count in np.sort(counts).tolist():
        if count * remain >= left:
            return -(-left // remain)
        left, remain = left - count, remain - 1
    return int(counts.max())


def _evenly(rows: NDArray[np.intp], most: int, start: float) -> NDArray[np.intp]:
    if len(rows) <= most:
        return rows
    return rows[((np.arange(most) + start) * len(rows) / most).astype(np.intp)]
