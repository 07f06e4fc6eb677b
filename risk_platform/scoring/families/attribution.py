"""What each column adds to the sum of trees: how trees are laid out for the compiled loop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.families.quadrature import (
    IS_CATEGORY,
    WORD_BITS,
    Forks,
    Rule,
    Steps,
    attribution,
    gauss_legendre,
)
from risk_platform.scoring.families.trees import Fork, Leaf, Tree, check_order, loans_of


class _Step(NamedTuple):
    """A step as ``Steps`` has it; ``asked`` is the step at which each column was asked last."""

    parent: int
    earlier: int
    fork: int
    left: bool
    share: float
    asked: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What each column adds to the sum of trees.

    Parameters
    ----------
    forks, steps
        The trees.
    rule
        By which its integrals are exact.
    base
        What the trees give training's loans on average.
    """

    forks: Forks
    steps: Steps
    rule: Rule
    base: float

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to ``base``; the shape, (n, columns), is that of rows."""
        out = np.zeros(rows.shape)
        given = np.ascontiguousarray(rows, dtype=np.float64)
        attribution()(given, self.forks, self.steps, self.rule, out)
        return out


def attribution_of(trees: Sequence[Tree]) -> Attribution:
    """Lay out trees.

    Raises
    ------
    UnreadableBundleError
        One of them is no tree, or a leaf has no loans.
    """
    forks: list[Fork] = []
    steps = [_Step(0, 0, 0, left=True, share=1.0, asked={})]
    values, base = [0.0], 0.0
    for number, tree in enumerate(trees):
        check_order(number, tree)
        loans = loans_of(number, tree)
        base += sum(of.value * of.loans for of in tree if isinstance(of, Leaf)) / loans[0]
        for node, step in _steps(tree, loans, steps, len(forks)):
            steps.append(step)
            values.append(node.value if isinstance(node, Leaf) else 0.0)
        forks += [node for node in tree if isinstance(node, Fork)]
    columns = max(len(step.asked) for step in steps)
    rule = gauss_legendre(max(columns - 1, 0))
    return Attribution(_forks(forks), _laid_out(steps, values), rule, base)


def _steps(
    tree: Tree, loans: Sequence[float], steps: Sequence[_Step], forks: int
) -> Iterator[tuple[Fork | Leaf, _Step]]:
    """Yield the steps of a tree, each with the node to which it leads, as they are appended."""
    begins = {0: 0}
    number = forks
    for at, node in enumerate(tree):
        if isinstance(node, Leaf):
            continue
        above = steps[begins[at]]
        earlier = above.asked.get(node.column, 0)
        for child, left in ((node.left, True), (node.right, False)):
            begins[child] = len(steps)
            share = steps[earlier].share * loans[child] / loans[at]
            asked = {**above.asked, node.column: len(steps)}
            yield tree[child], _Step(begins[at], earlier, number, left, share, asked)
        number += 1


def _forks(forks: Sequence[Fork]) -> Forks:
    words = [list(_words(fork)) for fork in forks]
    return Forks(
        columns=np.array([fork.column for fork in forks], dtype=np.uint32),
        decisions=np.array([fork.decision for fork in forks], dtype=np.uint32),
        limits=np.array([fork.limit for fork in forks], dtype=np.float64),
        words=np.array([word for of in words for word in of], dtype=np.uint32),
        firsts=np.cumsum([0, *map(len, words)], dtype=np.uint32),
    )


def _words(fork: Fork) -> Iterator[int]:
    codes = fork.codes if fork.decision & IS_CATEGORY else 0
    while codes:
        yield codes % (1 << WORD_BITS)
        codes >>= WORD_BITS


def _laid_out(steps: Sequence[_Step], values: Sequence[float]) -> Steps:
    return Steps(
        parents=np.array([step.parent for step in steps], dtype=np.uint32),
        earlier=np.array([step.earlier for step in steps], dtype=np.uint32),
        forks=np.array([step.fork for step in steps], dtype=np.uint32),
        lefts=np.array([step.left for step in steps], dtype=np.bool_),
        shares=np.array([step.share for step in steps], dtype=np.float64),
        values=np.array(values, dtype=np.float64),
    )
