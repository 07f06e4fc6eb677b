"""Trees of any family, node by node: forks that ask and leaves that answer."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.families.texts import must


class Fork(NamedTuple):
    """A node that asks.

    Parameters
    ----------
    column
        Which column is asked.
    decision
        How, in LightGBM's bits.
    limit
        Up to which number loans go left.
    codes
        Which codes of a category go left, as bits.
    left, right
        The nodes that follow, by their places in the tree; both come later than this one.
    """

    column: int
    decision: int
    limit: float
    codes: int
    left: int
    right: int


class Leaf(NamedTuple):
    """A node that answers: its value, and how many loans of training ended there."""

    value: float
    loans: float


Tree = Sequence[Fork | Leaf]


def check_order(number: int, tree: Tree) -> None:
    """Refuse nodes that are no tree: as many children as nodes but the root, each after its parent.

    Raises
    ------
    UnreadableBundleError
        They are none.
    """
    forks = [(at, node) for at, node in enumerate(tree) if isinstance(node, Fork)]
    children = sorted(child for _, node in forks for child in (node.left, node.right))
    is_later = all(at < min(node.left, node.right) for at, node in forks)
    is_tree = bool(tree) and is_later and children == list(range(1, len(tree)))
    must(is_tree, f"the nodes of tree {number} do not follow one another as those of a tree")


def loans_of(number: int, tree: Tree) -> list[float]:
    """Return for each node how many loans came by."""
    loans = [0.0] * len(tree)
    for at in range(len(tree) - 1, -1, -1):
        node = tree[at]
        loans[at] = node.loans if isinstance(node, Leaf) else loans[node.left] + loans[node.right]
    must(all(0 < many < np.inf for many in loans), f"tree {number} has a leaf without loans")
    return loans


def gains_of(trees: Sequence[Tree], width: int) -> NDArray[np.float64]:
    """Return by how much each of ``width`` columns divides what trees give, shape (width,).

    At each fork it is the sum of squares that the means of its two sides explain: the gain of a
    tree that is fitted by variance.
    """
    gains = np.zeros(width)
    for number, tree in enumerate(trees):
        loans = loans_of(number, tree)
        means = [of.value if isinstance(of, Leaf) else 0.0 for of in tree]
        for at in range(len(tree) - 1, -1, -1):
            node = tree[at]
            if isinstance(node, Leaf):
                continue
            left, right = loans[node.left], loans[node.right]
            apart = means[node.left] - means[node.right]
            gains[node.column] += left * right / loans[at] * apart**2
            means[at] = (left * means[node.left] + right * means[node.right]) / loans[at]
    return gains
