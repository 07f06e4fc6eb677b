"""The champion: a LightGBM booster of bounded depth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedBooster:
    """A fitted champion.

    Parameters
    ----------
    text
        The booster in LightGBM's text form, cut at its best round.
    rounds
        Trees that it has.
    history
        Log-loss after each round: of training, then of validation.
    gains
        Feature to the total gain of its splits.
    """

    text: str
    rounds: int
    history: Mapping[str, Sequence[float]]
    gains: Mapping[str, float]

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return PDs of shape (n,)."""
        return np.asarray(lgb.Booster(model_str=self.text).predict(features), dtype=np.float64)


def fit_champion(train: Inputs, validation: Inputs) -> FittedBooster:
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
    gains = booster.feature_importance("gain", iteration=booster.best_iteration)
    return FittedBooster(
        text=booster.model_to_string(num_iteration=booster.best_iteration),
        rounds=booster.best_iteration,
        history={split: tuple(figures["binary_logloss"]) for split, figures in history.items()},
        gains=dict(zip(train.names, map(float, gains), strict=True)),
    )
