"""Forests on Spark ML: random ones, whose trees vote, and boosted ones, whose trees add up."""

from pyspark.ml.classification import (
    GBTClassificationModel,
    GBTClassifier,
    RandomForestClassificationModel,
    RandomForestClassifier,
)

from risk_platform.contract.splits import Split
from risk_platform.scoring.families.forest import ForestText, Link, Tree
from risk_platform.scoring.families.texts import to_text
from risk_platform.scoring.model import Family, Model
from risk_platform.training.fitted import Fitted
from risk_platform.training.losses import by_input
from risk_platform.training.spark_trees import adding_trees, voting_trees
from risk_platform.training.vectors import VECTOR, Vectors
from risk_platform.training.weights import OUTCOME, WEIGHED, WEIGHT, prior_shift

SEED = 7
# Spark splits numbers at so many places; a category must not have more codes.
BINS = 64
# On 38,000 loans of training the AUC of validation was 0.701 with 30 trees of depth 5, 0.708 with
# these, and 0.695 with 60 of depth 10 whose leaves were smaller.
VOTING_TREES, VOTING_DEPTH = 40, 8
# 0.704 with depth 2, 0.701 with 3, 0.691 with 4 and 30 trees each; more loans bear more.
ADDING_TREES, ADDING_DEPTH, LEARNING_RATE = 40, 3, 0.1
# A leaf holds at least this share of all weight: defaults are few, and weigh half of it.
SMALLEST_LEAF = 0.005


def fit_random_forest(
    vectors: Vectors, trees: int = VOTING_TREES, depth: int = VOTING_DEPTH
) -> Fitted:
    """Fit trees to samples of the training loans, each split on some of the columns.

    Parameters
    ----------
    vectors
        Ones with codes.
    trees, depth
        How many there are, and how many splits stand above one another at most.
    """
    estimator = RandomForestClassifier(
        featuresCol=VECTOR,
        labelCol=OUTCOME,
        weightCol=WEIGHT,
        numTrees=trees,
        maxDepth=depth,
        maxBins=BINS,
        minWeightFractionPerNode=SMALLEST_LEAF,
        seed=SEED,
    )
    model = estimator.fit(vectors.of(Split.TRAIN))
    return Fitted(
        model=random_forest_model(model, vectors),
        parameters={"trees": trees, "depth": depth, "smallest_leaf": SMALLEST_LEAF, "seed": SEED},
        rounds=trees,
        importance=by_input(vectors.encoding.columns, model.featureImportances.toArray()),
        notes=(WEIGHED,),
    )


def fit_gbt(
    vectors: Vectors,
    trees: int = ADDING_TREES,
    depth: int = ADDING_DEPTH,
    learning_rate: float = LEARNING_RATE,
) -> Fitted:
    """Fit each tree to what the ones before it left, and cut where later loans are predicted best.

    Parameters
    ----------
    vectors, trees, depth
        As of ``fit_random_forest``.
    learning_rate
        How much of each tree counts.
    """
    estimator = GBTClassifier(
        featuresCol=VECTOR,
        labelCol=OUTCOME,
        weightCol=WEIGHT,
        maxIter=trees,
        maxDepth=depth,
        stepSize=learning_rate,
        maxBins=BINS,
        minWeightFractionPerNode=SMALLEST_LEAF,
        seed=SEED,
    )
    model = estimator.fit(vectors.of(Split.TRAIN))
    # Spark's loss is twice the log-loss.
    history = {
        split.value: [loss / 2 for loss in model.evaluateEachIteration(vectors.of(split))]
        for split in (Split.TRAIN, Split.VALIDATION)
    }
    losses = history[Split.VALIDATION.value]
    best = losses.index(min(losses)) + 1
    return Fitted(
        model=gbt_model(model, vectors, best),
        parameters={
            "trees": trees,
            "depth": depth,
            "learning_rate": learning_rate,
            "smallest_leaf": SMALLEST_LEAF,
            "seed": SEED,
        },
        rounds=best,
        history=history,
        importance=by_input(vectors.encoding.columns, model.featureImportances.toArray()),
        notes=(WEIGHED, f"of {trees} trees the first {best} are kept, by validation"),
    )


def random_forest_model(model: RandomForestClassificationModel, vectors: Vectors) -> Model:
    """Return a random forest of Spark's as data."""
    return _model(Family.RANDOM_FOREST, Link.MEAN, voting_trees(model), vectors)


def gbt_model(model: GBTClassificationModel, vectors: Vectors, trees: int) -> Model:
    """Return the first so many trees of a boosted forest of Spark's as data."""
    return _model(Family.GBT, Link.LOG_ODDS, adding_trees(model)[:trees], vectors)


def _model(family: Family, link: Link, trees: list[Tree], vectors: Vectors) -> Model:
    text = ForestText(encoding=vectors.encoding, link=link, trees=tuple(trees))
    return Model(
        family=family,
        inputs=vectors.encoding.inputs,
        text=to_text(text),
        calibration=prior_shift(vectors.weights),
    )
