"""Texts that are no models: refused with a sentence, whatever is wrong with them."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.errors.models import UnreadableBundleError
from risk_platform.scoring.families.attribution import attribution_of
from risk_platform.scoring.families.boosted import BoostedTrees
from risk_platform.scoring.families.booster_text import trees_of
from risk_platform.scoring.families.texts import LARGEST, to_text
from risk_platform.scoring.model import READERS, Family
from risk_platform_tests.scoring.families.boosters import NAMES, booster
from risk_platform_tests.scoring.families.small_models import (
    INPUTS,
    NETWORK,
    TEXTS,
    VOTING,
    applications,
    small_model,
)

LOANS = applications(many=50)


def changed(text: str, *path: str | int, to: object) -> str:
    """Return a text of which one value is another."""
    data = json.loads(text)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(data)


TREE = ("trees", 0)
WRONG = {
    "no JSON": (Family.GBT, "tree", "Invalid JSON"),
    "nothing": (Family.MLP, "{}", "encoding: Field required"),
    "a list": (Family.RANDOM_FOREST, "[]", "should be an object"),
    "code": (Family.GBT, changed(to_text(VOTING), "code", to="print()"), "code"),
}
FOREST = {
    "a cycle": ((*TREE, "right"), [2, 0, 0, 0, 0], "tree 0 do not follow one another"),
    "a node twice": ((*TREE, "right"), [1, 0, 4, 0, 0], "tree 0 do not follow one another"),
    "out of the tree": ((*TREE, "left"), [1, 0, 9, 0, 0], "tree 0 do not follow one another"),
    "a leaf that goes on": ((*TREE, "left"), [1, 3, 3, 0, 0], "do not follow one another"),
    "lengths": ((*TREE, "left"), [1, 0, 3, 0], "lists of several lengths"),
    "a column too far": ((*TREE, "columns"), [4, -1, 3, -1, -1], "splits by column 4"),
    "a column below": ((*TREE, "columns"), [-2, -1, 3, -1, -1], "splits by column -2"),
    "a category by size": ((*TREE, "splits", 2), 1.5, "column 3 as what it is not"),
    "a number by code": ((*TREE, "splits", 0), [1], "column 0 as what it is not"),
    "a label too many": ((*TREE, "splits", 2), [4], "column 3 as what it is not"),
    "a label at a leaf": ((*TREE, "splits", 3), [63], "tree 0 splits at a leaf"),
    "no probability": ((*TREE, "values", 1), 1.5, "tree 0 gives no probabilities"),
    "a leaf of nobody": ((*TREE, "loans", 1), 0.0, "tree 0 has a leaf without loans"),
    "a leaf of fewer than nobody": ((*TREE, "loans", 1), -1.0, "tree 0 has a leaf without loans"),
    "a leaf of NaN": ((*TREE, "values", 1), math.nan, "finite number"),
    "an infinite split": ((*TREE, "splits", 0), math.inf, "finite number"),
    "a number too large": ((*TREE, "values", 1), 1e200, "less than or equal to"),
    "a number as text": ((*TREE, "values", 1), "0.5", "valid number"),
    "no tree": (("trees",), [], "a forest has trees"),
    "another link": (("link",), "median", "link"),
    "an unknown feature": (("encoding", "fills", "star_sign"), 1.0, "called .'star_sign'"),
    "another feature": (("encoding", "inputs"), ["dti"], "other features than its card names"),
    "a feature twice": (("encoding", "labels", "dti"), 2, "both a number and a category"),
    "nobody's absence": (("encoding", "flagged"), ["purpose"], "has no absence"),
    "a fill of NaN": (("encoding", "fills", "dti"), math.nan, "finite number"),
    "no label": (("encoding", "labels", "purpose"), 0, "greater than or equal to 1"),
    "columns for labels": (("encoding", "one_hot"), True, "trees split by codes"),
}
SCALES = {
    "no deviation": (("encoding", "scaling", "deviations", 0), 0.0, "greater than or equal to"),
    "a scale too few": (("encoding", "scaling", "means"), [1.0], "scaling of 6 columns"),
    "scaled codes": (("encoding", "one_hot"), False, "codes cannot be scaled"),
}
LAYERS = {
    "three outputs": (("layers", 1, "biases"), [0.0, 0.0, 0.0], "must have two outputs"),
    "no layer": (("layers",), [], "must have two outputs"),
    "a weight too few": (("layers", 0, "weights", 1), [0.5], "must have 2 x 6 weights"),
    "a unit too few": (("layers", 0, "weights"), [[0.5] * 6], "must have 2 x 6 weights"),
    "no units": (("layers", 0), {"weights": [], "biases": []}, "must have 0 x 6 weights"),
}


def cases() -> Iterator[Any]:
    """Yield each text that is wrong, with whose it is and what is said of it."""
    for name, case in WRONG.items():
        yield pytest.param(*case, id=name)
    for family, found in ((Family.RANDOM_FOREST, FOREST), (Family.MLP, SCALES | LAYERS)):
        for name, (path, to, said) in found.items():
            yield pytest.param(family, changed(to_text(TEXTS[family]), *path, to=to), said, id=name)
    text = changed(to_text(TEXTS[Family.LOGISTIC_REGRESSION]), "coefficients", to=[1.0])
    yield pytest.param(Family.LOGISTIC_REGRESSION, text, "6 coefficients", id="coefficients")


@pytest.mark.parametrize(("family", "text", "said"), [*cases()])
def test_a_text_that_is_no_model_is_refused(family: Family, text: str, said: str) -> None:
    """With a sentence that says what is wrong."""
    with pytest.raises(UnreadableBundleError, match=said):
        READERS[family](text, INPUTS)


@pytest.mark.parametrize("family", list(TEXTS))
def test_other_inputs_than_the_cards_are_refused(family: Family) -> None:
    """In another order too: the model would read one feature as another."""
    with pytest.raises(UnreadableBundleError, match="other features than its card names"):
        READERS[family](small_model(family).text, INPUTS[::-1])


BOOSTER = booster(1, trees=8, num_leaves=8).model_to_string()
BOOSTERS = {
    "another objective": (r"objective=.*", "objective=regression", "objective is not binary"),
    "steeper log-odds": (r"sigmoid:1", "sigmoid:2", "objective is not binary"),
    "a mean": (r"max_feature_idx=5", "max_feature_idx=5\naverage_output", "are no sum"),
    "lines": (r"is_linear=0", "is_linear=1", "a leaf of the booster is a line"),
    "a leaf of nobody": (r"leaf_count=\d+", "leaf_count=0", "tree 0 has a leaf without loans"),
    "a cycle": (r"left_child=\S+", "left_child=0", "do not follow one another"),
    "a column too far": (r"split_feature=\d+", "split_feature=6", "splits by no column"),
    "no known way": (r"decision_type=\d+", "decision_type=16", "splits in no known way"),
    "a leaf of NaN": (r"leaf_value=\S+", "leaf_value=nan", "gives no number"),
    "no words": (r"cat_threshold=\d+", "cat_threshold=-1", "codes are no words"),
    "a count too few": (r"leaf_count=\d+ ", "leaf_count=", "a tree of the booster: zip"),
    "a word for a number": (r"threshold=\S+", "threshold=high", "could not convert"),
    "no leaves": (r"leaf_value=.*", "", "a tree of the booster: 'leaf_value'"),
}


@pytest.mark.parametrize("case", BOOSTERS)
def test_a_booster_whose_trees_we_cannot_follow_is_refused(case: str) -> None:
    """Before the compiled loop, which looks at nothing twice, is handed any of it."""
    pattern, to, said = BOOSTERS[case]
    text = re.sub(pattern, to, BOOSTER, count=1)
    assert text != BOOSTER
    with pytest.raises(UnreadableBundleError, match=said):
        attribution_of(trees_of(text, len(NAMES)))


def test_a_booster_that_was_cut_off_anywhere_is_refused() -> None:
    """Before LightGBM, which many such a text kills, is handed any of it."""
    for end in range(len(BOOSTER)):
        with pytest.raises(UnreadableBundleError, match="cut off"):
            BoostedTrees(BOOSTER[:end], NAMES)


def test_lightgbm_takes_a_booster_that_was_cut_off_behind_its_trees() -> None:
    """The unsafe twin: as if nothing were missing."""
    cut = BOOSTER.partition("end of trees")[0]
    assert lgb.Booster(model_str=cut).num_trees() == 8


def places(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value in a text."""
    if path:
        yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    if isinstance(data, list):
        for at, value in enumerate(data):
            yield from places(value, (*path, at))


