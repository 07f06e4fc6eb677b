"""The champion: a LightGBM booster of bounded depth."""

from collections.abc import Mapping

import lightgbm as lgb

from risk_platform.scoring.model import Family, Model
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs

# Depth is bounded so that exact reasons stay cheap; a leaf holds enough loans to mean something.
PARAMETERS: Mapping[str, float | int | str | bool] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "max_depth": 4,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "cat_smooth": 50.0,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}
MAX_ROUNDS = 1_000
PATIENCE = 50


def fit_champion(train: Inputs, validation: Inputs) -> Fitted:
    """Fit on training loans, and stop where later loans are predicted best.

    Parameters
    ----------
    train, validation
        The two splits; validation is later in time.
    """
    history: dict[str, dict[str, list[float]]] = {}
    training = lgb.Dataset(
        train.features,
        train.outcomes,
        feature_name=list(train.names),
        categorical_feature=list(train.categories),
    )
    booster = lgb.train(
        dict(PARAMETERS),
        training,
        num_boost_round=MAX_ROUNDS,
        valid_sets=[training, training.create_valid(validation.features, validation.outcomes)],
        valid_names=["train", "validation"],
        callbacks=[
            lgb.early_stopping(PATIENCE, verbose=False),
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
        parameters=PARAMETERS,
        rounds=rounds,
        history={split: tuple(figures["binary_logloss"]) for split, figures in history.items()},
        importance=dict(zip(train.names, map(float, gains), strict=True)),
    )
