"""Contributions: exact, complete, and the same for a loan alone and among many."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk_platform.scoring.families.attribution import attribution_of
from risk_platform.scoring.families.boosted import BoostedTrees
from risk_platform.scoring.families.booster_text import trees_of
from risk_platform.scoring.families.encoding import log_odds
from risk_platform.scoring.families.quadrature import IS_CATEGORY, ZERO, Rule, gauss_legendre
from risk_platform.scoring.families.trees import Fork, Leaf, Tree
from risk_platform.scoring.model import Family, Predictor
from risk_platform_tests.scoring.families.boosters import NAMES, booster, odd_loans
from risk_platform_tests.scoring.families.small_models import applications, small_model

# What is missing is an own value, no value at all, or zero; trees are shallow, deep, or stumps.
SHAPES: dict[str, dict[str, int]] = {
    "depth 4": {"max_depth": 4, "num_leaves": 15},
    "as deep as it gets": {"num_leaves": 31, "min_data_in_leaf": 3},
    "stumps": {"num_leaves": 2},
    "nothing is missing": {"use_missing": False, "num_leaves": 20},
    "zero is missing": {"zero_as_missing": True, "num_leaves": 20},
    "one label against all": {"max_cat_to_onehot": 60, "num_leaves": 20},
}


def served(seed: int, **parameters: int) -> tuple[BoostedTrees, NDArray[np.float64]]:
    """Return a booster as it is served, and what LightGBM says that inputs contribute."""
    made = booster(seed, **parameters)
    theirs = np.asarray(made.predict(odd_loans(seed + 1, 300), pred_contrib=True, num_threads=1))
    return BoostedTrees(made.model_to_string(), NAMES), theirs


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_contributions_are_those_of_lightgbm(shape: str, seed: int) -> None:
    """``pred_contrib`` within 1e-12, and its expected value; values of any kind are among them."""
    model, theirs = served(seed, **SHAPES[shape])
    ours = model.contributions(odd_loans(seed + 1, 300))
    np.testing.assert_allclose(ours, theirs[:, :-1], rtol=0, atol=1e-12)
    assert model.base == pytest.approx(theirs[0, -1], abs=1e-12)
    assert np.abs(ours).max() > 0.1


def test_one_point_less_is_not_exact() -> None:
    """The rule has the fewest points that do: the twin with one less is far off."""
    trees = trees_of(booster(1, max_depth=4, num_leaves=15).model_to_string(), len(NAMES))
    exact = attribution_of(trees)
    assert len(exact.rule.points) == 2
    coarse = replace(exact, rule=gauss_legendre(0))
    loans = odd_loans(2, 100)
    assert np.abs(coarse.contributions(loans) - exact.contributions(loans)).max() > 1e-3


def test_a_rule_integrates_polynomials_of_its_degree_exactly() -> None:
    """And none of the next degree but one."""
    for degree in range(12):
        rule: Rule = gauss_legendre(degree)
        assert rule.weights @ rule.points**degree == pytest.approx(1 / (degree + 1), abs=1e-14)
        beyond = 2 * len(rule.points)
        assert abs(rule.weights @ rule.points**beyond - 1 / (beyond + 1)) > 1e-12


WIDTH = 4


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw a tree whose columns may be asked again on the way to a leaf."""
    nodes: list[Fork | Leaf] = [Leaf(0.0, 1.0)]
    for _ in range(draw(st.integers(0, 7))):
        leaves = [at for at, node in enumerate(nodes) if isinstance(node, Leaf)]
        at = draw(st.sampled_from(leaves))
        column = draw(st.integers(0, WIDTH - 1))
        split = (
            (IS_CATEGORY, 0.0, draw(st.integers(0, 2**40)))
            if column == WIDTH - 1
            else (draw(st.sampled_from([0, 2, 4, 6, 8, 10])), draw(st.floats(-3, 3)), 0)
        )
        nodes[at] = Fork(column, *split, len(nodes), len(nodes) + 1)
        nodes += [Leaf(draw(st.floats(-2, 2)), float(draw(st.integers(1, 50)))) for _ in range(2)]
    return nodes


