"""Tuning: a search for the champion's parameters, by Optuna, within a budget and across kills.

The first trial is the defaults, so the search can only improve on them by its own measure. Each
trial is drawn by a seed of its own and by the trials before it, so that a search that was killed
and taken up again makes the very trials that it would have made.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice

import lightgbm as lgb
import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from risk_platform.features.definitions import directions_of
from risk_platform.training import folds
from risk_platform.training.champion import DEFAULTS, FIXED
from risk_platform.training.folds import Folds
from risk_platform.training.inputs import Inputs
from risk_platform.training.studies import finished_trials, opened_study
from risk_platform.training.tuned import Budget, Search, Trial, Tuned, best_of

SEED = 7
# Trials that are drawn at random, and run to their end, before anything is learnt from them.
STARTUP_TRIALS = 4
# Before this step the curves say more about how fast a choice learns than about how far it gets.
WARMUP_STEPS = 5
PATIENCE_STEPS, MAX_STEPS = 4, 200


@dataclass(frozen=True, slots=True)
class Range:
    """Where a parameter is looked for."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


# Sixteen leaves are all that depth 4 has room for. Slower learning than this makes trees by the
# hundred, each of which costs time when reasons are given.
SPACE: Mapping[str, Range] = {
    "learning_rate": Range(0.03, 0.15, log=True),
    "num_leaves": Range(6, 16, whole=True),
    "min_data_in_leaf": Range(30, 1_000, log=True, whole=True),
    "feature_fraction": Range(0.15, 0.9),
    "bagging_fraction": Range(0.5, 1.0),
    "lambda_l2": Range(0.1, 200.0, log=True),
    "cat_smooth": Range(10.0, 300.0, log=True),
}


class _OutOfTimeError(Exception):
    """The minutes are over in the middle of a trial."""


def tune(
    train: Inputs,
    validation: Inputs,
    search: Search,
    say: Callable[[str], None] = lambda _: None,
) -> Tuned:
    """Search the champion's parameters, and go on where an earlier search was stopped.

    Parameters
    ----------
    train, validation
        The two splits; validation is later in time.
    search
        For which protocol, where trials are kept, and how long.
    say
        Told what is being tried.
    """
    began, budget = time.monotonic(), search.budget
    name = study_name(train, validation, search.protocol)
    if not budget.trials:
        return _tuned(name, [], 0, budget, began)
    deadline = began + 60 * budget.minutes
    with opened_study(search.folder, name) as study:
        done = finished_trials(study)
        resumed = len(done)
        grown = Folds(train, validation) if resumed < budget.trials else None
        while grown and len(done) < budget.trials and time.monotonic() < deadline:
            pruned = sum(trial.state is TrialState.PRUNED for trial in done)
            say(f"trial {len(done) + 1} of {budget.trials}, {pruned} pruned")
            _attempt(study, len(done), grown, deadline)
            done = finished_trials(study)
        return _tuned(name, done, resumed, budget, began)


def study_name(train: Inputs, validation: Inputs, protocol: str) -> str:
    """Return the name of the study of these loans: trials of another name do not compare."""
    data, space = data_digest(train, validation), space_digest(train)
    return f"{protocol} · data {data} · space {space}"


def data_digest(*splits: Inputs) -> str:
    """Return what tells these loans from others: a digest of all that a booster reads of them."""
    digest = sha256()
    for split in splits:
        digest.update("\n".join(split.names).encode())
        digest.update(np.ascontiguousarray(split.features).data)
        digest.update(np.ascontiguousarray(split.outcomes).data)
    return digest.hexdigest()[:12]


def space_digest(train: Inputs) -> str:
    """Return what tells trials that compare from others: how parameters are drawn and judged."""
    told = {
        "space": {name: asdict(at) for name, at in SPACE.items()},
        "parameters": [dict(FIXED), dict(DEFAULTS), directions_of(train.names)],
        "folds": [folds.FOLDS, folds.SEED, folds.SHRINKAGE_A_STEP],
        "search": [SEED, STARTUP_TRIALS, WARMUP_STEPS, PATIENCE_STEPS, MAX_STEPS],
        "by": [lgb.__version__, optuna.__version__],
    }
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def _attempt(study: optuna.Study, done: int, grown: Folds, deadline: float) -> None:
    """Run one trial, which ends complete or pruned; or failed, where its time is over."""
    study.sampler = optuna.samplers.TPESampler(seed=SEED + done, n_startup_trials=STARTUP_TRIALS)
    study.pruner = optuna.pruners.MedianPruner(STARTUP_TRIALS, WARMUP_STEPS)
    if not done and not study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
        study.enqueue_trial(dict(DEFAULTS))
    trial = study.ask()
    try:
        study.tell(trial, _loss(trial, grown, deadline))
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)
    except _OutOfTimeError:
        study.tell(trial, state=TrialState.FAIL)


def _loss(trial: optuna.Trial, grown: Folds, deadline: float) -> float:
    """Grow until the loss has not fallen for some steps, and return the lowest."""
    chosen = {name: _drawn(trial, name, at) for name, at in SPACE.items()}
    seen: list[float] = []
    for step, loss in enumerate(islice(grown.losses(chosen), MAX_STEPS), start=1):
        if time.monotonic() > deadline:
            raise _OutOfTimeError
        seen.append(loss)
        trial.report(loss, step)
        if len(seen) - 1 - int(np.argmin(seen)) >= PATIENCE_STEPS:
            break
        if trial.should_prune():
            raise optuna.TrialPruned
    return min(seen)


def _drawn(trial: optuna.Trial, name: str, at: Range) -> float | int:
    if at.whole:
        return trial.suggest_int(name, int(at.low), int(at.high), log=at.log)
    return trial.suggest_float(name, at.low, at.high, log=at.log)


def _tuned(name: str, done: list[FrozenTrial], resumed: int, budget: Budget, began: float) -> Tuned:
    trials = tuple(map(_trial, done))
    best = best_of(trials)
    return Tuned(
        study=name,
        parameters=best.parameters if best else DEFAULTS,
        trials=trials,
        resumed=resumed,
        budget=budget,
        seconds=time.monotonic() - began,
    )


def _trial(of: FrozenTrial) -> Trial:
    return Trial(
        parameters=of.params,
        losses=tuple(of.intermediate_values[step] for step in sorted(of.intermediate_values)),
        pruned=of.state is TrialState.PRUNED,
        seconds=of.duration.total_seconds() if of.duration else 0.0,
    )
