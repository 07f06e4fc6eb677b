"""The reference of a model: its training loans by their inputs, and what it makes of them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from risk_platform.evaluation.drift.chance import DRAWS, by_chance
from risk_platform.features.bins import Bins, bins_of
from risk_platform.features.build import FeatureBuilder
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.scoring.gaps import Gaps
from risk_platform.scoring.model import Model
from risk_platform.scoring.monitored import missing_of
from risk_platform.scoring.points import points
from risk_platform.scoring.policy import Policy, Verdict
from risk_platform.scoring.reference import (
    CategoryProfile,
    NumberProfile,
    Population,
    Reference,
    ScoreProfile,
)
from risk_platform.spark.learn import Learnt

# The distance of two distributions within a bin is lost: it is a hundredth at the most.
BINS = 100
# Of the training split so many loans are scored: the share of a bin is then told to a thousandth.
SCORED = 50_000
_SEED = 0


def population_of(learnt: Learnt, draws: int = DRAWS) -> Population:
    """Return the profile of loans of which a summary was made.

    Parameters
    ----------
    learnt
        The summary, of one loan or more.
    draws
        How often samples of each size are drawn, to know what chance does.
    """
    numbers = {
        name: number_profile(bins, learnt.loans - bins.known)
        for name, bins in learnt.numbers.items()
    }
    categories = {
        name: category_profile(labels, learnt.loans) for name, labels in learnt.labels.items()
    }
    bare = Population(loans=learnt.loans, numbers=numbers, categories=categories)
    return with_chance(bare, draws)


def with_chance(of: Population, draws: int = DRAWS) -> Population:
    """Return a population whose profiles say what chance does to samples; draws are seeded."""
    rng = np.random.default_rng(_SEED)
    return replace(
        of,
        numbers={
            name: replace(one, chance=by_chance(one.counts, rng, is_ordered=True, draws=draws))
            for name, one in of.numbers.items()
        },
        categories={
            name: replace(one, chance=by_chance(one.counts, rng, is_ordered=False, draws=draws))
            for name, one in of.categories.items()
        },
    )


def number_profile(bins: Bins, unknown: int) -> NumberProfile:
    """Take fine bins together to about a hundred of about as many loans each."""
    if not bins.known:
        return NumberProfile(lowest=None, highs=(), counts=(), unknown=unknown, quartiles=None)
    reached = np.cumsum(bins.counts)
    ranks = np.ceil(np.arange(1, BINS + 1) / BINS * bins.known)
    ends = np.unique(np.searchsorted(reached, ranks))
    return NumberProfile(
        lowest=float(bins.lows[0]),
        highs=tuple(bins.highs[ends].tolist()),
        counts=tuple(np.diff(reached[ends], prepend=0).tolist()),
        unknown=unknown,
        quartiles=(bins.quantile(0.25), bins.quantile(0.5), bins.quantile(0.75)),
    )


def category_profile(labels: Mapping[str, int], loans: int) -> CategoryProfile:
    """Return the profile of a category, of whose labels it is known how many loans bear each."""
    counts = tuple(labels.values())
    return CategoryProfile(labels=tuple(labels), counts=counts, unknown=loans - sum(counts))


def reference_of(
    population: Population, model: Model, state: FeatureState, policy: Policy, loans: Columns
) -> Reference:
    """Return the reference of a model.

    Parameters
    ----------
    population
        The loans that it was trained on, by all features.
    model, state, policy
        As its bundle holds them.
    loans
        Loans that it was trained on, or a sample of them, one or more: to be scored.
    """
    predictor = model.predictor()
    gaps = Gaps(model.inputs, predictor.importance)
    builder = FeatureBuilder(state)
    read = [FEATURE_NAMES.index(name) for name in model.inputs]
    known = builder.known(loans)
    missing, not_asked = missing_of(loans)
    lacking, _ = gaps.of(np.isnan(known[:, read]), missing, not_asked)
    pds = model.calibration.apply(predictor.predict(builder.filled(known)[:, read]))
    verdicts = np.array([policy.verdict(points(pd)) for pd in pds.tolist()], np.object_)
    approved = (verdicts == Verdict.APPROVE) & ~gaps.too_many(lacking)
    profile = number_profile(bins_of(pds), 0)
    by = by_chance(profile.counts, np.random.default_rng(_SEED), is_ordered=True)
    return Reference(
        population=population.only(model.inputs),
        importance=dict(zip(model.inputs, gaps.shares.tolist(), strict=True)),
        scores=ScoreProfile(
            pds=replace(profile, chance=by),
            mean_pd=float(pds.mean()),
            approval_rate=float(approved.mean()),
            imputed_share=float(missing.mean()),
        ),
    )
