"""The champion learns what there is to learn, stops in time, and can be fitted again."""

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pytest
from numpy.typing import NDArray

from risk_platform.evaluation.metrics import auc
from risk_platform.training.champion import DEFAULTS, MAX_ROUNDS, PATIENCE, fit_champion
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs
from risk_platform.training.tuning import SPACE

NAMES = ("noise", "income", "purpose")
CATEGORIES = ("purpose",)
# Purposes 2 and 5 default more often: no order of the codes says so.
RISKY_PURPOSES = (2, 5)


def true_pd(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the PD by which loans are drawn: of income and purpose, not of noise."""
    risky = np.isin(features[:, 2], RISKY_PURPOSES)
    return 1 / (1 + np.exp(1.5 + features[:, 1] - 1.5 * risky))


def drawn(seed: int, loans: int = 4_000) -> Inputs:
    """Draw loans of one split."""
    rng = np.random.default_rng(seed)
    noise, income = rng.normal(size=(2, loans))
    features = np.column_stack([noise, income, rng.integers(0, 8, loans).astype(np.float64)])
    outcomes = (rng.random(loans) < true_pd(features)).astype(np.int8)
    return inputs(features, outcomes)


def inputs(features: NDArray[np.float64], outcomes: NDArray[np.int8]) -> Inputs:
    """Return loans of one split."""
    return Inputs(
        names=NAMES,
        categories=CATEGORIES,
        features=features,
        outcomes=outcomes,
        issued=552 + np.arange(len(outcomes)) % 6,
        sub_grade=np.ones(len(outcomes)),
    )


TRAIN, VALIDATION, TEST = drawn(1), drawn(2), drawn(3)


@pytest.fixture(scope="module")
def champion() -> Fitted:
    """Return a champion of the drawn loans."""
    return fit_champion(TRAIN, VALIDATION)


def test_a_signal_is_learnt(champion: Fitted) -> None:
    """On loans that it has not seen it ranks nearly as well as the truth itself."""
    reached = auc(TEST.outcomes, champion.predict(TEST.features))
    assert reached > auc(TEST.outcomes, true_pd(TEST.features)) - 0.02


def test_predictions_are_probabilities(champion: Fitted) -> None:
    """One a loan, strictly between 0 and 1, and right on average."""
    pd = champion.predict(TEST.features)
    assert pd.shape == (len(TEST.outcomes),)
    assert 0 < pd.min() < pd.max() < 1
    assert pd.mean() == pytest.approx(TEST.outcomes.mean(), abs=0.02)


def test_gain_is_credited_to_the_feature_that_earned_it(champion: Fitted) -> None:
    """Every name has its own column's gain: income and purpose have some, noise hardly any."""
    gains = champion.importance
    assert tuple(gains) == NAMES
    assert gains["noise"] < 0.2 * min(gains["income"], gains["purpose"])


def test_features_keep_their_order_in_the_booster(champion: Fitted) -> None:
    """The names in the text are those given, so that a bundle can be checked against them."""
    assert tuple(lgb.Booster(model_str=champion.model.text).feature_name()) == NAMES


def test_a_category_is_split_by_its_labels(champion: Fitted) -> None:
    """A code is a name, not an amount: risky purposes stand apart from their neighbours."""
    typical = np.array([[0.0, 0.0, code] for code in range(8)])
    pd = champion.predict(typical)
    risky = np.isin(typical[:, 2], RISKY_PURPOSES)
    assert pd[risky].min() > pd[~risky].max() + 0.1
    splits = (
        lgb.Booster(model_str=champion.model.text)
        .trees_to_dataframe()
        .dropna(subset="decision_type")
    )
    kinds = splits.groupby("split_feature")["decision_type"].agg(set).to_dict()
    assert kinds["purpose"] == {"=="}
    assert kinds["income"] == {"<="}


def test_it_is_cut_where_later_loans_are_predicted_best(champion: Fitted) -> None:
    """The round with the lowest log-loss of validation is the last that is kept."""
    losses = champion.history["validation"]
    assert champion.rounds == int(np.argmin(losses)) + 1
    assert lgb.Booster(model_str=champion.model.text).num_trees() == champion.rounds


def test_fitting_stops_when_later_loans_are_predicted_no_better(champion: Fitted) -> None:
    """It waits so many rounds and no more, although training would go on improving."""
    assert len(champion.history["validation"]) == champion.rounds + PATIENCE < MAX_ROUNDS
    assert champion.history["train"][-1] < champion.history["train"][champion.rounds - 1]


def test_the_history_is_that_of_training_and_of_validation(champion: Fitted) -> None:
    """The best loss of validation is what the kept trees give on these loans."""
    pd = champion.predict(VALIDATION.features)
    loss = -np.mean(np.log(np.where(VALIDATION.outcomes == 1, pd, 1 - pd)))
    assert tuple(champion.history) == ("train", "validation")
    assert min(champion.history["validation"]) == pytest.approx(loss, abs=1e-9)


def test_the_same_loans_give_the_same_champion(champion: Fitted) -> None:
    """Fitted again it has the same text, to the last digit."""
    assert fit_champion(TRAIN, VALIDATION).model.text == champion.model.text


def test_trees_are_no_deeper_than_exact_reasons_allow(champion: Fitted) -> None:
    """The deepest leaf stands four splits below the root, the depth that is allowed."""
    trees = lgb.Booster(model_str=champion.model.text).trees_to_dataframe()
    assert trees["node_depth"].max() - 1 == 4


@pytest.mark.parametrize("end", ["low", "high"])
def test_no_choice_of_a_search_makes_trees_deeper(end: str) -> None:
    """At either end of the search space the bound stands."""
    chosen = {name: getattr(at, end) for name, at in SPACE.items()}
    whole = {name: int(chosen[name]) for name, at in SPACE.items() if at.whole}
    fitted = fit_champion(TRAIN, VALIDATION, {**chosen, **whole})
    trees = lgb.Booster(model_str=fitted.model.text).trees_to_dataframe()
    assert trees["node_depth"].max() - 1 <= 4


def test_a_direction_is_kept_where_the_loans_say_otherwise() -> None:
    """Loans on which a better FICO defaulted more often do not teach that it is worse."""
    names = ("fico_mid", "income", "purpose")
    odd = [replace(of, names=names, outcomes=_upside_down(of)) for of in (TRAIN, VALIDATION)]
    fitted = fit_champion(odd[0], odd[1])
    ficos = np.array([[fico, 0.0, 1.0] for fico in np.linspace(-2, 2, 9)])
    assert (np.diff(fitted.predict(ficos)) <= 0).all()


def _upside_down(of: Inputs) -> NDArray[np.int8]:
    rng = np.random.default_rng(9)
    risk = 1 / (1 + np.exp(1.5 - of.features[:, 0] + of.features[:, 1]))
    return (rng.random(len(risk)) < risk).astype(np.int8)


def test_slower_learning_gets_more_rounds() -> None:
    """At half the rate it waits twice as long for later loans to be predicted better."""
    chosen = {**DEFAULTS, "learning_rate": DEFAULTS["learning_rate"] / 2}
    fitted = fit_champion(TRAIN, VALIDATION, chosen)
    assert len(fitted.history["validation"]) == fitted.rounds + 2 * PATIENCE


def test_unknown_values_are_predicted_too(champion: Fitted) -> None:
    """NaN is an input like any other, and the more is known the more the PDs differ."""
    unknown = champion.predict(np.full((2, 3), np.nan))
    assert np.isfinite(unknown).all()
    assert unknown[0] == unknown[1]


def test_loans_without_any_signal_are_not_overfitted() -> None:
    """Where outcomes are tossed, fitting stops early and no PD strays far from the rate."""
    rng = np.random.default_rng(5)
    tossed = [
        inputs(of.features, (rng.random(len(of.outcomes)) < 0.2).astype(np.int8))
        for of in (TRAIN, VALIDATION)
    ]
    fitted = fit_champion(tossed[0], tossed[1])
    assert fitted.rounds < PATIENCE
    assert np.abs(fitted.predict(TEST.features) - 0.2).max() < 0.1
