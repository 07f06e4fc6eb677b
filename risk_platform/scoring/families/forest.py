"""Forests: random forests, whose trees vote, and boosted ones, whose trees add up."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from pydantic import NonNegativeInt

from risk_platform.scoring.calibration import HIGHEST_PD, LOWEST_PD
from risk_platform.scoring.families.attribution import attribution_of
from risk_platform.scoring.families.encoding import (
    MOST_LABELS,
    Encoder,
    Encoding,
    log_odds,
    logistic,
)
from risk_platform.scoring.families.quadrature import IS_CATEGORY
from risk_platform.scoring.families.texts import STRICT, Number, from_text, must
from risk_platform.scoring.families.trees import Fork, Leaf, check_order, gains_of

LEAF = -1
# Loans at once: the node at which each stands in each tree stays in the cache.
BATCH = 4_096
# So near to the base, the slope of the log-odds is that at the base.
NO_DISTANCE = 1e-9

Codes = tuple[NonNegativeInt, ...]


class Link(StrEnum):
    """What becomes of the trees' values: a mean of probabilities, or a sum of log-odds."""

    MEAN = "mean"
    LOG_ODDS = "log_odds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tree; its nodes are numbered from the root, 0, and children come after their parent.

    Parameters
    ----------
    columns
        For each node the column of the vectors that it splits by, or ``LEAF``.
    splits
        What goes left: numbers up to this one, or these codes of a category. 0 for a leaf.
    left, right
        The nodes that follow; 0 for a leaf.
    values
        What a leaf gives; 0 for other nodes.
    loans
        How many loans of training a leaf holds; 0 for other nodes.
    """

    columns: tuple[int, ...]
    splits: tuple[Number | Codes, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    values: tuple[Number, ...]
    loans: tuple[Number, ...]

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestText:
    """A forest as data.

    Parameters
    ----------
    encoding
        From model inputs to the columns that trees split by.
    link
        What becomes of the trees' values.
    trees
        The trees.
    """

    encoding: Encoding
    link: Link
    trees: tuple[Tree, ...]

    __pydantic_config__ = STRICT


class Forest:
    """A forest that predicts.

    Parameters
    ----------
    text
        A ``ForestText`` as JSON.
    inputs
        The features that it must read, in their order.

    Raises
    ------
    UnreadableBundleError
        The text is none, or reads other features.
    """

    def __init__(self, text: str, inputs: tuple[str, ...]) -> None:
        model = from_text(ForestText, text)
        model.encoding.check(inputs)
        must(not model.encoding.one_hot, "trees split by codes, not by a column for each label")
        must(bool(model.trees), "a forest has trees")
        for number, tree in enumerate(model.trees):
            _check_tree(number, tree, model)
        nodes = [_nodes(tree) for tree in model.trees]
        self._attribution = attribution_of(nodes)
        self._encoder = Encoder(model.encoding)
        self._link = model.link
        self._depth = max(map(_depth, model.trees))
        self._flatten(model.trees)
        self._scale = 1 / len(nodes) if model.link is Link.MEAN else 1.0
        self._mean = self._attribution.base * self._scale
        is_mean = model.link is Link.MEAN
        self.base = float(log_odds(np.array(self._mean))) if is_mean else self._mean
        gains = gains_of(nodes, model.encoding.width)
        self.importance = self._encoder.by_input(gains[None])[0]

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        starts = range(0, len(features), BATCH)
        batches = [self._predict(features[start : start + BATCH]) for start in starts]
        return np.concatenate([np.empty(0), *batches])

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Shapley values in log-odds, shape (n, inputs): what each adds to ``base``.

        Trees that vote add up to a probability. Its Shapley values are brought to log-odds by one
        factor for each loan, so that they keep their proportions and add up there.
        """
        columns = self._attribution.contributions(self._encoder.vectors(features)) * self._scale
        inputs = self._encoder.by_input(columns)
        return inputs if self._link is Link.LOG_ODDS else inputs * self._steepness(inputs)

    def _steepness(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return log-odds for each unit of probability between the base and each loan, (n, 1)."""
        moved = inputs.sum(axis=1, keepdims=True)
        there = log_odds(self._mean + moved)
        held = np.clip(self._mean, LOWEST_PD, HIGHEST_PD)
        is_far = np.abs(moved) > NO_DISTANCE
        return np.where(
            is_far, (there - self.base) / np.where(is_far, moved, 1.0), 1 / (held * (1 - held))
        )

    def _flatten(self, trees: tuple[Tree, ...]) -> None:
        """Lay the nodes of all trees behind one another; a leaf is followed by itself."""
        sizes = [len(tree.columns) for tree in trees]
        self._roots = np.array([0, *accumulate(sizes)][:-1])
        offsets = np.repeat(self._roots, sizes)
        columns, left, right, values = (
            np.concatenate([getattr(tree, name) for tree in trees])
            for name in ("columns", "left", "right", "values")
        )
        is_leaf, itself = columns == LEAF, np.arange(len(columns))
        self._columns = np.where(is_leaf, 0, columns)
        self._left = np.where(is_leaf, itself, left + offsets)
        self._right = np.where(is_leaf, itself, right + offsets)
        self._values = values
        splits = [split for tree in trees for split in tree.splits]
        self._has_codes = np.array([isinstance(split, tuple) for split in splits])
        self._limits = np.array([0.0 if isinstance(of, tuple) else of for of in splits])
        self._codes = np.array(
            [_bits(of) if isinstance(of, tuple) else 0 for of in splits], dtype=np.int64
        )

    def _predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        vectors = self._encoder.vectors(features)
        rows = np.arange(len(vectors))[:, None]
        nodes = np.tile(self._roots, (len(vectors), 1))
        for _ in range(self._depth):
            goes_left = self._goes_left(nodes, vectors[rows, self._columns[nodes]])
            nodes = np.where(goes_left, self._left[nodes], self._right[nodes])
        values = self._values[nodes]
        if self._link is Link.MEAN:
            return values.mean(axis=1)
        return logistic(values.sum(axis=1))

    def _goes_left(self, nodes: NDArray[np.intp], values: NDArray[np.float64]) -> NDArray[np.bool_]:
        # Of a number no bit is looked at, but shifting by it must be possible.
        codes = np.clip(values, 0, MOST_LABELS).astype(np.int64)
        has_code = (self._codes[nodes] >> codes) & 1 == 1
        return np.where(self._has_codes[nodes], has_code, values <= self._limits[nodes])


def _check_tree(number: int, tree: Tree, model: ForestText) -> None:
    """Refuse what is no tree: lengths that differ, cycles, a split by what there is not."""
    nodes = len(tree.columns)
    lists = (tree.splits, tree.left, tree.right, tree.values, tree.loans)
    lengths = {len(of) for of in lists}
    must(nodes > 0 and lengths == {nodes}, f"tree {number} has lists of several lengths")
    inner = [node for node, column in enumerate(tree.columns) if column != LEAF]
    leaves = {*range(nodes)} - {*inner}
    ends = not any(tree.left[node] or tree.right[node] for node in leaves)
    must(ends, f"the nodes of tree {number} do not follow one another as those of a tree")
    check_order(number, _nodes(tree))
    no_split = all(not isinstance(tree.splits[leaf], tuple) for leaf in leaves)
    must(no_split, f"tree {number} splits at a leaf")
    for node in inner:
        _check_split(number, tree.columns[node], tree.splits[node], model.encoding)
    if model.link is Link.MEAN:
        must(
            all(0 <= tree.values[leaf] <= 1 for leaf in leaves),
            f"tree {number} gives no probabilities",
        )


def _nodes(tree: Tree) -> list[Fork | Leaf]:
    """Return a tree as forks and leaves; a column without NaN has no missing values."""
    return [_node(tree, at) for at in range(len(tree.columns))]


def _node(tree: Tree, at: int) -> Fork | Leaf:
    column, split = tree.columns[at], tree.splits[at]
    if column == LEAF:
        return Leaf(tree.values[at], tree.loans[at])
    if isinstance(split, tuple):
        return Fork(column, IS_CATEGORY, 0.0, _bits(split), tree.left[at], tree.right[at])
    return Fork(column, 0, split, 0, tree.left[at], tree.right[at])


def _bits(codes: Codes) -> int:
    return sum(1 << code for code in set(codes))


def _check_split(number: int, column: int, split: float | Codes, encoding: Encoding) -> None:
    must(0 <= column < encoding.width, f"tree {number} splits by column {column}")
    codes = encoding.codes_of(column)
    fits = max(split, default=codes) < codes if isinstance(split, tuple) else not codes
    must(fits, f"tree {number} splits column {column} as what it is not")


def _depth(tree: Tree) -> int:
    """Count the splits above the deepest leaf."""
    depths = [0] * len(tree.columns)
    for node, column in enumerate(tree.columns):
        if column != LEAF:
            depths[tree.left[node]] = depths[tree.right[node]] = depths[node] + 1
    return max(depths)
