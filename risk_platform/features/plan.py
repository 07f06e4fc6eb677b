"""The plan by which many formulas are worked out together, in few steps.

For a single application the number of steps is what costs, not the loans: one formula after the
other takes a millisecond. Here what several formulas have in common is worked out once, and what
is alike at all places of the same depth in one go.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.formulas import Arithmetic, Formula, LookUp, Numbers, Rank
from risk_platform.features.parse import Columns

Part = Formula | float
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Step:
    """The same arithmetic at several places.

    Parameters
    ----------
    apply
        The arithmetic.
    parts
        For each of its parts the rows that it reads.
    rows
        The rows that it fills.
    """

    apply: Callable[..., Numbers]
    parts: tuple[Places, ...]
    rows: slice


class Plan:
    """Work out formulas that give numbers.

    A table is filled row by row, of a column for each loan: columns of the loans first, then
    ranks and constants, then results, each after all that it is made of.

    Parameters
    ----------
    formulas
        The formulas, at least one.
    """

    def __init__(self, formulas: Sequence[Formula]) -> None:
        parts = list(dict.fromkeys(part for formula in formulas for part in _parts(formula)))
        self._columns = [part for part in parts if isinstance(part, str)]
        self._ranks = [part for part in parts if isinstance(part, Rank)]
        constants = [part for part in parts if isinstance(part, float)]
        self._places = [_places(rank) for rank in self._ranks]
        self._constants = np.array(constants)[:, None]
        row: dict[Part, int] = {}
        for part in (*self._columns, *self._ranks, *constants):
            row[part] = len(row)
        self._steps = list(_steps(parts, row))
        self._results = np.array([row[formula] for formula in formulas], dtype=np.intp)
        self._height = len(row)

    def values(self, columns: Columns) -> Numbers:
        """Return a row for each formula, a column for each loan; NaN where unknown.

        Raises
        ------
        KeyError
            A column that a formula reads is not given.
        """
        given = [columns[name] for name in self._columns]
        ranked = [columns[rank.column] for rank in self._ranks]
        loans = len((given or ranked)[0])
        table = np.empty((self._height, loans))
        end = len(given)
        if given:
            np.concatenate(given, out=table[:end].reshape(-1))
        for places, labels in zip(self._places, ranked, strict=True):
            table[end] = [places.get(label, np.nan) for label in labels]
            end += 1
        table[end : end + len(self._constants)] = self._constants
        with np.errstate(over="ignore"):
            for step in self._steps:
                table[step.rows] = step.apply(*(table[rows] for rows in step.parts))
        return table[self._results]


def _parts(part: Part) -> Iterator[Part]:
    """Yield all that a formula is made of, and itself at last.

    Raises
    ------
    TypeError
        It gives words.
    """
    if isinstance(part, LookUp):
        raise TypeError(f"what is looked up for {part.column} is no number")
    if isinstance(part, Arithmetic):
        for inner in part.parts:
            yield from _parts(inner)
    yield part


def _depth(part: Part) -> int:
    return 1 + max(map(_depth, part.parts)) if isinstance(part, Arithmetic) else 0


def _steps(parts: Sequence[Part], row: dict[Part, int]) -> Iterator[Step]:
    """Yield steps from the shallow to the deep, and give each result its row."""
    alike: dict[tuple[int, Callable[..., Numbers], int], list[Arithmetic]] = {}
    for part in parts:
        if isinstance(part, Arithmetic):
            alike.setdefault((_depth(part), part.apply, len(part.parts)), []).append(part)
    for (_, apply, _), group in sorted(alike.items(), key=lambda item: item[0][0]):
        first = len(row)
        row.update({part: first + at for at, part in enumerate(group)})
        by_part = zip(*(part.parts for part in group), strict=True)
        read = tuple(np.array([row[part] for part in of], dtype=np.intp) for of in by_part)
        yield Step(apply, read, slice(first, len(row)))


def _places(rank: Rank) -> Mapping[object, float]:
    return {label: float(place) for place, label in enumerate(rank.order, start=1)}
