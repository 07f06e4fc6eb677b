"""The gate: what a model must show before it may lead, worked out anew from the model as served.

The model is fetched from the registry and asked as the service asks it, from raw columns to PDs, on
applications of the test split. Nothing that was said of it before is taken on trust: what it said
of the same loans when it was judged is one of the things that are compared.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from scipy.stats import norm

from risk_platform.evaluation.delong import delong
from risk_platform.evaluation.metrics import (
    Outcomes,
    Scores,
    auc,
    expected_calibration_error,
    performance,
)
from risk_platform.evaluation.monotone import sweep_columns, sweep_inputs, violations
from risk_platform.features.parse import Columns
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.bundle import example_scores

# PDs and default rates may differ by this share of the rate, as rates move between two quarters,
# and by what chance alone exceeds one time in twenty.
CALIBRATION_TOLERANCE = 0.15
CHANCE = 0.05
# In standard errors of the default rate: what the gap of the means exceeds by chance (two-sided),
# and what the mean gap of ten deciles does, whose errors are √10 as large: a mean of ten
# half-normals, of mean √(2/π) and variance 1 - 2/π each, taken as normal (one-sided).
MEAN_BY_CHANCE = float(norm.ppf(1 - CHANCE / 2))
ECE_BY_CHANCE = math.sqrt(10) * (
    math.sqrt(2 / math.pi) + float(norm.ppf(1 - CHANCE)) * math.sqrt((1 - 2 / math.pi) / 10)
)
# PDs that were stored and PDs of the fetched model are of the same numbers, in other batches.
SAME = 1e-9
# Applications in which columns are moved.
MOVED = 200
EVEN_RANKING = 0.5
# Columns that a sentence names.
NAMED = 5
LEADS = "leads_the_champion_beyond_noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLoans:
    """Loans of the test split: arrays of the same length.

    Parameters
    ----------
    applications
        Raw columns, as ``build_features`` takes them.
    outcomes
        1 for default, 0 for none.
    said
        The PD that the model gave each when it was judged.
    """

    applications: Columns
    outcomes: Outcomes
    said: Scores

    def first(self, count: int) -> Columns:
        """Return the applications of the first loans."""
        return {name: values[:count] for name, values in self.applications.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one thing that is demanded.

    Parameters
    ----------
    passed
        Whether it holds.
    said
        What was found, in a sentence.
    figures
        What it was judged by.
    """

    passed: bool
    said: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of one model.

    Parameters
    ----------
    candidate, version
        The asset that it was fitted by, and its number in the registry.
    found
        What was found of each thing in ``DEMANDED``, by its name.
    """

    candidate: str
    version: int
    found: Mapping[str, Finding]

    @property
    def passed(self) -> bool:
        """Whether all of it holds."""
        return all(one.passed for one in self.found.values())

    @property
    def why_not(self) -> str:
        """What does not hold; empty where all does."""
        return " ".join(one.said for one in self.found.values() if not one.passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What the gate said of the candidates of one run.

    Parameters
    ----------
    protocol
        The rules that they were judged by.
    verdicts
        Of each that was judged, the best on validation first; the first that passes ends it.
    """

    protocol: str
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> Verdict | None:
        """The verdict on the one that passed; ``None`` where none did."""
        return next((one for one in self.verdicts if one.passed), None)

    @property
    def shown(self) -> Verdict:
        """The verdict on the one that passed, else on the best."""
        return self.passed or self.verdicts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What leads now.

    Parameters
    ----------
    model
        The model, where it can be compared.
    why_none
        Else why it cannot, in a sentence.
    """

    model: LoadedModel | None
    why_none: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a protocol and a run set.

    Parameters
    ----------
    credible_auc
        Above it a model has seen the outcome.
    inputs
        What the protocol lets a model read.
    candidates
        How many are tried on the same loans: a lead by chance is looked for as often.
    """

    credible_auc: float
    inputs: Collection[str]
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the gate looks at.

    Parameters
    ----------
    model, rival
        The model as it was fetched, and what leads now.
    loans
        The loans that both are asked of.
    limits
        What is set.
    pd, rival_pd
        What the two say of the loans.
    """

    model: LoadedModel
    rival: Rival
    loans: JudgedLoans
    limits: Limits
    pd: Scores
    rival_pd: Scores | None


def judge(
    candidate: str, model: LoadedModel, rival: Rival, loans: JudgedLoans, limits: Limits
) -> Verdict:
    """Judge a model by everything that is demanded; see ``Case`` for what is given."""
    other = rival.model
    case = Case(
        model=model,
        rival=rival,
        loans=loans,
        limits=limits,
        pd=model.bundle.predict(loans.applications),
        rival_pd=other.bundle.predict(loans.applications) if other else None,
    )
    found = {name: demand.look(case) for name, demand in DEMANDED.items()}
    return Verdict(candidate=candidate, version=model.version, found=found)


def _scores_its_examples(case: Case) -> Finding:
    scores, golden = example_scores(case.model.bundle), case.model.bundle.card.golden
    wrong = [name for name, score in scores.items() if score != golden.get(name)]
    return _finding(
        not wrong,
        "It scores the hand-written applications as when it was made, bit for bit.",
        f"It scores examples otherwise than when it was made: {', '.join(wrong)}.",
    )


def _says_what_it_was_judged_by(case: Case) -> Finding:
    gap = float(np.max(np.abs(case.pd - case.loans.said), initial=0.0))
    return _finding(
        gap <= SAME,
        "It says of the test loans what it was judged by.",
        f"It says of the test loans something else than what it was judged by, by up to {gap:.2g}.",
        {"largest_difference": gap},
    )


def _reads_what_it_may(case: Case) -> Finding:
    foreign = [name for name in case.model.bundle.model.inputs if name not in case.limits.inputs]
    return _finding(
        not foreign,
        "It reads what the protocol allows, and nothing else.",
        f"It reads what the protocol does not allow: {_some(foreign)}.",
    )


def _ranks_credibly(case: Case) -> Finding:
    area, most = auc(case.loans.outcomes, case.pd), case.limits.credible_auc
    return _finding(
        area <= most,
        f"Its AUC of {area:.3f} is credible.",
        f"Its AUC of {area:.3f} is more than is credible ({most:.2f}): it has seen the outcome.",
        {"auc": area, "credible_auc": most},
    )


def _beats_the_base_rate(case: Case) -> Finding:
    found = performance(case.loans.outcomes, case.pd)
    rate = float(case.loans.outcomes.mean())
    base = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
    return _finding(
        found["auc"] > EVEN_RANKING and found["log_loss"] < base,
        "It says more than the default rate does.",
        "It says no more than the default rate does.",
        {"auc": found["auc"], "log_loss": found["log_loss"], "log_loss_of_the_base_rate": base},
    )


def _is_calibrated(case: Case) -> Finding:
    expected, seen = float(case.pd.mean()), float(case.loans.outcomes.mean())
    error = expected_calibration_error(case.loans.outcomes, case.pd)
    by_chance = math.sqrt(seen * (1 - seen) / len(case.pd))
    tolerance = CALIBRATION_TOLERANCE * seen
    may_shift = tolerance + MEAN_BY_CHANCE * by_chance
    may_err = tolerance + ECE_BY_CHANCE * by_chance
    said = (
        f"the mean PD is {expected:.2%} where {seen:.2%} defaulted, and by decile they differ by"
        f" {error:.2%} on average"
    )
    return _finding(
        abs(expected - seen) <= may_shift and error <= may_err,
        f"It is calibrated: {said}.",
        f"It is not calibrated: {said}. The means may differ by {may_shift:.2%}, deciles by"
        f" {may_err:.2%}.",
        {
            "mean_pd": expected,
            "default_rate": seen,
            "means_may_differ_by": may_shift,
            "ece": error,
            "ece_may_be": may_err,
        },
    )


def _keeps_to_credit_sense(case: Case) -> Finding:
    bundle, few = case.model.bundle, case.loans.first(MOVED)
    swept = [*sweep_columns(bundle, few), *sweep_inputs(bundle, few)]
    broken, told = violations(swept), sum(one.told for one in swept)
    return _finding(
        not broken and told > 0,
        f"It never takes what is better for what is worse, in {told:,} steps.",
        f"It takes what is better for what is worse, by {_some([*broken])}."
        if broken
        else "It reads nothing of which credit sense says anything.",
        {"steps": float(told)} | {f"against: {name}": worst for name, worst in broken.items()},
    )


def _leads_beyond_noise(case: Case) -> Finding:
    if case.rival.model is None or case.rival_pd is None:
        return Finding(passed=True, said=case.rival.why_none)
    found = delong(case.loans.outcomes, case.pd, case.rival_pd)
    gap = found.difference
    # As many candidates as are tried may each lead by chance (Bonferroni).
    limit = CHANCE / case.limits.candidates
    said = (
        f"version {case.rival.model.version} by {gap.value:+.4f} of AUC"
        f" ({gap.low:+.4f} to {gap.high:+.4f}, p {found.p_value:.2g})"
    )
    return _finding(
        gap.value > 0 and found.p_value <= limit,
        f"It leads {said}.",
        f"It does not lead beyond noise: it differs from {said}, where p may be {limit:.2g}.",
        {
            "auc": found.first,
            "auc_of_the_champion": found.second,
            "lead_low": gap.low,
            "lead_high": gap.high,
            "p_value": found.p_value,
            "limit": limit,
        },
    )


def _some(names: Sequence[str]) -> str:
    """Name the first ones, and say how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _finding(
    passed: bool,  # noqa: FBT001 - what both sentences are about
    held: str,
    broken: str,
    figures: Mapping[str, float] = MappingProxyType({}),
) -> Finding:
    return Finding(passed=passed, said=held if passed else broken, figures=dict(figures))


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that is demanded: what in a sentence, and how it is looked into."""

    about: str
    look: Callable[[Case], Finding]


DEMANDED: Mapping[str, Demand] = MappingProxyType(
    {
        "scores_its_examples_bit_for_bit": Demand(
            "Fetched from the registry it gives the examples the very scores of its card.",
            _scores_its_examples,
        ),
        "says_what_it_was_judged_by": Demand(
            "Fetched from the registry it says of the test loans what its figures were made of.",
            _says_what_it_was_judged_by,
        ),
        "reads_what_the_protocol_allows": Demand(
            "It reads features of the protocol's timings alone.", _reads_what_it_may
        ),
        "ranks_no_better_than_is_credible": Demand(
            "Its AUC on test is one that a model without the outcome may have.", _ranks_credibly
        ),
        "beats_the_base_rate": Demand(
            "It ranks, and says more of each loan than the default rate does.", _beats_the_base_rate
        ),
        "is_calibrated": Demand(
            "On test PDs and default rates agree, on average and by decile.", _is_calibrated
        ),
        "keeps_to_credit_sense": Demand(
            "No PD goes against credit sense where a raw column or an input is moved.",
            _keeps_to_credit_sense,
        ),
        LEADS: Demand(
            "It ranks the same test loans better than what leads now, beyond chance (DeLong).",
            _leads_beyond_noise,
        ),
    }
)
