"""A small model of each family that is applied with NumPy, of two numbers and a category."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.families.encoding import Encoding, Scaling
from risk_platform.scoring.families.forest import LEAF, ForestText, Link, Tree
from risk_platform.scoring.families.linear import LinearText
from risk_platform.scoring.families.network import Layer, NetworkText
from risk_platform.scoring.families.texts import to_text
from risk_platform.scoring.model import Family, Model

INPUTS = ("fico_mid", "dti", "purpose")
# Columns of vectors: fico_mid, dti, whether dti is unknown, purpose.
CODED = Encoding(
    inputs=INPUTS,
    fills={"fico_mid": 700.0, "dti": 18.0},
    flagged=("dti",),
    labels={"purpose": 3},
    one_hot=False,
)
SCALED = Encoding(
    inputs=INPUTS,
    fills=CODED.fills,
    flagged=CODED.flagged,
    labels=CODED.labels,
    one_hot=True,
    scaling=Scaling(
        means=(700.0, 18.0, 0.1, 0.5, 0.3, 0.2), deviations=(30.0, 8.0, 0.3, 0.5, 0.46, 0.4)
    ),
)
LINEAR = LinearText(encoding=SCALED, coefficients=(-0.6, 0.4, 0.1, 0.0, -0.1, 0.3), intercept=-2.0)
# FICO above 690 or not; then whether the purpose is label 1, or unknown, which is code 3.
TREE = Tree(
    columns=(0, LEAF, 3, LEAF, LEAF),
    splits=(690.0, 0.0, (1, 3), 0.0, 0.0),
    left=(1, 0, 3, 0, 0),
    right=(2, 0, 4, 0, 0),
    values=(0.0, 0.5, 0.0, 0.25, 0.0625),
    loans=(0.0, 400.0, 0.0, 150.0, 450.0),
)
STUMP = Tree(
    columns=(1, LEAF, LEAF),
    splits=(20.0, 0.0, 0.0),
    left=(1, 0, 0),
    right=(2, 0, 0),
    values=(0.0, 0.125, 0.75),
    loans=(0.0, 600.0, 400.0),
)
VOTING = ForestText(encoding=CODED, link=Link.MEAN, trees=(TREE, STUMP))
ADDING = ForestText(encoding=CODED, link=Link.LOG_ODDS, trees=(TREE, STUMP))
NETWORK = NetworkText(
    encoding=SCALED,
    layers=(
        Layer(
            weights=((-0.6, 0.4, 0.1, 0.0, -0.1, 0.3), (0.2, -0.5, 0.3, 0.1, 0.7, -0.2)),
            biases=(0.1, -0.1),
        ),
        Layer(weights=((-1.0, 0.5), (1.0, -0.5)), biases=(0.9, -0.9)),
    ),
)
TEXTS: Mapping[Family, object] = {
    Family.LOGISTIC_REGRESSION: LINEAR,
    Family.RANDOM_FOREST: VOTING,
    Family.GBT: ADDING,
    Family.MLP: NETWORK,
}


def small_model(family: Family) -> Model:
    """Return a model of a family."""
    return Model(family=family, inputs=INPUTS, text=to_text(TEXTS[family]))


def applications(seed: int = 1, many: int = 500) -> NDArray[np.float64]:
    """Return model inputs of which some are unknown, and some labels were never seen."""
    rng = np.random.default_rng(seed)
    drawn = (rng.uniform(600, 850, many), rng.gamma(4, 5, many), rng.integers(0, 5, many))
    features = np.column_stack(drawn).astype(np.float64)
    features[rng.random(features.shape) < 0.2] = np.nan
    return features