LOANS = st.tuples(
    *[st.floats(-4, 4) | st.just(np.nan) | st.just(0.0)] * (WIDTH - 1),
    st.integers(-1, 50).map(float) | st.just(np.nan),
)


@settings(max_examples=150)
@given(trees(), LOANS)
def test_contributions_are_shapleys_sum_over_all_subsets(
    tree: Tree, loan: tuple[float, ...]
) -> None:
    """Worked out from the definition, 16 subsets of columns for each."""
    expected = _expectation(tree, loan)
    ours = attribution_of([tree])
    found = ours.contributions(np.array([loan]))[0]
    for column in range(WIDTH):
        others = [other for other in range(WIDTH) if other != column]
        value = sum(
            (expected({*known, column}) - expected({*known})) / comb(WIDTH - 1, size) / WIDTH
            for size in range(WIDTH)
            for known in combinations(others, size)
        )
        assert found[column] == pytest.approx(value, abs=1e-12)
    assert ours.base == pytest.approx(expected(set()), abs=1e-12)


def _expectation(tree: Tree, loan: tuple[float, ...]) -> Callable[[set[int]], float]:
    """Return what a tree gives on average over loans, given the columns that are known."""

    def loans(at: int) -> float:
        node = tree[at]
        return node.loans if isinstance(node, Leaf) else loans(node.left) + loans(node.right)

    def value(at: int, known: set[int]) -> float:
        node = tree[at]
        if isinstance(node, Leaf):
            return node.value
        if node.column in known:
            left = _goes_left(node, loan[node.column])
            return value(node.left if left else node.right, known)
        share = loans(node.left) / loans(at)
        return share * value(node.left, known) + (1 - share) * value(node.right, known)

    return lambda known: value(0, known)


def _goes_left(fork: Fork, value: float) -> bool:
    if fork.decision == IS_CATEGORY:
        return value >= 0 and fork.codes >> int(value) & 1 == 1
    missing, default = fork.decision >> 2, bool(fork.decision & 2)
    if missing == 2 and np.isnan(value):
        return default
    value = 0.0 if np.isnan(value) else value
    return default if missing == 1 and abs(value) <= ZERO else value <= fork.limit


def predictor(family: Family) -> tuple[Predictor, NDArray[np.float64]]:
    """Return a model of a family and loans for it."""
    if family is Family.LIGHTGBM:
        return served(1)[0], odd_loans(3, 500)
    return small_model(family).predictor(), applications()


@pytest.mark.parametrize("family", Family)
def test_contributions_add_up_to_the_score(family: Family) -> None:
    """What is known of a loan explains all of the way from the base to its log-odds."""
    model, loans = predictor(family)
    explained = model.base + model.contributions(loans).sum(axis=1)
    np.testing.assert_allclose(explained, log_odds(model.predict(loans)), rtol=0, atol=1e-9)


@pytest.mark.parametrize("family", Family)
def test_contributions_are_the_same_alone_and_among_many(family: Family) -> None:
    """To the bit."""
    model, loans = predictor(family)
    alone = [model.contributions(loans[row : row + 1])[0] for row in range(len(loans))]
    np.testing.assert_array_equal(model.contributions(loans), alone)


@pytest.mark.parametrize("family", Family)
def test_importance_is_that_of_inputs_that_matter(family: Family) -> None:
    """One figure for each input, none of them below 0, and the one that matters most above."""
    model, loans = predictor(family)
    assert model.importance.shape == (loans.shape[1],)
    assert model.importance.min() >= 0
    assert model.importance.max() > 0


def test_a_vote_of_one_mind_contributes_nothing() -> None:
    """A loan that stands where all loans stand on average is as far from it as nowhere."""
    model = small_model(Family.RANDOM_FOREST).predictor()
    assert np.isfinite(model.contributions(np.full((1, 3), np.nan))).all()
