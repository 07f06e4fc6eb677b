"""Boosters that LightGBM learns in a moment, with whatever their splits can be."""

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

NAMES = ("fico_mid", "dti", "purpose", "loan_amnt", "annual_inc", "home_ownership")
CATEGORIES = [2, 5]


def odd_loans(seed: int, many: int = 2_000) -> NDArray[np.float64]:
    """Return inputs with unknown values, zeros, and codes of more labels than fit into a word."""
    rng = np.random.default_rng(seed)
    loans = rng.normal(size=(many, len(NAMES)))
    loans[:, 2], loans[:, 5] = rng.integers(0, 50, many), rng.integers(0, 4, many)
    loans[rng.random(loans.shape) < 0.15] = np.nan
    loans[rng.random(loans.shape) < 0.1] = 0.0
    return loans


def booster(seed: int, trees: int = 30, **parameters: int) -> lgb.Booster:
    """Return a booster of two categories and four numbers, in which all of them matter."""
    loans = odd_loans(seed)
    known = np.nan_to_num(loans)
    risk = known[:, 0] * known[:, 1] + known[:, 3] - known[:, 4] + (known[:, 2] % 7 > 3)
    drawn = np.random.default_rng(seed).random(len(loans))
    outcomes = (drawn < 1 / (1 + np.exp(-(risk + (known[:, 5] == 2))))).astype(np.int8)
    told = {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_per_group": 5}
    data = lgb.Dataset(
        loans,
        outcomes,
        feature_name=list(NAMES),
        categorical_feature=CATEGORIES,
        params={"verbosity": -1, **parameters},
    )
    return lgb.train({**told, "max_cat_to_onehot": 3, "seed": seed, **parameters}, data, trees)
