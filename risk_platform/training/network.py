"""Multilayer perceptron on Spark ML, stopped where later loans are predicted best."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pyspark.ml.classification import (
    MultilayerPerceptronClassificationModel,
    MultilayerPerceptronClassifier,
)

from risk_platform.contract.splits import Split
from risk_platform.scoring.families.network import CLASSES, Layer, NetworkText
from risk_platform.scoring.families.texts import to_text
from risk_platform.scoring.model import Family, Model
from risk_platform.training.fitted import Fitted
from risk_platform.training.losses import weighted_log_loss
from risk_platform.training.vectors import VECTOR, Vectors
from risk_platform.training.weights import OUTCOME, RESAMPLED, prior_shift, resample

SEED = 7
# On 38,000 loans of training, 2,200 of them defaults, the AUC of validation was 0.703 with 8 units
# and 0.706 with 24; both were at their best after 5 to 15 iterations, as the family has no penalty.
UNITS = 16
# Iterations between two looks at validation, how many there are at most, and how many looks without
# an improvement end the fitting.
STEP, ITERATIONS, PATIENCE = 5, 60, 2


def fit_network(vectors: Vectors, units: int = UNITS, iterations: int = ITERATIONS) -> Fitted:
    """Fit one hidden layer, for as long as later loans are predicted better.

    Parameters
    ----------
    vectors
        Scaled ones.
    units
        Of the hidden layer.
    iterations
        Of L-BFGS, at most; its memory begins anew at every look at validation.
    """
    estimator = MultilayerPerceptronClassifier(
        featuresCol=VECTOR,
        labelCol=OUTCOME,
        layers=[vectors.encoding.width, units, CLASSES],
        maxIter=STEP,
        seed=SEED,
    )
    train = resample(vectors.of(Split.TRAIN), vectors.weights, SEED)
    fits: list[MultilayerPerceptronClassificationModel] = []
    losses: list[float] = []
    while len(fits) * STEP < iterations and _improves(losses):
        if fits:
            estimator.setInitialWeights(fits[-1].weights)
        fits.append(estimator.fit(train))
        losses.append(weighted_log_loss(fits[-1].transform(vectors.of(Split.VALIDATION))))
    best = losses.index(min(losses))
    return Fitted(
        model=network_model(fits[best], vectors),
        parameters={"units": units, "iterations": STEP * (best + 1), "seed": SEED},
        notes=(RESAMPLED, f"it was fitted for {STEP * (best + 1)} iterations, by validation"),
    )


def network_model(model: MultilayerPerceptronClassificationModel, vectors: Vectors) -> Model:
    """Return a multilayer perceptron of Spark's as data."""
    weights = model.weights.toArray()
    layers: list[Layer] = []
    for given, made in pairwise(model.getLayers()):
        layer, weights = np.split(weights, [made * (given + 1)])
        layers.append(_layer(layer, made))
    text = NetworkText(encoding=vectors.encoding, layers=tuple(layers))
    return Model(
        family=Family.MLP,
        inputs=vectors.encoding.inputs,
        text=to_text(text),
        calibration=prior_shift(vectors.weights),
    )


def _layer(weights: NDArray[np.float64], units: int) -> Layer:
    """Part a layer's numbers: weights of all units for each column in turn, then biases."""
    matrix, biases = np.split(weights, [len(weights) - units])
    by_unit = matrix.reshape(-1, units).T
    return Layer(weights=tuple(map(tuple, by_unit.tolist())), biases=tuple(biases.tolist()))


def _improves(losses: list[float]) -> bool:
    """Tell whether one of the latest looks was the best so far."""
    return len(losses) <= PATIENCE or min(losses[-PATIENCE:]) < min(losses[:-PATIENCE])
