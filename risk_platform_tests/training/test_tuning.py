"""The search keeps to its budget, prunes by what it should, and outlives the process it runs in."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median

import lightgbm as lgb
import numpy as np
import pytest
from pydantic import TypeAdapter
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from risk_platform.training.champion import DEFAULTS, booster_parameters, training_set
from risk_platform.training.folds import FOLDS, SEED, Folds
from risk_platform.training.inputs import Inputs
from risk_platform.training.tuned import Tuned, best_of
from risk_platform.training.tuning import (
    PATIENCE_STEPS,
    SPACE,
    STARTUP_TRIALS,
    WARMUP_STEPS,
    study_name,
    tune,
)
from risk_platform_tests.training import searcher
from risk_platform_tests.training.searcher import TRAIN, VALIDATION, loans, search, searched

TRIALS = 14


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Tuned:
    """Return a search that ran through."""
    return searched(tmp_path_factory.mktemp("studies"), TRIALS)


def choices(tuned: Tuned) -> list[tuple[object, ...]]:
    """Return what was tried and what came of it, without how long it took."""
    return [(dict(of.parameters), of.losses, of.pruned) for of in tuned.trials]


def test_no_trials_give_the_defaults_and_keep_nothing(tmp_path: Path) -> None:
    """Nothing is searched, and no file is made."""
    found = searched(tmp_path / "studies", 0)
    assert (found.parameters, found.trials) == (DEFAULTS, ())
    assert not (tmp_path / "studies").exists()


def test_the_budget_in_trials_is_spent(tuned: Tuned) -> None:
    """Pruned ones count too."""
    assert len(tuned.trials) == TRIALS
    assert tuned.resumed == 0


def test_the_first_trial_is_the_defaults(tuned: Tuned) -> None:
    """So the choice is never worse than they are, by the measure of the search."""
    assert tuned.trials[0].parameters == DEFAULTS
    best = best_of(tuned.trials)
    assert best is not None
    assert best.loss <= tuned.trials[0].loss
    assert best.parameters == tuned.parameters


def test_every_choice_lies_in_the_search_space(tuned: Tuned) -> None:
    """And differs from the others."""
    for trial in tuned.trials:
        assert set(trial.parameters) == set(SPACE) == set(DEFAULTS)
        assert all(at.low <= trial.parameters[name] <= at.high for name, at in SPACE.items())
    assert len({str(trial.parameters) for trial in tuned.trials}) == TRIALS


def judged_by_hand(train: Inputs, validation: Inputs, rounds: int) -> float:
    """Return the loss of the defaults after so many rounds, each booster trained by itself."""
    drawn = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    whole = training_set(train).construct()
    pairs = [
        (whole.subset(taught.tolist()), train.features[judged], train.outcomes[judged])
        for taught, judged in drawn.split(train.outcomes, train.outcomes)
    ] + [(whole, validation.features, validation.outcomes)]
    total = sum(
        len(outcomes) * log_loss(outcomes, _trained(train, of, rounds).predict(judged))
        for of, judged, outcomes in pairs
    )
    return total / (len(train.outcomes) + len(validation.outcomes))


def _trained(train: Inputs, of: lgb.Dataset, rounds: int) -> lgb.Booster:
    return lgb.train(booster_parameters(train, DEFAULTS), of, rounds)


@pytest.mark.parametrize("step", [1, 4])
def test_the_pruner_sees_the_mean_over_folds_and_later_loans(tuned: Tuned, step: int) -> None:
    """Not the first fold alone: what is reported is the mean over all loans, each judged once."""
    assert tuned.trials[0].losses[step - 1] == pytest.approx(
        judged_by_hand(TRAIN, VALIDATION, 10 * step), abs=1e-12
    )


def test_a_step_is_so_much_shrinkage_whatever_the_learning_rate() -> None:
    """At half the rate it has twice the trees, and comes about as far; with as many it does not."""
    folds = Folds(TRAIN, VALIDATION)
    rates = (0.05, 0.025)
    usual, slow = (list(islice(folds.losses({**DEFAULTS, "learning_rate": of}), 4)) for of in rates)
    as_many_trees = slow[1]
    assert abs(slow[3] - usual[3]) < 0.4 * abs(as_many_trees - usual[3])


def test_folds_can_be_judged_again(tuned: Tuned) -> None:
    """The same choice gives the same losses, to the last digit."""
    again = list(islice(Folds(TRAIN, VALIDATION).losses(DEFAULTS), 3))
    assert tuple(again) == tuned.trials[0].losses[:3]


def test_a_trial_is_pruned_when_it_is_worse_than_the_median_at_its_step(tuned: Tuned) -> None:
    """By its best loss so far, against trials that ran to their end before; and only then."""
    for number, trial in enumerate(tuned.trials):
        before = [of.losses for of in tuned.trials[:number] if not of.pruned]
        for step in range(WARMUP_STEPS, len(trial.losses) + 1):
            at_step = [losses[step - 1] for losses in before if len(losses) >= step]
            behind = bool(at_step) and min(trial.losses[:step]) > median(at_step)
            is_last = step == len(trial.losses)
            given_up = behind and len(before) >= STARTUP_TRIALS
            if not is_last:
                assert not given_up
            elif trial.pruned:
                assert given_up
    assert any(trial.pruned for trial in tuned.trials)


def test_a_trial_ends_when_its_loss_falls_no_more(tuned: Tuned) -> None:
    """Some steps after its lowest."""
    for trial in tuned.trials:
        waited = len(trial.losses) - 1 - int(np.argmin(trial.losses))
        assert trial.pruned or waited == PATIENCE_STEPS


def test_a_search_is_taken_up_where_it_was(tuned: Tuned, tmp_path: Path) -> None:
    """In three runs it makes the very trials that it makes in one."""
    searched(tmp_path, 3)
    searched(tmp_path, 6)
    last = searched(tmp_path, TRIALS)
    assert last.resumed == 6
    assert choices(last) == choices(tuned)
    assert searched(tmp_path, TRIALS).seconds < last.seconds


def test_a_killed_search_loses_no_finished_trial(tuned: Tuned, tmp_path: Path) -> None:
    """Killed in a trial, it goes on at once, and ends as if nothing had been."""
    process = subprocess.Popen(
        [sys.executable, "-m", searcher.__name__, str(tmp_path), str(TRIALS)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        text=True,
    )
    assert process.stdout
    for number in range(1, TRIALS // 2 + 1):
        assert process.stdout.readline().startswith(f"trial {number} of {TRIALS}")
    process.kill()
    process.wait()
    process.stdout.close()
    resumed = searched(tmp_path, TRIALS)
    assert resumed.resumed >= TRIALS // 2 - 1
    assert choices(resumed) == choices(tuned)


def test_a_line_that_was_half_written_is_dropped(tuned: Tuned, tmp_path: Path) -> None:
    """A kill while a trial is noted costs no more than that note."""
    searched(tmp_path, 5)
    [journal] = tmp_path.glob("*.journal")
    with journal.open("rb+") as file:
        file.truncate(journal.stat().st_size - 7)
    assert choices(searched(tmp_path, TRIALS)) == choices(tuned)


def test_minutes_end_a_search_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """Without a finished trial the defaults are what there is."""
    stopped = searched(tmp_path, 2, minutes=1e-9)
    assert (stopped.trials, stopped.parameters) == ((), DEFAULTS)
    assert len(searched(tmp_path, 2).trials) == 2


def test_a_trial_that_runs_out_of_time_is_no_trial(tmp_path: Path) -> None:
    """It is run again, whole, when there is time."""
    cut = searched(tmp_path, 400, minutes=0.02)
    assert len(cut.trials) < 400
    assert cut.seconds < 20
    again = searched(tmp_path, len(cut.trials) + 1)
    assert again.resumed == len(cut.trials)
    assert choices(again)[:-1] == choices(cut)


@pytest.mark.parametrize("other", ["protocol", "loans", "outcome"])
def test_other_data_never_take_up_a_search(tmp_path: Path, other: str) -> None:
    """A search is known by its protocol, its loans and its search space."""
    searched(tmp_path, 2)
    flipped = replace(
        TRAIN, outcomes=np.where(np.arange(1_500) == 0, 1 - TRAIN.outcomes, TRAIN.outcomes)
    )
    train = {"loans": loans(3), "outcome": flipped}.get(other, TRAIN)
    protocol = "seed12" if other == "protocol" else "window12"
    found = tune(train, VALIDATION, search(tmp_path, 1, protocol=protocol))
    assert found.resumed == 0
    assert found.study != study_name(TRAIN, VALIDATION, "window12")


def test_what_was_found_survives_being_written(tuned: Tuned) -> None:
    """As the document that the model reads; whole numbers stay whole, or LightGBM refuses them."""
    document = TypeAdapter(Tuned)
    again = document.validate_json(document.dump_json(tuned))
    assert again == tuned
    assert {type(value) for value in again.parameters.values()} == {int, float}
