"""A small world: loans of a few inputs, a model of them, its reference, windows of decisions."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from risk_platform.evaluation.drift.distances import Floats
from risk_platform.evaluation.drift.window import Window
from risk_platform.features.bins import bins_of
from risk_platform.scoring.monitored import Values
from risk_platform.scoring.reference import (
    NumberProfile,
    Population,
    Reference,
    ScoreProfile,
)
from risk_platform.training.reference import category_profile, number_profile, with_chance

Loans = Mapping[str, Values]

IMPORTANCE = {
    "fico_mid": 0.4,
    "annual_inc": 0.3,
    "dti": 0.15,
    "purpose": 0.1,
    "mths_since_last_delinq": 0.045,
    "open_acc": 0.005,
    "policy_code": 0.0,
}
PURPOSES = ("car", "credit_card", "debt_consolidation", "wedding")
APPROVED_BELOW = 0.25
KEYS = tuple("abcdefgh")


def loans(many: int, seed: int) -> dict[str, Values]:
    """Draw loans; what is seldom known is known of half of them, and one input says nothing."""
    rng = np.random.default_rng(seed)
    fico = np.clip(np.round(rng.normal(700, 30, many)), 600, 850)
    months = np.floor(rng.gamma(2, 20, many)).astype(np.float64)
    return {
        "fico_mid": fico.astype(np.float64),
        "annual_inc": np.exp(rng.normal(11 + (fico - 700) / 300, 0.5)).round(),
        "dti": rng.gamma(4, 4.5, many).round(2),
        "mths_since_last_delinq": np.where(rng.random(many) < 0.5, np.nan, months),
        "open_acc": rng.poisson(11, many).astype(np.float64),
        "policy_code": np.ones(many),
        "purpose": rng.choice(np.array(PURPOSES, np.object_), many, p=[0.08, 0.3, 0.6, 0.02]),
    }


def predict(of: Loans) -> Floats:
    """Return PDs: less for a better FICO or more income, more for more debts or a wedding."""
    fico, income, dti = (
        np.where(np.isnan(values), usual, values)
        for values, usual in (
            (number(of, "fico_mid"), 700.0),
            (number(of, "annual_inc"), 60_000.0),
            (number(of, "dti"), 18.0),
        )
    )
    wedding = np.array([label == "wedding" for label in of["purpose"]])
    fico, income = np.clip(fico, 300, 1_000), np.clip(income, 5_000, 400_000)
    log_odds = -1.8 - (fico - 700) / 40 - np.log(income / 60_000) + (dti - 18) / 25 + wedding
    return 1 / (1 + np.exp(-log_odds))


def window_of(of: Loans, keys: Sequence[str] = KEYS) -> Window:
    """Return decisions on loans, of some keys in turn."""
    pds = predict(of)
    return Window(
        inputs=of,
        pds=pds,
        approved=pds < APPROVED_BELOW,
        imputed=np.isnan(number(of, "mths_since_last_delinq")) / len(of),
        keys=np.resize(np.array(keys, np.object_), len(pds)),
    )


def population_of(of: Loans, draws: int = 50) -> Population:
    """Return the profile of loans."""
    many = len(of["fico_mid"])
    numbers: dict[str, NumberProfile] = {}
    for name, values in of.items():
        if name != "purpose":
            bins = bins_of(np.asarray(values, np.float64))
            numbers[name] = number_profile(bins, many - bins.known)
    labels = Counter(label for label in of["purpose"].tolist() if label is not None)
    purpose = category_profile(labels, many)
    bare = Population(loans=many, numbers=numbers, categories={"purpose": purpose})
    return with_chance(bare, draws)


def reference_of(of: Loans) -> Reference:
    """Return the reference of the model for loans that it was trained on."""
    window = window_of(of)
    return Reference(
        population=population_of(of),
        importance=IMPORTANCE,
        scores=ScoreProfile(
            pds=number_profile(bins_of(window.pds), 0),
            mean_pd=float(window.pds.mean()),
            approval_rate=float(window.approved.mean()),
            imputed_share=float(window.imputed.mean()),
        ),
    )


def number(of: Loans, name: str) -> Floats:
    """Return an input that is a number."""
    return np.asarray(of[name], np.float64)


def with_input(of: Loans, name: str, values: object) -> dict[str, Values]:
    """Return loans of which one input is another."""
    return {**of, name: np.asarray(values)}


REFERENCE = reference_of(loans(20_000, seed=1))
