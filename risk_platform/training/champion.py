"""The champion: a LightGBM booster of bounded depth, monotone where credit sense demands it."""

import os
from collections.abc import Mapping

import lightgbm as lgb

from risk_platform.features.definitions import directions_of
from risk_platform.scoring.model import Family, Model
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs

Parameters = Mapping[str, float | int | str | bool]

# What no search may change. Depth is bounded so that exact reasons stay cheap. Of LightGBM's three
# ways of keeping a direction, the middle one costs as much time as the first, and no AUC on real
# loans, where the first costs 0.001 on average (three seeds each).
FIXED: Parameters = {
    "objective": "binary",
    "max_depth": 4,
    "bagging_freq": 1,
    "monotone_constraints_method": "intermediate",
    # Else a dataset could not be kept when a search changes how many loans a leaf needs.
    "feature_pre_filter": False,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
# Known to do well on loans real and generated; a leaf holds enough loans to mean something.
DEFAULTS: Mapping[str, int | float] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "lambda_l2": 5.0,
    "cat_smooth": 50.0,
}
# At the default learning rate; a booster that learns half as fast gets twice as many.
MAX_ROUNDS = 1_000
PATIENCE = 50
# With fewer loans, handing work to other threads costs more than it saves; where other programs
# use the cores too it costs ten times as much.
LOANS_FOR_THREADS = 200_000


def booster_parameters(train: Inputs, chosen: Mapping[str, int | float]) -> dict[str, object]:
    """Return what LightGBM is told: what is fixed, what was chosen, directions and threads."""
    directions = directions_of(train.names)
    threads = (os.cpu_count() or 1) if len(train.outcomes) >= LOANS_FOR_THREADS else 1
    return {
        **FIXED,
        **chosen,
        "monotone_constraints": [directions.get(name, 0) for name in train.names],
        "num_threads": threads,
    }


def training_set(train: Inputs) -> lgb.Dataset:
    """Return loans as LightGBM reads them."""
    return lgb.Dataset(
        train.features,
        train.outcomes,
        feature_name=list(train.names),
        categorical_feature=[train.names.index(name) for name in train.categories],
        params={"feature_pre_filter": False, "verbosity": -1},
    )


def fit_champion(
    train: Inputs, validation: Inputs, chosen: Mapping[str, int | float] = DEFAULTS
) -> Fitted:
    """Fit on training loans, and stop where later loans are predicted best.

    Parameters
    ----------
    train, validation
        The two splits; validation is later in time.
    chosen
        A value for each of ``DEFAULTS``.
    """
    history: dict[str, dict[str, list[float]]] = {}
    training = training_set(train)
    slower = DEFAULTS["learning_rate"] / chosen["learning_rate"]
    booster = lgb.train(
        booster_parameters(train, chosen),
        training,
        num_boost_round=round(MAX_ROUNDS * slower),
        valid_sets=[training, training.create_valid(validation.features, validation.outcomes)],
        valid_names=["train", "validation"],
        callbacks=[
            lgb.early_stopping(round(PATIENCE * slower), verbose=False),
            lgb.record_evaluation(history),
        ],
    )
    rounds = booster.best_iteration
    gains = booster.feature_importance("gain", iteration=rounds)
    return Fitted(
        model=Model(
            family=Family.LIGHTGBM,
            inputs=train.names,
            text=booster.model_to_string(num_iteration=rounds),
        ),
        parameters={**FIXED, **chosen},
        rounds=rounds,
        history={split: tuple(figures["binary_logloss"]) for split, figures in history.items()},
        importance=dict(zip(train.names, map(float, gains), strict=True)),
    )