PLACES = [(family, path) for family in TEXTS for path in places(json.loads(to_text(TEXTS[family])))]
JUNK = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.lists(st.integers(-2, 70) | st.floats(), max_size=6)
    | st.dictionaries(st.sampled_from([*INPUTS, "x"]), st.integers(-1, 70), max_size=3)
)


@given(place=st.sampled_from(PLACES), junk=JUNK)
def test_a_text_of_which_a_value_is_another_is_refused_or_scores(
    place: tuple[Family, tuple[str | int, ...]], junk: object
) -> None:
    """There is no third: no other error, and no score that is no probability."""
    family, path = place
    text = changed(to_text(TEXTS[family]), *path, to=junk)
    try:
        predictor = READERS[family](text, INPUTS)
    except UnreadableBundleError:
        return
    with np.errstate(all="ignore"):
        scores = predictor.predict(LOANS)
    assert ((scores >= 0) & (scores <= 1)).all()


@given(
    st.lists(
        st.lists(st.floats(-LARGEST, LARGEST), min_size=2, max_size=2),
        min_size=2,
        max_size=2,
    )
)
def test_numbers_survive_to_the_bit(weights: list[list[float]]) -> None:
    """Any number that a text may hold is read as the one that was written."""
    last = {"weights": weights, "biases": [0.0, -0.0]}
    text = changed(to_text(NETWORK), "layers", 1, to=last)
    predictor = READERS[Family.MLP](text, INPUTS)
    kept: Any = predictor
    np.testing.assert_array_equal(kept._layers[1][0], np.array(weights))  # noqa: SLF001
