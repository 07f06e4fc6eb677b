"""From model inputs to the vectors that linear models, forests and networks work on.

Numbers that are unknown are filled, and where that is worth knowing a column of its own says so;
categories become a column for each label, or stay codes where trees split by them. The same
function makes the vectors of training and of a single application.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from risk_platform.scoring.calibration import HIGHEST_PD, LOWEST_PD
from risk_platform.scoring.families.texts import LARGEST, STRICT, Number, must

# Trees keep the labels that go left as bits of one integer, and one is for the unknown.
MOST_LABELS = 62

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """Columns of vectors brought to mean 0 and standard deviation 1 over training.

    Parameters
    ----------
    means, deviations
        One a column; a column that did not vary has deviation 1.
    """

    means: tuple[Number, ...]
    deviations: tuple[Annotated[Number, Field(ge=1 / LARGEST)], ...]

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How vectors are made of model inputs; their columns are in the order of these fields.

    Parameters
    ----------
    inputs
        The features that are given, in their order.
    fills
        Number to what stands for it where it is unknown: its median in training. A number that is
        not here is not read.
    flagged
        Numbers whose absence has a column: 1 where unknown, else 0.
    labels
        Category to how many labels training saw.
    one_hot
        Whether a category has a column for each label, 1 for that of the loan and all 0 where it
        is unknown; or one column with the code, and the number of labels where it is unknown.
    scaling
        By what the columns are scaled; they are not without one, and never where they are codes.
    """

    inputs: tuple[str, ...]
    fills: Mapping[str, Number]
    flagged: tuple[str, ...]
    labels: Mapping[str, Annotated[int, Field(ge=1, le=MOST_LABELS)]]
    one_hot: bool
    scaling: Scaling | None = None

    __pydantic_config__ = STRICT

    @property
    def columns(self) -> tuple[str, ...]:
        """For each column of the vectors the input that it is made of."""
        widths = self.labels if self.one_hot else dict.fromkeys(self.labels, 1)
        spread = [name for name, width in widths.items() for _ in range(width)]
        return (*self.fills, *self.flagged, *spread)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    def codes_of(self, column: int) -> int:
        """Return how many codes a column has, the unknown's among them; 0 for a number."""
        first = len(self.fills) + len(self.flagged)
        return 0 if self.one_hot or column < first else self.labels[self.columns[column]] + 1

    def check(self, inputs: tuple[str, ...]) -> None:
        """Compare it with the features that will be given, and with itself.

        Raises
        ------
        UnreadableBundleError
            It reads other features, or one in two ways, or none, or scales what is not there.
        """
        must(self.inputs == inputs, "the model reads other features than its card names")
        named = [*self.fills, *self.labels]
        must(len({*named}) == len(named), "a feature is both a number and a category")
        must({*named} <= {*inputs}, f"no feature is called {sorted({*named} - {*inputs})}")
        must({*self.flagged} <= {*self.fills}, "what is not read as a number has no absence")
        must(bool(named), "the model reads no feature")
        if self.scaling:
            must(self.one_hot, "codes cannot be scaled")
            lengths = {len(self.scaling.means), len(self.scaling.deviations)}
            must(lengths == {self.width}, f"a scaling of {self.width} columns has as many of each")


class Encoder:
    """Make vectors.

    Parameters
    ----------
    encoding
        How.
    """

    def __init__(self, encoding: Encoding) -> None:
        place = {name: at for at, name in enumerate(encoding.inputs)}
        labels = list(encoding.labels.values())
        self._inputs = len(encoding.inputs)
        self._input_of = np.array([place[name] for name in encoding.columns], dtype=np.intp)
        self._numbers = np.array([place[name] for name in encoding.fills], dtype=np.intp)
        self._fills = np.array([*encoding.fills.values()], dtype=np.float64)
        self._flagged = np.array([place[name] for name in encoding.flagged], dtype=np.intp)
        self._codes = np.array([place[name] for name in encoding.labels], dtype=np.intp)
        self._labels = np.array(labels, dtype=np.float64)
        self._one_hot = encoding.one_hot
        self._owner = np.repeat(np.arange(len(labels)), labels)
        self._label = np.concatenate([np.arange(0.0), *(np.arange(float(n)) for n in labels)])
        by = encoding.scaling
        self._scaling = (np.array(by.means), np.array(by.deviations)) if by else None

    def vectors(self, features: NDArray[np.float64]) -> Vectors:
        """Return vectors, shape (n, columns), of features, shape (n, inputs); none has a NaN."""
        # NaN is not, and what is beyond belief counts as unknown too.
        known = np.abs(features) <= LARGEST
        parts = [
            np.where(known[:, self._numbers], features[:, self._numbers], self._fills),
            ~known[:, self._flagged],
            self._categories(features[:, self._codes]),
        ]
        # A row's columns stand together whatever NumPy would prefer, so that sums over them add up
        # in the same order for one loan and for many.
        made = np.ascontiguousarray(np.column_stack(parts), dtype=np.float64)
        if self._scaling is None:
            return made
        means, deviations = self._scaling
        return (made - means) / deviations

    def by_input(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up for each input the amounts of its columns: (n, columns) becomes (n, inputs)."""
        sums = np.zeros((len(amounts), self._inputs))
        # One column after the other, so that a row adds up alike alone and among others.
        np.add.at(sums.T, self._input_of, amounts.T)
        return sums

    def _categories(self, codes: NDArray[np.float64]) -> NDArray[np.float64]:
        # A comparison with NaN is false: what is unknown has no label.
        seen = np.where((codes >= 0) & (codes < self._labels), codes, self._labels)
        return (seen[:, self._owner] == self._label).astype(np.float64) if self._one_hot else seen


def logistic(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities of log-odds, however far from 0 they are."""
    return np.exp(-np.logaddexp(0.0, -log_odds))


def log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log-odds of probabilities; those of 0 and 1 are held to what a score may be."""
    held = np.clip(probabilities, LOWEST_PD, HIGHEST_PD)
    return np.log(held / (1 - held))
